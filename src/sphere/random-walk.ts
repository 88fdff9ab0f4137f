/**
 * Cosine of the angle between the points of a random walk on the sphere before steps `from` and `to` (K6): the product of
 * (1 + ESS^2)^(-1/2) over the steps between them, cosines of the angles that they turn by. It is the expectation for every walk whose steps
 * have no mean direction, given all that was before and how large they are; the number of dimensions does not matter. Steps of a network
 * that go downhill, or back to a valley, have one. 1 where there is no step between.
 *
 * @example
 * console.log(walkCosine([1, 1], 0, 2)); // 0.5
 */
export function walkCosine(effectiveSteps: ArrayLike<number>, from: number, to: number): number {
  let logarithm = 0;
  for (let i = from; i < to; i += 1) logarithm -= Math.log1p(effectiveSteps[i]! ** 2) / 2;
  return Math.exp(logarithm);
}
