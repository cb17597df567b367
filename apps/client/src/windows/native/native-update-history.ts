import { Unavailable } from '../windows';
import { type UpdateHistory, type UpdateHistoryEntry } from '../update-history';
import { type Bridge } from './bridge';
import { ComError, ComObject, type ComValue } from './com-object';

/** The update history through Microsoft.Update.Session, which gives the newest entries first. */
export class NativeUpdateHistory implements UpdateHistory {
  constructor(private readonly bridge: Bridge) {}

  async entries(start: number, count: number): Promise<readonly UpdateHistoryEntry[]> {
    const taken: ComObject[] = [];
    const keep = (object: ComObject) => {
      taken.push(object);
      return object;
    };
    try {
      const session = keep(await ComObject.create(this.bridge, 'Microsoft.Update.Session'));
      const searcher = keep(await session.object('CreateUpdateSearcher'));
      const total = await searcher.get('GetTotalHistoryCount');
      if (typeof total !== 'number')
        throw new ComError('GetTotalHistoryCount', 0, 'it gave no number');
      // A start at the end is refused as an invalid index.
      const wanted = Math.min(count, total - start);
      if (wanted <= 0) return [];
      const list = keep(await searcher.object('QueryHistory', start, wanted));
      const given = Number(await list.get('Count'));
      const entries: UpdateHistoryEntry[] = [];
      for (let index = 0; index < given; index++)
        entries.push(await entryOf(await list.object('Item', index)));
      return entries;
    } catch (error) {
      if (error instanceof ComError) throw new Unavailable('the update history', error.message);
      throw error;
    } finally {
      for (const object of taken.reverse()) object.release();
    }
  }
}

async function entryOf(entry: ComObject): Promise<UpdateHistoryEntry> {
  try {
    const identity = await entry.object('UpdateIdentity');
    try {
      return {
        operation: number(await entry.get('Operation')),
        resultCode: number(await entry.get('ResultCode')),
        hresult: number(await entry.get('HResult')),
        unmappedResultCode: number(await entry.get('UnmappedResultCode')),
        date: date(await entry.get('Date')),
        title: text(await entry.get('Title')),
        updateId: text(await identity.get('UpdateID')),
        revision: number(await identity.get('RevisionNumber')),
        clientApplicationId: text(await entry.get('ClientApplicationID')),
        serverSelection: number(await entry.get('ServerSelection')),
        serviceId: text(await entry.get('ServiceID')),
      };
    } finally {
      identity.release();
    }
  } finally {
    entry.release();
  }
}

function number(value: ComValue): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: ComValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function date(value: ComValue): Date | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value : undefined;
}
