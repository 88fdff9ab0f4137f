/** A step of two replicas side by side: the same operations in the same order as those of toy/dynamics on one. */
import { add, type Body, type Code, constant, divide, equals, multiply, squareRoot, subtract, without } from './code.js';
import type { PairRecord } from './record.js';

/** The numbers of a step of one pair as code, and where they are kept. */
export interface PairStep {
  readonly body: Body;
  readonly record: PairRecord;
  /** Address of the pair. */
  readonly pair: Code;
  readonly groups: readonly GroupStep[];
  readonly loss: Code;
}

/** Those of one group: coordinates, x^2 + y^2 and its inverse, and the gradient. */
export interface GroupStep {
  readonly alpha: Code;
  readonly x: Code;
  readonly y: Code;
  readonly square: Code;
  readonly inverse: Code;
  readonly gradientX: Code;
  readonly gradientY: Code;
}

const ZERO = constant(0);
const ONE = constant(1);
export const double = (value: Code): Code => multiply(constant(2), value);
export const squared = (value: Code): Code => multiply(value, value);
export const negative = (value: Code): Code => subtract(ZERO, value);
export const product = (first: Code, ...others: Code[]): Code => others.reduce(multiply, first);
export const sum = (first: Code, ...others: Code[]): Code => others.reduce(add, first);

/** Loss and gradient, as SumOfRatios in function.ts has them. */
export function emitGradient(body: Body, record: PairRecord, pair: Code, count: number): PairStep {
  const losses: Code[] = [];
  const groups = Array.from({ length: count }, (_, group): GroupStep => {
    const x = body.keep(record.load(pair, 'x', group));
    const y = body.keep(record.load(pair, 'y', group));
    const square = body.keep(add(squared(x), squared(y)));
    // 0 where the norm has vanished.
    const inverse = body.keep(without(divide(ONE, square), equals(square, ZERO)));
    const alpha = record.load(pair, 'alpha', group);
    const along = body.keep(multiply(alpha, x));
    const turn = body.keep(product(add(along, along), y, inverse, inverse));
    losses.push(body.keep(product(along, x, inverse)));
    const gradientX = body.keep(multiply(turn, y));
    const gradientY = body.keep(negative(multiply(turn, x)));
    return { alpha, x, y, square, inverse, gradientX, gradientY };
  });
  const [first, ...others] = losses;
  return { body, record, pair, groups, loss: body.keep(sum(first!, ...others)) };
}

/** The coordinates less the rate times the gradient, before the sphere takes them back. */
export function movedAlongGradient({ body, record, pair, groups }: PairStep): { x: Code; y: Code }[] {
  const rate = record.load(pair, 'rate');
  return groups.map(({ x, y, gradientX, gradientY }) => ({
    x: body.keep(subtract(x, multiply(rate, gradientX))),
    y: body.keep(subtract(y, multiply(rate, gradientY))),
  }));
}

/** All coordinates together back to norm 1, as `descendOnSphere` does. */
export function emitSphere({ body, record, pair }: PairStep, moved: readonly { x: Code; y: Code }[]): void {
  const [evens, odds] = [moved.map(({ x }) => squared(x)), moved.map(({ y }) => squared(y))];
  const [even, ...otherEvens] = evens;
  const [odd, ...otherOdds] = odds;
  const scale = body.keep(divide(ONE, squareRoot(add(sum(even!, ...otherEvens), sum(odd!, ...otherOdds)))));
  for (const [group, { x, y }] of moved.entries()) {
    body.do(record.store(pair, 'x', multiply(x, scale), group), record.store(pair, 'y', multiply(y, scale), group));
  }
}
