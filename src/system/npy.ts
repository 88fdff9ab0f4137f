import { zipSync } from 'fflate';

/** NumPy's formats: an array as .npy, several under their names as .npz. */

/** `i8`: whole numbers of 8 bytes; `f8`: float64. */
export type NpyType = 'f8' | 'i8';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const VERSION = [1, 0];
const PREFIX = MAGIC.length + VERSION.length + 2;
const ALIGNMENT = 64;
const BYTES = 8;

/** The one NaN of all its bit patterns; which of them a computation yields depends on how the engine has compiled it. */
const NAN_BITS = 0x7ff8_0000_0000_0000n;

/** The header of version 1.0: a Python dictionary, padded with spaces so that the data begin at a multiple of 64 bytes. */
function npyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const size = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.from(`${' '.repeat(PREFIX)}${text}`.padEnd(size - 1).concat('\n'), 'latin1');
  header.set([...MAGIC, ...VERSION]);
  header.writeUInt16LE(size - PREFIX, PREFIX - 2);
  return header;
}

/** An array of any shape, the last dimension varying fastest. */
export interface NpyArray {
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

/** The bytes of an array, one-dimensional unless a shape is given; equal values give equal bytes, NaN too. Throws a RangeError where `i8` is asked for and a value is not whole. */
export function encodeNpy(
  values: readonly number[],
  type: NpyType = 'f8',
  shape: readonly number[] = [values.length],
): Uint8Array {
  const header = npyHeader(type, shape);
  const bytes = new Uint8Array(header.length + BYTES * values.length);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  values.forEach((value, i) => {
    if (type === 'i8') view.setBigInt64(BYTES * i, BigInt(value), true);
    else if (Number.isNaN(value)) view.setBigUint64(BYTES * i, NAN_BITS, true);
    else view.setFloat64(BYTES * i, value, true);
  });
  return bytes;
}

/** The first year that zip files can express, in local time as they have it: the same bytes at any time, in any place. */
const TIME = new Date(1980, 0, 1, 12);

/**
 * A .npz file, stored without compression; the same arrays give the same bytes. All are `f8`, but for those in `whole` whose
 * values are whole.
 */
export function encodeNpz(
  arrays: ReadonlyMap<string, readonly number[] | NpyArray>,
  whole: ReadonlySet<string>,
): Uint8Array {
  const entries = [...arrays].map(([name, array]) => {
    const { values, shape } = 'shape' in array ? array : { values: array, shape: undefined };
    const type = whole.has(name) && values.every(Number.isSafeInteger) ? 'i8' : 'f8';
    return [`${name}.npy`, encodeNpy(values, type, shape)] as const;
  });
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: TIME });
}
