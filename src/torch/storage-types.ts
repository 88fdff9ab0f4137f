import { CONVERTED_TYPES } from '../system/tensor-types.js';

/** The types of numbers of PyTorch's storages. */

export interface StorageType {
  /** As the safetensors format calls it. */
  readonly name: string;
  readonly bytes: number;
  /** Numbers of bytes that begin at an address of their own; 64-bit integers that 32 bits do not hold throw. */
  readonly read: (bytes: Uint8Array) => Float32Array | Int32Array;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function integers(size: number, at: (from: DataView, place: number) => number) {
  return (bytes: Uint8Array): Int32Array => {
    const from = view(bytes);
    return Int32Array.from({ length: bytes.length / size }, (_, i) => at(from, i * size));
  };
}

function narrowed(from: DataView, place: number): number {
  const value = from.getBigInt64(place, true);
  if (BigInt.asIntN(32, value) !== value) throw new Error(`holds the whole number ${value}, which 32 bits do not hold`);
  return Number(value);
}

/** By the names of their classes, without `torch.`. */
export const STORAGE_TYPES: Readonly<Record<string, StorageType>> = {
  FloatStorage: {
    name: 'F32',
    bytes: 4,
    read: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
  },
  DoubleStorage: { name: 'F64', bytes: 8, read: CONVERTED_TYPES.F64! },
  HalfStorage: { name: 'F16', bytes: 2, read: CONVERTED_TYPES.F16! },
  BFloat16Storage: { name: 'BF16', bytes: 2, read: CONVERTED_TYPES.BF16! },
  LongStorage: { name: 'I64', bytes: 8, read: integers(8, narrowed) },
  IntStorage: { name: 'I32', bytes: 4, read: integers(4, (from, place) => from.getInt32(place, true)) },
  ShortStorage: { name: 'I16', bytes: 2, read: integers(2, (from, place) => from.getInt16(place, true)) },
  CharStorage: { name: 'I8', bytes: 1, read: integers(1, (from, place) => from.getInt8(place)) },
  ByteStorage: { name: 'U8', bytes: 1, read: integers(1, (from, place) => from.getUint8(place)) },
  BoolStorage: { name: 'BOOL', bytes: 1, read: integers(1, (from, place) => from.getUint8(place)) },
};

/** Types that are read as they are. */
export const READ_AS_THEY_ARE: ReadonlySet<string> = new Set(['F32', 'I32']);
