/**
 * Logarithm of the cosine of the angle between the points of a random walk on the sphere before a step and before another (K6), for
 * neighbours in a rising list of steps, counted from 0: the cosine is the product of (1 + ESS^2)^(-1/2) over the steps between them, cosines
 * of the angles that they turn by. It is the expectation for every walk whose steps have no mean direction, given all that was before and how large
 * they are; the number of dimensions does not matter. Steps of a network that go downhill, or back to a valley, have one. Goes through the steps
 * once, up to the last that is asked for.
 *
 * @example
 * console.log(Math.exp(walkLogCosines([1, 1, 1], [0, 2, 3])[0])); // 0.5
 */
export function walkLogCosines(effectiveSteps: Iterable<number>, before: readonly number[]): number[] {
  const logarithms: number[] = [];
  let [taken, logarithm] = [0, 0];
  for (const ess of before.length < 2 ? [] : effectiveSteps) {
    if (taken >= before[0]!) logarithm -= Math.log1p(ess ** 2) / 2;
    taken += 1;
    if (taken !== before[logarithms.length + 1]) continue;
    logarithms.push(logarithm);
    logarithm = 0;
    if (logarithms.length === before.length - 1) break;
  }
  return logarithms;
}

/** Cosine between the points at two places of such a list, from the logarithms of those of its neighbours; 1 of a point with itself. */
export function walkCosine(logCosines: readonly number[], from: number, to: number): number {
  let logarithm = 0;
  for (let i = from; i < to; i += 1) logarithm += logCosines[i]!;
  return Math.exp(logarithm);
}
