import { type NetworkCost } from '../network';
import { Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction } from './bridge';
import { guid } from './com-object';

const MULTITHREADED = 0;
const ANYWHERE = 0x1 | 0x4;
const NETWORK_LIST_MANAGER = guid('DCB00C01-570F-4A9B-8D69-199FDBA5723B');
const COST_MANAGER = guid('DCB00008-570F-4A9B-8D69-199FDBA5723B');
/** Slots of INetworkCostManager. */
const RELEASE = 2;
const GET_COST = 3;
/** NLM_CONNECTION_COST. */
const COST = { unrestricted: 0x1, fixed: 0x2, variable: 0x4, overLimit: 0x10000, roaming: 0x40000 };

type Prototype = ReturnType<Bridge['koffi']['proto']>;

/** Types may be declared once. */
let prototypes: readonly [Prototype, Prototype] | undefined;

/** What Windows thinks that the machine's way out costs. Throws {@link Unavailable}. */
export async function networkCost(bridge: Bridge): Promise<NetworkCost> {
  const { koffi } = bridge;
  const initialize: NativeFunction<[null, number], number> = bridge.bind(
    'ole32',
    'int32 CoInitializeEx(void *reserved, uint32 model)',
  );
  // Refused where another model is chosen already, which does as well.
  initialize(null, MULTITHREADED);
  const create: NativeFunction<[Buffer, null, number, Buffer, Buffer], number> = bridge.bind(
    'ole32',
    'int32 CoCreateInstance(void *id, void *outer, uint32 context, void *interface, void *object)',
  );
  const made = Buffer.alloc(8);
  const answer = await inBackground(
    create,
    NETWORK_LIST_MANAGER,
    null,
    ANYWHERE,
    COST_MANAGER,
    made,
  );
  if (answer < 0) throw new Unavailable('The cost of the network', inHexadecimal(answer));
  const manager = made.readBigUInt64LE(0);
  const slot = (index: number, type: Prototype) => {
    const table = koffi.decode(manager, 'void *') as bigint;
    return koffi.decode(koffi.decode(table, index * 8, 'void *') as bigint, type) as unknown;
  };
  prototypes ??= [
    koffi.proto('int32 NetworkGetCost(void *self, void *cost, void *destination)'),
    koffi.proto('uint32 NetworkRelease(void *self)'),
  ];
  const [costPrototype, releasePrototype] = prototypes;
  try {
    const getCost = slot(GET_COST, costPrototype) as NativeFunction<[bigint, Buffer, null], number>;
    const cost = Buffer.alloc(4);
    const told = await inBackground(getCost, manager, cost, null);
    if (told < 0) throw new Unavailable('The cost of the network', inHexadecimal(told));
    return meaningOf(cost.readUInt32LE(0));
  } finally {
    const release = slot(RELEASE, releasePrototype) as NativeFunction<[bigint], number>;
    release(manager);
  }
}

/** What the bits of NLM_CONNECTION_COST come to. */
export function meaningOf(cost: number): NetworkCost {
  const { fixed, variable, overLimit, roaming, unrestricted } = COST;
  if ((cost & (fixed | variable | overLimit | roaming)) !== 0) return 'metered';
  return (cost & unrestricted) === 0 ? 'unknown' : 'unrestricted';
}

function inHexadecimal(answer: number): string {
  return `it answered 0x${(answer >>> 0).toString(16).toUpperCase()}`;
}
