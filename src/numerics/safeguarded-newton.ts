/** A function with its derivative at a place. */
export interface Slope {
  readonly value: number;
  readonly slope: number;
}

const MOST_STEPS = 200;
/** Where the root is bounded on one side alone, no step is longer. */
const LONGEST = 10;
/** Below it rounding of sums over many steps decides. */
const ACCURACY = 1e-12;

/**
 * The root of a decreasing function by Newton's method, by bisection where that would leave the bounds known so far. NaN if the function
 * is, or where 200 steps have not reached a root.
 */
export function safeguardedNewton(of: (x: number) => Slope, start: number): number {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let x = start;
  for (let i = 0; i < MOST_STEPS; i += 1) {
    const { value, slope } = of(x);
    if (Number.isNaN(value)) return Number.NaN;
    if (value === 0) return x;
    if (value > 0) low = x;
    else high = x;
    const newton = Math.max(x - LONGEST, Math.min(x + LONGEST, x - value / slope));
    const near = ACCURACY * Math.max(1, Math.abs(x));
    if (Math.abs(newton - x) <= near) return newton;
    if (high - low <= near) return x;
    x = newton > low && newton < high ? newton : between(low, high);
  }
  return Number.NaN;
}

function between(low: number, high: number): number {
  if (low === Number.NEGATIVE_INFINITY) return high - LONGEST;
  if (high === Number.POSITIVE_INFINITY) return low + LONGEST;
  return (low + high) / 2;
}
