/** JSON has no NaN or infinity; the lines of a run keep them as text. */

export const encodeNumber = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/** Names are left alone, whatever they are. */
export const decodeNumber = (key: string, value: unknown): unknown =>
  key !== 'name' && typeof value === 'string' && NOT_FINITE.has(value) ? Number(value) : value;
