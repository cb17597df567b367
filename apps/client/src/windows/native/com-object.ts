import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';

const DISPATCH = guid('00020400-0000-0000-C000-000000000046');
const NO_INTERFACE_ID = Buffer.alloc(16);
const IN_PROCESS_OR_LOCAL = 0x1 | 0x4;
const METHOD_OR_PROPERTY = 0x1 | 0x2;
const PROPERTY_PUT = 0x4;
/** DISPID_PROPERTYPUT: the name of the value that a property is set to. */
const PUT_NAME = -3;
const VARIANT_SIZE = 24;
const PARAMETERS_SIZE = 24;
const NAMES_SIZE = 8;
const EXCEPTION_SIZE = 64;
const CHANGED_MODE = 0x80010106 | 0;
const EXCEPTION_OCCURRED = 0x80020009 | 0;
/** VARENUM, as far as Windows Update uses it. */
const VT = {
  empty: 0,
  null: 1,
  i2: 2,
  i4: 3,
  date: 7,
  bstr: 8,
  dispatch: 9,
  error: 10,
  bool: 11,
  ui4: 19,
  int: 22,
};

/** What a property or method of a COM object gives back. Dates are UTC. */
export type ComValue = undefined | number | string | boolean | Date | ComObject;

/** What members of a COM object can be given. */
export type ComArgument = number | string | boolean | ComObject;

/** A call that COM refused: `hresult` is signed, as COM returns it. */
export class ComError extends Error {
  constructor(
    readonly call: string,
    readonly hresult: number,
    description: string,
  ) {
    super(
      `${call} failed with 0x${(hresult >>> 0).toString(16).toUpperCase()}${description && `: ${description}`}`,
    );
    this.name = 'ComError';
  }
}

type GetIds = [bigint, Buffer, readonly string[], number, number, Buffer];
type Invoke = [bigint, number, Buffer, number, number, Buffer, Buffer, Buffer, null];

/** The few functions that COM takes, bound once. */
class Com {
  private static shared: Com | undefined;
  readonly createInstance: NativeFunction<[Buffer, null, number, Buffer, Buffer], number>;
  readonly classOf: NativeFunction<[string, Buffer], number>;
  readonly clear: NativeFunction<[Buffer], number>;
  readonly freeString: NativeFunction<[bigint], void>;
  readonly allocateString: NativeFunction<[string], Pointer>;
  readonly release = 'uint32 ComRelease(void *self)';
  readonly getIds =
    'int32 ComGetIds(void *self, void *interface, str16 *names, uint32 count, uint32 language, void *ids)';
  readonly invoke =
    'int32 ComInvoke(void *self, int32 id, void *interface, uint32 language, uint16 flags, void *values, void *result, void *exception, void *wrong)';
  private readonly types = new Map<string, ReturnType<Bridge['koffi']['proto']>>();

  static of(bridge: Bridge): Com {
    return (this.shared ??= new Com(bridge));
  }

  private constructor(readonly bridge: Bridge) {
    const initialize = bridge.bind<[null, number], number>(
      'ole32',
      'int32 CoInitializeEx(void *reserved, uint32 model)',
    );
    const multithreaded = 0;
    const answer = initialize(null, multithreaded);
    if (answer < 0 && answer !== CHANGED_MODE) throw new ComError('CoInitializeEx', answer, '');
    this.classOf = bridge.bind('ole32', 'int32 CLSIDFromProgID(str16 name, void *id)');
    this.createInstance = bridge.bind(
      'ole32',
      'int32 CoCreateInstance(void *id, void *outer, uint32 context, void *interface, void *object)',
    );
    this.clear = bridge.bind('oleaut32', 'int32 VariantClear(void *variant)');
    this.freeString = bridge.bind('oleaut32', 'void SysFreeString(void *text)');
    this.allocateString = bridge.bind('oleaut32', 'void *SysAllocString(str16 text)');
  }

  /** The function in a slot of the object's table. */
  method<Arguments extends readonly unknown[], Result>(
    object: bigint,
    slot: number,
    prototype: string,
  ): NativeFunction<Arguments, Result> {
    const { koffi } = this.bridge;
    let type = this.types.get(prototype);
    if (!type) this.types.set(prototype, (type = koffi.proto(prototype)));
    const table = koffi.decode(object, 'void *') as bigint;
    return koffi.decode(koffi.decode(table, slot * 8, 'void *') as bigint, type) as NativeFunction<
      Arguments,
      Result
    >;
  }
}

/** An object that is driven by names (IDispatch), as scripts do. Release it when done. */
export class ComObject {
  private constructor(
    private readonly com: Com,
    private readonly pointer: bigint,
    private readonly name: string,
  ) {}

  /** Makes an object by its ProgID. Throws {@link ComError}. */
  static async create(bridge: Bridge, name: string): Promise<ComObject> {
    const com = Com.of(bridge);
    const id = Buffer.alloc(16);
    const named = com.classOf(name, id);
    if (named < 0) throw new ComError(`CLSIDFromProgID of ${name}`, named, '');
    const object = Buffer.alloc(8);
    const made = await inBackground(
      com.createInstance,
      id,
      null,
      IN_PROCESS_OR_LOCAL,
      DISPATCH,
      object,
    );
    if (made < 0) throw new ComError(`CoCreateInstance of ${name}`, made, '');
    return new ComObject(com, object.readBigUInt64LE(0), name);
  }

  /** Reads a property or calls a method, in the background. Throws {@link ComError}. */
  get(member: string, ...values: readonly ComArgument[]): Promise<ComValue> {
    return this.call(member, METHOD_OR_PROPERTY, values);
  }

  /** Sets a property. Throws {@link ComError}. */
  async put(member: string, value: ComArgument): Promise<void> {
    await this.call(member, PROPERTY_PUT, [value]);
  }

  private async call(
    member: string,
    how: number,
    values: readonly ComArgument[],
  ): Promise<ComValue> {
    const id = this.idOf(member);
    const { com } = this;
    const strings: bigint[] = [];
    const result = Buffer.alloc(VARIANT_SIZE);
    const exception = Buffer.alloc(EXCEPTION_SIZE);
    const invoke = com.method<Invoke, number>(this.pointer, 6, com.invoke);
    try {
      const parameters = this.parameters(member, how, values, strings);
      const answer = await inBackground(
        invoke,
        ...([this.pointer, id, NO_INTERFACE_ID, 0, how, parameters] as const),
        ...([result, exception, null] as const),
      );
      if (answer < 0) throw this.failure(`${this.name}.${member}`, answer, exception);
    } finally {
      for (const text of strings) com.freeString(text);
    }
    return this.valueOf(`${this.name}.${member}`, result);
  }

  /** DISPPARAMS, and the values and names that it points to, in one block: so they live as long as the call. */
  private parameters(
    member: string,
    how: number,
    values: readonly ComArgument[],
    strings: bigint[],
  ): Buffer {
    const { com } = this;
    const block = Buffer.alloc(PARAMETERS_SIZE + NAMES_SIZE + values.length * VARIANT_SIZE);
    const address = com.bridge.koffi.address(block);
    const first = PARAMETERS_SIZE + NAMES_SIZE;
    block.writeBigUInt64LE(address + BigInt(first), 0);
    block.writeUInt32LE(values.length, 16);
    if (how === PROPERTY_PUT) {
      block.writeBigUInt64LE(address + BigInt(PARAMETERS_SIZE), 8);
      block.writeUInt32LE(1, 20);
      block.writeInt32LE(PUT_NAME, PARAMETERS_SIZE);
    }
    values.forEach((value, index) => {
      // Arguments stand in reverse order.
      const variant = block.subarray(first + (values.length - 1 - index) * VARIANT_SIZE);
      if (typeof value === 'number') {
        variant.writeUInt16LE(VT.i4, 0);
        variant.writeInt32LE(value, 8);
      } else if (typeof value === 'boolean') {
        variant.writeUInt16LE(VT.bool, 0);
        variant.writeInt16LE(value ? -1 : 0, 8);
      } else if (typeof value === 'string') {
        const text = com.allocateString(value);
        if (text === null)
          throw new ComError(`${this.name}.${member}`, 0x8007000e | 0, 'out of memory');
        strings.push(text);
        variant.writeUInt16LE(VT.bstr, 0);
        variant.writeBigUInt64LE(text, 8);
      } else {
        variant.writeUInt16LE(VT.dispatch, 0);
        variant.writeBigUInt64LE(value.pointer, 8);
      }
    });
    return block;
  }

  /** Like {@link get}, for members that give an object. */
  async object(member: string, ...values: readonly ComArgument[]): Promise<ComObject> {
    const value = await this.get(member, ...values);
    if (value instanceof ComObject) return value;
    throw new ComError(`${this.name}.${member}`, 0x80004002 | 0, 'it is no object');
  }

  /** Lets the object go. */
  release(): void {
    this.com.method<[bigint], number>(this.pointer, 2, this.com.release)(this.pointer);
  }

  private idOf(member: string): number {
    const id = Buffer.alloc(4);
    const getIds = this.com.method<GetIds, number>(this.pointer, 5, this.com.getIds);
    const answer = getIds(this.pointer, NO_INTERFACE_ID, [member], 1, 0, id);
    if (answer < 0) throw new ComError(`${this.name}.${member}`, answer, 'there is no such member');
    return id.readInt32LE(0);
  }

  private failure(call: string, answer: number, exception: Buffer): ComError {
    if (answer !== EXCEPTION_OCCURRED) return new ComError(call, answer, '');
    const description = this.textAt(exception.readBigUInt64LE(16));
    for (const at of [8, 16, 24]) {
      const text = exception.readBigUInt64LE(at);
      if (text !== 0n) this.com.freeString(text);
    }
    const code = exception.readInt32LE(56);
    return new ComError(call, code === 0 ? answer : code, description);
  }

  private textAt(pointer: bigint): string {
    return pointer === 0n ? '' : this.com.bridge.koffi.decode.string16(pointer);
  }

  private valueOf(name: string, variant: Buffer): ComValue {
    switch (variant.readUInt16LE(0)) {
      case VT.empty:
      case VT.null:
        return undefined;
      case VT.i2:
        return variant.readInt16LE(8);
      case VT.i4:
      case VT.int:
      case VT.error:
        return variant.readInt32LE(8);
      case VT.ui4:
        return variant.readUInt32LE(8);
      case VT.bool:
        return variant.readInt16LE(8) !== 0;
      case VT.date:
        return new Date(oleDate(variant.readDoubleLE(8)));
      case VT.bstr: {
        const text = this.textAt(variant.readBigUInt64LE(8));
        this.com.clear(variant);
        return text;
      }
      case VT.dispatch: {
        const pointer = variant.readBigUInt64LE(8);
        return pointer === 0n ? undefined : new ComObject(this.com, pointer, name);
      }
      default:
        this.com.clear(variant);
        return undefined;
    }
  }
}

/** Milliseconds since 1970 of an OLE date: days since 30 December 1899. */
export function oleDate(days: number): number {
  const daysBefore1970 = 25_569;
  return Math.round((days - daysBefore1970) * 86_400_000);
}

/** A GUID as COM keeps it in memory: the first three parts are little-endian numbers. */
export function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
