/** A step of two replicas side by side: the operations of toy/dynamics on each, in the same order. */

import { SMALLEST_SQUARE } from '../function/toy-function.js';
import { add, type Body, type Code, constant, divide, larger, multiply, squareRoot, subtract } from './code.js';
import type { PairRecord } from './record.js';

/** Where the code of a step is written, and where the numbers of the pair are. */
export class PairWriter {
  constructor(
    readonly body: Body,
    readonly record: PairRecord,
    /** Address of the pair. */
    readonly pair: Code,
  ) {}

  keep(value: Code): Code {
    return this.body.keep(value);
  }

  load(name: string, group: number | '' = ''): Code {
    return this.record.load(this.pair, name, group);
  }

  store(name: string, value: Code, group: number | '' = ''): void {
    this.body.do(this.record.store(this.pair, name, value, group));
  }

  /** Adds to a number in memory. */
  addTo(name: string, value: Code, group: number | '' = ''): void {
    this.store(name, add(this.load(name, group), value), group);
  }
}

/**
 * The numbers of one group as code: coordinates, their squares, 1 / (x^2 + y^2), and the gradient. The second part of the
 * gradient has the other sign, which no rounding sees: `fallY` is what y grows along.
 */
export interface GroupStep {
  readonly index: number;
  readonly alpha: Code;
  readonly x: Code;
  readonly y: Code;
  readonly squareX: Code;
  readonly squareY: Code;
  readonly square: Code;
  readonly inverse: Code;
  readonly gradientX: Code;
  readonly fallY: Code;
}

/** A part of a step: it sees one group after another, then the loss of all. */
export interface StepPart {
  readonly group: (step: GroupStep) => void;
  readonly end: (loss: Code) => void;
}

const ONE = constant(1);
export const squared = (value: Code): Code => multiply(value, value);
export const product = (first: Code, ...others: Code[]): Code => others.reduce(multiply, first);

/** A sum that grows by one term at a time. */
export class Total {
  private total: Code | undefined;

  constructor(private readonly writer: PairWriter) {}

  add(term: Code): void {
    this.total = this.writer.keep(this.total === undefined ? term : add(this.total, term));
  }

  get value(): Code {
    return this.total!;
  }
}

/** Loss and gradient of one group, as SumOfRatios in function.ts has them. */
function emitGroup(writer: PairWriter, index: number, coordinate: (name: 'x' | 'y') => Code, losses: Total): GroupStep {
  const x = writer.keep(coordinate('x'));
  const y = writer.keep(coordinate('y'));
  const squareX = writer.keep(squared(x));
  const squareY = writer.keep(squared(y));
  const square = writer.keep(add(squareX, squareY));
  const inverse = writer.keep(divide(ONE, larger(square, constant(SMALLEST_SQUARE))));
  const alpha = writer.keep(writer.load('alpha', index));
  const along = writer.keep(multiply(alpha, x));
  const turn = writer.keep(product(add(along, along), y, inverse, inverse));
  losses.add(product(along, x, inverse));
  const gradientX = writer.keep(multiply(turn, y));
  const fallY = writer.keep(multiply(turn, x));
  return { index, alpha, x, y, squareX, squareY, square, inverse, gradientX, fallY };
}

/** A step of `groups` groups and all its parts. On the joint sphere coordinates are kept unscaled, and their scale besides. */
export function emitStep(writer: PairWriter, groups: number, isScaled: boolean, parts: readonly StepPart[]): void {
  const losses = new Total(writer);
  const scale = isScaled ? writer.keep(writer.load('scale')) : undefined;
  for (let index = 0; index < groups; index += 1) {
    const coordinate = (name: 'x' | 'y'): Code => {
      const kept = writer.load(name, index);
      return scale === undefined ? kept : multiply(kept, scale);
    };
    const step = emitGroup(writer, index, coordinate, losses);
    for (const part of parts) part.group(step);
  }
  for (const part of parts) part.end(losses.value);
}

/** 1 / sqrt of a sum of squares, or another norm over it. */
export const scaleTo = (norm: Code, squares: Code): Code => divide(norm, squareRoot(squares));

/** x - rate * update and y + rate * update, the second part of the update being of the other sign. */
export const descended = (
  writer: PairWriter,
  { x, y }: Pick<GroupStep, 'x' | 'y'>,
  rate: Code,
  [update, fall]: readonly [Code, Code],
) => [writer.keep(subtract(x, multiply(rate, update))), writer.keep(add(y, multiply(rate, fall)))] as const;
