import fc from 'fast-check';
import { dataStoreObservationOf } from './esent-meaning';
import { parseWindowsEvent } from './event-xml';
import { servicingClueOf } from './servicing-meaning';

const system = (provider: string, eventId: number, channel: string) =>
  `<System><Provider Name='${provider}'/><EventID Qualifiers='0'>${eventId}</EventID><Level>2</Level>` +
  `<TimeCreated SystemTime='2026-11-20T12:00:00.5709443Z'/><EventRecordID>2181</EventRecordID><Channel>${channel}</Channel></System>`;
const XMLNS = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'";

function esent(eventId: number, ...values: readonly string[]): string {
  const data = values.map((value) => `<Data>${value}</Data>`).join('');
  const head = system('ESENT', eventId, 'Application');
  return `<Event ${XMLNS}>${head}<EventData>${data}</EventData></Event>`;
}
function servicing(some: Readonly<Record<string, string>> = {}): string {
  const fields = {
    PackageIdentifier: 'KB4134661',
    IntendedPackageState: '5112',
    IntendedPackageStateTextized: 'Installed',
    ErrorCode: '0x800f0831',
    Client: 'WindowsUpdateAgent',
    ...some,
  };
  const leaves = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  const head = system('Microsoft-Windows-Servicing', 3, 'Setup');
  return `<Event ${XMLNS}>${head}<UserData><CbsPackageChangeState xmlns='http://manifests.microsoft.com/win/2004/08/windows/setup_provider'>${leaves.join('')}</CbsPackageChangeState></UserData></Event>`;
}
const ofDataStore = (xml: string) => {
  const event = parseWindowsEvent(xml);
  return event && dataStoreObservationOf(event, xml);
};
const ofServicing = (xml: string) => {
  const event = parseWindowsEvent(xml);
  return event && servicingClueOf(event, xml);
};

describe('errors of the update database', () => {
  it.each<[number, string[], string]>([
    [412, ['wuaueng.dll', '1234', 'SUS20ClientDataStore: ', 'edb.log', '-546'], '0xC8000222'],
    [
      490,
      [
        'wuaueng.dll',
        '1,D,0',
        'SUS20ClientDataStore: ',
        '',
        '-1032 (0xfffffbf8)',
        '5 (0x00000005)',
        'Access is denied. ',
      ],
      '0xC8000408',
    ],
    [
      454,
      ['svchost', '1', 'SUS20ClientDataStore: ', 'failed with unexpected error -1216.'],
      '0xC80004C0',
    ],
    [623, ['wuaueng.dll', '2160', 'SUS20ClientDataStore: ', '0', '16'], '0xC800042D'],
  ])('event %i %j', (eventId, values, code) => {
    expect(ofDataStore(esent(eventId, ...values))).toMatchObject({
      source: 'esent',
      outcome: 'failure',
      phase: 'scan',
      code,
      update: {},
      at: new Date('2026-11-20T12:00:00.570Z'),
    });
  });

  it.each<[string, string[]]>([
    ['another database', ['svchost', '1234', 'DS_Token_DB: ', 'edb.log', '-546']],
    ['another program', ['sqlservr', '1472', '', 'Api.chk', '-1032 (0xfffffbf8)']],
    ['no error', ['wuaueng.dll', '1234', 'SUS20ClientDataStore: ', '16', '0x2314']],
    ['nothing', []],
  ])('not %s', (_, values) => {
    expect(ofDataStore(esent(412, ...values))).toBeUndefined();
  });
});

describe('what servicing says of a package', () => {
  it('names code, KB and time', () => {
    expect(ofServicing(servicing())).toMatchObject({
      source: 'servicing',
      code: '0x800F0831',
      kb: 'KB4134661',
      at: new Date('2026-11-20T12:00:00.570Z'),
      isVerdict: true,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['is removed', { IntendedPackageState: '5000' }],
    ['is no update', { PackageIdentifier: 'Microsoft-Windows-Foundation-Package' }],
    ['is installed by hand', { Client: 'DISM Package Manager Provider' }],
    ['goes to an unknown state', { IntendedPackageState: 'soon' }],
  ])('is no verdict on an update when the package %s', (_, some) => {
    expect(ofServicing(servicing(some))).toMatchObject({ code: '0x800F0831', isVerdict: false });
  });

  it.each(['0x0', '0x800f0816', '0x800f0823', '0xbc2', 'nothing', ''])('is none: %s', (code) => {
    expect(ofServicing(servicing({ ErrorCode: code }))).toBeUndefined();
  });
});

it('never throws, whatever Windows renders', () => {
  for (const xml of [
    servicing(),
    esent(412, 'wuaueng.dll', '1', 'SUS20ClientDataStore: ', '-546'),
  ]) {
    fc.assert(
      fc.property(
        fc.nat(xml.length),
        fc.nat(60),
        fc.string({ unit: 'binary' }),
        (from, length, other) => {
          const damaged = xml.slice(0, from) + other + xml.slice(from + length);
          ofServicing(damaged);
          ofDataStore(damaged);
        },
      ),
    );
  }
});
