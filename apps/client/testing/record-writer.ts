import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type SimulatedWindows } from '../src/windows/simulated';
import { windowsUpdateEvent } from './event-xml';

/** An update that fails on a machine. */
export interface FailingUpdate {
  readonly id: string;
  readonly kb: string;
  readonly title: string;
  readonly code: string;
  readonly phase: 'download' | 'install';
}

const PHASES = {
  download: { eventId: 31, row: '161 [AGENT_DOWNLOAD_FAILED]', category: 'Content Download' },
  install: { eventId: 20, row: '182 [AGENT_INSTALLING_FAILED]', category: 'Content Install' },
} as const;

/** Writes what Windows writes when an update fails, into one place at a time. */
export class RecordWriter {
  private recordId = 0n;

  constructor(private readonly windows: SimulatedWindows) {}

  event({ id, title, code, phase }: FailingUpdate, at: Date): void {
    const { eventId } = PHASES[phase];
    this.push(eventId, { errorCode: code, updateTitle: title, ...named(id) }, at);
  }

  installed({ id, title }: FailingUpdate, at: Date): void {
    this.push(19, { updateTitle: title, ...named(id) }, at);
  }

  reportingEvents(update: FailingUpdate, at: Date): void {
    append(join(this.windows.machine.softwareDistribution, 'ReportingEvents.log'), row(update, at));
  }

  windowsUpdateLog(update: FailingUpdate, at: Date): void {
    const time = localTime(at);
    const head = `${time.replace(' ', '\t')}:000\t 988\t1a84\tReport\tREPORT EVENT: `;
    append(
      join(this.windows.machine.windowsDirectory, 'WindowsUpdate.log'),
      head + row(update, at),
    );
  }

  history({ id, title, code }: FailingUpdate, at: Date): void {
    this.windows.agent.entries.unshift({
      operation: 1,
      resultCode: 4,
      hresult: Number(code) | 0,
      unmappedResultCode: 0,
      date: at,
      title,
      updateId: id,
      revision: 201,
      clientApplicationId: 'UpdateOrchestrator',
      serverSelection: 2,
      serviceId: undefined,
    });
    this.windows.agent.entries.sort((a, b) => Number(b.date) - Number(a.date));
  }

  servicing(kb: string, code: string, at: Date): void {
    this.recordId += 1n;
    const event = windowsUpdateEvent(3, {}, { recordId: this.recordId, at: at.toISOString() });
    const data =
      `<UserData><CbsPackageChangeState xmlns='http://manifests.microsoft.com/win/2004/08/windows/setup_provider'>` +
      `<PackageIdentifier>${kb}</PackageIdentifier><IntendedPackageState>5112</IntendedPackageState>` +
      `<IntendedPackageStateTextized>Installed</IntendedPackageStateTextized><ErrorCode>${code}</ErrorCode>` +
      `<Client>UpdateAgentLCU</Client></CbsPackageChangeState></UserData>`;
    this.windows.events.push({
      ...event,
      provider: 'Microsoft-Windows-Servicing',
      channel: 'Setup',
      xml: event.xml.replace(/<EventData>.*<\/EventData>/, data),
    });
  }

  cbs(text: string, at: Date, level = 'Error'): void {
    const line = `${localTime(at)}, ${level.padEnd(22)}CBS    ${text}\r\n`;
    append(join(this.windows.machine.windowsDirectory, 'Logs', 'CBS', 'CBS.log'), line);
  }

  setupLog(text: string, at: Date): void {
    const folder = `${this.windows.machine.systemDrive}$WINDOWS.~BT`;
    const line = `${localTime(at)}, Info                  MOUPG  ${text}\r\n`;
    append(join(folder, 'Sources', 'Rollback', 'setupact.log'), line);
  }

  dataStore(error: string, at: Date, level = 2): void {
    this.recordId += 1n;
    const event = windowsUpdateEvent(412, {}, { recordId: this.recordId, at: at.toISOString() });
    const values = ['wuaueng.dll', '1234,D,0', 'SUS20ClientDataStore: ', 'edb.log', error];
    const data = values.map((value) => `<Data>${value}</Data>`).join('');
    this.windows.events.push({
      ...event,
      provider: 'ESENT',
      channel: 'Application',
      xml: event.xml
        .replace('<Level>2</Level>', `<Level>${level}</Level>`)
        .replace(/<EventData>.*<\/EventData>/, `<EventData>${data}</EventData>`),
    });
  }

  private push(eventId: number, data: Record<string, string>, at: Date): void {
    this.recordId += 1n;
    const channel = eventId === 31 ? 'Microsoft-Windows-WindowsUpdateClient/Operational' : 'System';
    const some = { recordId: this.recordId, at: at.toISOString(), channel };
    this.windows.events.push(windowsUpdateEvent(eventId, data, some));
  }
}

function named(id: string) {
  return { updateGuid: `{${id}}`, updateRevisionNumber: '201' };
}

function row({ id, title, code, phase }: FailingUpdate, at: Date): string {
  const { row: event, category } = PHASES[phase];
  const time = at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.(\d{3})Z/, ':$1+0000');
  const message = phase === 'install' ? `failed with error ${code}: ${title}` : 'Download failed.';
  const columns = ['{A}', time, '1', event, '101', `{${id}}`, '201', code.slice(2), 'x'];
  return `${[...columns, 'Failure', category, message].join('\t')}\r\n`;
}

/** As logs without an offset have it. */
function localTime(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

function append(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, text);
}
