import { zipSync } from 'fflate';

/** Pickles and archives put together opcode by opcode, to say what torch.save would not. */

export const op = (...bytes: readonly number[]): Buffer => Buffer.of(...bytes);
export const START = op(0x80, 2);
export const STOP = op(0x2e);
export const MARK = op(0x28);
export const REDUCE = op(0x52);
export const text = (value: string): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return Buffer.concat([op(0x58), length, Buffer.from(value)]);
};
export const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(5, 0x4a);
  bytes.writeInt32LE(value, 1);
  return bytes;
};
/** A whole number of up to 64 bits. */
export const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(10);
  bytes.set([0x8a, 8]);
  bytes.writeBigInt64LE(value, 2);
  return bytes;
};
export const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
export const tuple = (...items: readonly Buffer[]): Buffer => Buffer.concat([MARK, ...items, op(0x74)]);
export const dict = (...items: readonly Buffer[]): Buffer => Buffer.concat([op(0x7d), MARK, ...items, op(0x75)]);
export const call = (callee: Buffer, ...args: readonly Buffer[]): Buffer =>
  Buffer.concat([callee, tuple(...args), REDUCE]);
export const pickle = (...parts: readonly Buffer[]): Buffer => Buffer.concat([START, ...parts, STOP]);

interface TensorParts {
  readonly type?: string;
  readonly key?: string;
  /** Elements of the storage. */
  readonly elements?: Buffer;
  readonly offset?: Buffer;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** A tensor of six numbers, 2 x 3, unless something else is said. */
export function tensor({
  type = 'FloatStorage',
  key = '0',
  elements = int(6),
  offset = int(0),
  shape = [2, 3],
  strides = [3, 1],
}: TensorParts = {}): Buffer {
  const id = tuple(text('storage'), global('torch', type), text(key), text('cpu'), elements);
  const hooks = call(global('collections', 'OrderedDict'));
  const numbers = (values: readonly number[]): Buffer => tuple(...values.map(int));
  const arguments_ = [Buffer.concat([id, op(0x51)]), offset, numbers(shape), numbers(strides), op(0x89), hooks];
  return call(global('torch._utils', '_rebuild_tensor_v2'), ...arguments_);
}

export const SIX = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

/** A file of torch.save with this pickle, and the storage 0 of six numbers unless others are given. */
export function archive(data: Uint8Array, others: Readonly<Record<string, Uint8Array>> = { 'data/0': SIX }): Buffer {
  const entries = Object.entries({ 'data.pkl': data, ...others }).map(([name, bytes]) => [`archive/${name}`, bytes]);
  return Buffer.from(zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { level: 0 }));
}
