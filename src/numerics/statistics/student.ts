/**
 * How many standard errors a deviation must exceed to be as rare as a normal one of `normal` standard deviations, where the
 * standard error itself was estimated with `degrees` degrees of freedom: the quantile of Student's t, any real number of
 * degrees from 1 on. Wallace's approximation (1959): for tails of 1% to 2.5% within 2% from 4 degrees on, within 9% from 2 on;
 * below that too large, which errs on the careful side.
 */
export function studentQuantile(normal: number, degrees: number): number {
  if (degrees === Number.POSITIVE_INFINITY) return normal;
  const scaled = (normal * (8 * degrees + 3)) / (8 * degrees + 1);
  return Math.sqrt(degrees * Math.expm1((scaled * scaled) / degrees));
}
