/** JSON has no NaN or infinity; the lines of a run keep them as text. */

export const encodeNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/** Names are left alone, whatever they are. Throws (Error) where a number is beyond the range, like 1e999, which nobody wrote. */
export function decodeNumber(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('a number is beyond the range of numbers');
  return key !== 'name' && typeof value === 'string' && NOT_FINITE.has(value) ? Number(value) : value;
}
