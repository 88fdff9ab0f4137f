/** A number with its standard error; NaN if that is not known. */
export interface Estimate {
  readonly mean: number;
  readonly error: number;
}
