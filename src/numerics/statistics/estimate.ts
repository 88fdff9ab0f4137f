/** A number with its standard error; NaN if that is not known. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}

/**
 * Standard error of a function of independent numbers, each with its own standard error, to first order (the delta method):
 * half the change as each number moves by one error either way, added in squares. NaN if an error is not known or not
 * finite, or the function has no value there.
 */
export function propagateErrors(
  of: (...values: number[]) => number,
  estimates: readonly { readonly mean: number; readonly error: number }[],
): number {
  const means = estimates.map(({ mean }) => mean);
  const changes = estimates.map(({ error }, i) => {
    if (!Number.isFinite(error)) return Number.NaN;
    const moved = (by: number): number => of(...means.map((value, j) => (i === j ? value + by : value)));
    return error === 0 ? 0 : (moved(error) - moved(-error)) / 2;
  });
  return changes.some(Number.isNaN) ? Number.NaN : Math.hypot(...changes);
}
