/** Period of an oscillation, estimated from a recorded run. */

/**
 * Mean distance, in steps, between the points where a series rises through its mean, between which it is taken as linear.
 * NaN if it rises through it fewer than three times: then there is no period to speak of. Meant for one dominant
 * oscillation, like that of loss and norm about the weight-decay equilibrium (T9); its error is about half a step over the
 * number of periods seen.
 */
export function oscillationPeriod(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i += 1) mean += values[i]! / values.length;
  let first = Number.NaN;
  let last = Number.NaN;
  let crossings = 0;
  for (let i = 1; i < values.length; i += 1) {
    const [before, after] = [values[i - 1]! - mean, values[i]! - mean];
    if (!(before < 0 && after >= 0)) continue;
    last = i - 1 + before / (before - after);
    if (crossings === 0) first = last;
    crossings += 1;
  }
  return crossings < 3 ? Number.NaN : (last - first) / (crossings - 1);
}
