/** Differences that would cancel, of products in double precision. */

/** Both halves of a double: 26 bits each, so that their products are exact (Veltkamp). */
function halves(value: number): [number, number] {
  const shifted = 134217729 * value;
  const high = shifted - (shifted - value);
  return [high, value - high];
}

/**
 * a * b - c for positive c, accurate also where a * b is near c, of which rounding the product first would leave nothing
 * (Dekker's exact product). Factors beyond 1e290 or below 1e-290 lose that.
 */
export function productMinus(a: number, b: number, c: number): number {
  const product = a * b;
  if (!(product > c / 2 && product < 2 * c)) return product - c;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  const lost = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
  return product - c + lost;
}
