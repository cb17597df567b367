import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Unavailable, type UpdateAgent } from '../windows';
import { type Bridge } from './bridge';
import { ComError, ComObject, type ComValue } from './com-object';

const SCAN_STARTS_WITHIN_MS = 60_000;
/** Properties of IUpdateHistoryEntry that are kept, and under which name. */
const KEPT = {
  Operation: 'operation',
  ResultCode: 'resultCode',
  HResult: 'hresult',
  UnmappedResultCode: 'unmappedResultCode',
  Date: 'date',
  Title: 'title',
  ClientApplicationID: 'clientApplicationId',
  ServerSelection: 'serverSelection',
  ServiceID: 'serviceId',
} as const;

/** Windows Update through its own objects (Microsoft.Update.*) and UsoClient. */
export class NativeUpdateAgent implements UpdateAgent {
  constructor(
    private readonly bridge: Bridge,
    private readonly windowsDirectory: string,
  ) {}

  async triggerScan(): Promise<string> {
    const orchestrator = join(this.windowsDirectory, 'System32', 'UsoClient.exe');
    if (existsSync(orchestrator)) {
      // Its exit code means nothing; that it could be started does.
      await promisify(execFile)(orchestrator, ['StartScan'], {
        timeout: SCAN_STARTS_WITHIN_MS,
        windowsHide: true,
      }).catch((error: unknown) => {
        if (typeof (error as { code?: unknown }).code === 'string') throw error;
      });
      return 'UsoClient StartScan';
    }
    await this.asking('starting a scan', async (own) => {
      const updates = await own('Microsoft.Update.AutoUpdate');
      await updates.get('DetectNow');
    });
    return 'Microsoft.Update.AutoUpdate DetectNow';
  }

  installerBusy(): Promise<boolean> {
    return this.asking('the state of the update installer', async (own, keep) => {
      const session = await own('Microsoft.Update.Session');
      const busy = await keep(await session.object('CreateUpdateInstaller')).get('IsBusy');
      if (typeof busy !== 'boolean') throw new ComError('IsBusy', 0, 'it gave no answer');
      return busy;
    });
  }

  history(limit: number): Promise<readonly string[]> {
    return this.asking('the update history', async (own, keep) => {
      const session = await own('Microsoft.Update.Session');
      const searcher = keep(await session.object('CreateUpdateSearcher'));
      const total = await searcher.get('GetTotalHistoryCount');
      if (typeof total !== 'number')
        throw new ComError('GetTotalHistoryCount', 0, 'it gave no number');
      if (total === 0) return [];
      const entries = keep(await searcher.object('QueryHistory', 0, Math.min(total, limit)));
      const count = Number(await entries.get('Count'));
      const lines: string[] = [];
      for (let index = 0; index < count; index++)
        lines.push(await lineOf(await entries.object('Item', index)));
      return lines;
    });
  }

  lastSuccesses(): Promise<{ scan?: Date | undefined; install?: Date | undefined }> {
    return this.asking('the last successes of automatic updates', async (own, keep) => {
      const updates = await own('Microsoft.Update.AutoUpdate');
      const results = keep(await updates.object('Results'));
      return {
        scan: momentOf(await results.get('LastSearchSuccessDate')),
        install: momentOf(await results.get('LastInstallationSuccessDate')),
      };
    });
  }

  /** Runs `act`, releases every object that it took, and says {@link Unavailable} where COM refuses. */
  private async asking<T>(
    what: string,
    act: (
      own: (name: string) => Promise<ComObject>,
      keep: (object: ComObject) => ComObject,
    ) => Promise<T>,
  ): Promise<T> {
    const taken: ComObject[] = [];
    const keep = (object: ComObject) => {
      taken.push(object);
      return object;
    };
    try {
      return await act(async (name) => keep(await ComObject.create(this.bridge, name)), keep);
    } catch (error) {
      if (error instanceof ComError) throw new Unavailable(what, error.message);
      throw error;
    } finally {
      for (const object of taken.reverse()) object.release();
    }
  }
}

/** Never is told as no date, or as the day that OLE counts from. */
function momentOf(value: ComValue): Date | undefined {
  return value instanceof Date && value.getTime() > 0 ? value : undefined;
}

async function lineOf(entry: ComObject): Promise<string> {
  const line: Record<string, ComValue> = {};
  try {
    for (const [property, name] of Object.entries(KEPT)) line[name] = await entry.get(property);
    const identity = await entry.object('UpdateIdentity');
    try {
      line['updateId'] = await identity.get('UpdateID');
      line['revision'] = await identity.get('RevisionNumber');
    } finally {
      identity.release();
    }
  } finally {
    entry.release();
  }
  return JSON.stringify(line);
}
