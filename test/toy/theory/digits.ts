/** Closed forms against the same formula at 64 digits, at exactly the doubles they are given. */
import { all, type BigNumber, create, type MathType } from 'mathjs';
import { expect } from 'vitest';

/** 45 units in the last place: every closed form keeps this, whatever the rounding of its parts. */
export const ALLOWED = 1e-14;

export const math = create(all!, { number: 'BigNumber', precision: 64, relTol: 1e-60, absTol: 1e-60 });

/** The number that a double is, all of its digits; its shortest decimal form is another one. */
export function exactly(value: number): BigNumber {
  let numerator = value;
  let twos = 0;
  for (; !Number.isInteger(numerator); twos += 1) numerator *= 2;
  return math.divide(math.bignumber(String(BigInt(numerator))), math.pow(math.bignumber(2), twos)) as BigNumber;
}

export type Inputs = Readonly<Record<string, number | readonly number[]>>;

/** The last of the formulas given, to 64 digits, at these doubles. */
export function evaluate(formulas: string, inputs: Inputs): BigNumber {
  const scope = Object.entries(inputs).map(([name, value]) => [
    name,
    typeof value === 'number' ? exactly(value) : math.matrix(value.map(exactly)),
  ]);
  const result = math.evaluate(formulas, Object.fromEntries(scope));
  return result.entries?.at(-1) ?? result;
}

/** Relative error; absolute where the truth is 0. */
export function errorOf(value: number, truth: BigNumber): number {
  const difference = math.abs(math.subtract(exactly(value), truth)) as MathType;
  const scale = truth.isZero() ? math.bignumber(1) : math.abs(truth);
  return Number(math.divide(difference, scale).toString());
}

export function expectDigits(value: number, formula: string, inputs: Inputs): void {
  const error = errorOf(value, evaluate(formula, inputs));
  if (!(error <= ALLOWED)) expect.fail(`${formula} is off by ${error} at ${JSON.stringify(inputs)}`);
}
