import { type Inventory } from '@fleetmend/client-protocol';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { type Log, silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { writeMetadata } from '../state/metadata';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { InventorySender } from './inventory-sender';

const HOUR_MS = 3_600_000;

/** The outbox is real. */
describe('the sender of the inventory', () => {
  let state: State;
  let outbox: Outbox;
  let clock: VirtualClock;
  let now: Inventory;
  let fails: Error | undefined;
  let warned: string[];
  let sender: InventorySender;

  const started = () => {
    const make = () => (fails ? Promise.reject(fails) : Promise.resolve(now));
    const log: Log = { ...silentLog, warn: (message) => warned.push(message) };
    return new InventorySender({ make }, state, outbox, clock, log);
  };

  beforeEach(() => {
    state = openState(temporaryFolder(), silentLog);
    outbox = new Outbox(state, silentLog);
    clock = new VirtualClock();
    fails = undefined;
    warned = [];
    now = {
      hostname: 'PC-0042',
      os: { name: 'Windows 11 Pro', version: '10.0.26100.1', build: 26_100, architecture: 'x64' },
      clientVersion: '0.1.0',
      freeSystemDiskBytes: 80_000_000_000,
    };
    sender = started();
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const wobble = () => {
    now = { ...now, freeSystemDiskBytes: (now.freeSystemDiskBytes ?? 0) - 1000 };
  };

  it('tells once after each start, then only what is new', async () => {
    await sender.send();
    await sender.send();
    expect(outbox.size()).toBe(1);
    wobble();
    await sender.send();
    expect(outbox.size()).toBe(1);
    now = { ...now, pendingRestart: { pending: true, reasons: ['windows-update'] } };
    await sender.send();
    expect(outbox.size()).toBe(2);
    await started().send();
    expect(outbox.size()).toBe(3);
  });

  it('tells once a day what moves all the time, and nothing when nothing moved', async () => {
    await sender.send();
    for (let hour = 1; hour <= 72; hour += 1) {
      clock.advance(HOUR_MS);
      wobble();
      await sender.send();
    }
    expect(outbox.size()).toBe(4);
    for (let hour = 1; hour <= 72; hour += 1) {
      clock.advance(HOUR_MS);
      await sender.send();
    }
    expect(outbox.size()).toBe(4);
  });

  it.each(['0f343b0931126a20f133d67c2b018a3b', '{"atMs":1}', ''])(
    'begins anew where what was told last can not be read: %p',
    async (stored) => {
      await sender.send();
      writeMetadata(state, 'inventory', stored);
      await sender.send();
      await sender.send();
      expect(outbox.size()).toBe(2);
    },
  );

  it('survives an inventory that can not be made, and tells it when it can', async () => {
    fails = new Error('no');
    await sender.send();
    expect(warned).toHaveLength(1);
    fails = undefined;
    await sender.send();
    expect(outbox.size()).toBe(1);
  });
});
