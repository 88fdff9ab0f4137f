/** A number with its standard error; NaN where that is not known. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}
