import {
  type DriverInstallation,
  type DriverResult,
  type DriverUpdate,
  type DriverUpdates,
} from '../driver-updates';
import { Unavailable, WindowsError } from '../windows';
import { type Bridge } from './bridge';
import { ComError, ComObject, type ComValue } from './com-object';

const CRITERIA = "IsInstalled=0 and Type='Driver' and IsHidden=0";
/** OperationResultCode of the Windows Update Agent. */
const SUCCEEDED = 2;
const SUCCEEDED_WITH_ERRORS = 3;
/** Answers of an agent that isn't there, or of one that only pretends to be: no such class, not implemented … */
const NO_AGENT: readonly number[] = [
  0x80004001, 0x80004002, 0x80004005, 0x80020003, 0x80020006, 0x800401f3, 0x80040154, 0x8002801d,
];

/** Objects that are let go together, the last one first. */
class Kept {
  private readonly objects: ComObject[] = [];

  keep(object: ComObject): ComObject {
    this.objects.push(object);
    return object;
  }

  release(): void {
    for (const object of this.objects.splice(0).reverse()) object.release();
  }
}

/** Driver updates through the objects of the Windows Update Agent. */
export class NativeDriverUpdates implements DriverUpdates {
  constructor(private readonly bridge: Bridge) {}

  search({ optional }: { readonly optional: boolean }): Promise<readonly DriverUpdate[]> {
    return this.asking(async (kept) => {
      const session = await this.create('Microsoft.Update.Session', kept);
      const found: DriverUpdate[] = [];
      for (const update of await this.offered(session, optional, kept)) {
        found.push(await describe(update));
      }
      return found;
    });
  }

  install(
    ids: readonly string[],
    { optional }: { readonly optional: boolean },
  ): Promise<DriverInstallation> {
    return this.asking(async (kept) => {
      const session = await this.create('Microsoft.Update.Session', kept);
      const wanted = await this.create('Microsoft.Update.UpdateColl', kept);
      const chosen: string[] = [];
      for (const update of await this.offered(session, optional, kept)) {
        const { id } = await describe(update);
        if (!ids.includes(id)) continue;
        if ((await update.get('EulaAccepted')) === false) await update.get('AcceptEula');
        await wanted.get('Add', update);
        chosen.push(id);
      }
      if (chosen.length === 0) return { results: [], restartRequired: false };
      const downloader = kept.keep(await session.object('CreateUpdateDownloader'));
      await downloader.put('Updates', wanted);
      kept.keep(await downloader.object('Download'));
      return this.installChosen(session, wanted, chosen, kept);
    });
  }

  private async installChosen(
    session: ComObject,
    wanted: ComObject,
    chosen: readonly string[],
    kept: Kept,
  ): Promise<DriverInstallation> {
    const installer = kept.keep(await session.object('CreateUpdateInstaller'));
    await installer.put('Updates', wanted);
    await installer.put('ForceQuiet', true);
    const outcome = kept.keep(await installer.object('Install'));
    const results: DriverResult[] = [];
    for (const [index, id] of chosen.entries()) {
      const result = kept.keep(await outcome.object('GetUpdateResult', index));
      const code = Number(await result.get('ResultCode'));
      results.push({
        id,
        installed: code === SUCCEEDED || code === SUCCEEDED_WITH_ERRORS,
        hresult: Number(await result.get('HResult')) >>> 0,
      });
    }
    return { results, restartRequired: (await outcome.get('RebootRequired')) === true };
  }

  /** An empty list is only worth something when the search went well. */
  private async offered(
    session: ComObject,
    optional: boolean,
    kept: Kept,
  ): Promise<readonly ComObject[]> {
    const searcher = kept.keep(await session.object('CreateUpdateSearcher'));
    const updates: ComObject[] = [];
    for (const criteria of optional ? [CRITERIA, `${CRITERIA} and BrowseOnly=1`] : [CRITERIA]) {
      const result = kept.keep(await searcher.object('Search', criteria));
      const code = Number(await result.get('ResultCode'));
      if (code !== SUCCEEDED && code !== SUCCEEDED_WITH_ERRORS) {
        const message = `The search for drivers ended with result ${code}.`;
        throw new WindowsError('IUpdateSearcher.Search', 0x80240fff, message);
      }
      const list = kept.keep(await result.object('Updates'));
      const count = Number(await list.get('Count'));
      for (let index = 0; index < count; index++) {
        updates.push(kept.keep(await list.object('Item', index)));
      }
    }
    return updates;
  }

  private async create(name: string, kept: Kept): Promise<ComObject> {
    return kept.keep(await ComObject.create(this.bridge, name));
  }

  private async asking<T>(act: (kept: Kept) => Promise<T>): Promise<T> {
    const kept = new Kept();
    try {
      return await act(kept);
    } catch (error) {
      if (!(error instanceof ComError)) throw error;
      const code = error.hresult >>> 0;
      if (NO_AGENT.includes(code)) throw new Unavailable('The update agent', error.message);
      throw new WindowsError(error.call, code, error.message);
    } finally {
      kept.release();
    }
  }
}

async function describe(update: ComObject): Promise<DriverUpdate> {
  const identity = await update.object('Identity');
  try {
    return {
      id: text(await identity.get('UpdateID')).toLowerCase(),
      title: text(await update.get('Title')),
      driverClass: text(await update.get('DriverClass')) || undefined,
      problem: Number(await update.get('DeviceProblemNumber')) || 0,
      needsInput: await needsInput(update),
    };
  } finally {
    identity.release();
  }
}

async function needsInput(update: ComObject): Promise<boolean> {
  const behaviour = await update.get('InstallationBehavior');
  if (!(behaviour instanceof ComObject)) return false;
  try {
    return (await behaviour.get('CanRequestUserInput')) === true;
  } finally {
    behaviour.release();
  }
}

function text(value: ComValue): string {
  return typeof value === 'string' ? value : '';
}
