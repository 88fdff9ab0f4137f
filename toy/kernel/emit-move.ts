/** The moving half of a step of a pair: what descent.ts and projection.ts do to one replica. */
import type { Projection } from '../dynamics/step.js';
import { add, type Code, constant, multiply, negate, subtract } from './code.js';
import { descended, type GroupStep, type PairWriter, type StepPart, scaleTo, squared, Total } from './emit-step.js';

/** Which of the deterministic steps it is. */
export interface MoveKind {
  readonly projection: Projection;
  readonly rate: 'elr' | 'learningRate';
  /** Coupled: added to the gradient, as with momentum. */
  readonly weightDecay: 'none' | 'decoupled' | 'coupled';
  readonly momentum: boolean;
}

type Pair = readonly [Code, Code];

/** What the step moves along: gradient, weight decay, momentum; the second part of the other sign. */
function updateOf(writer: PairWriter, { weightDecay, momentum }: MoveKind, { x, y, index, ...step }: GroupStep): Pair {
  const decay = (coordinate: Code): Code => multiply(writer.load('weightDecay'), coordinate);
  const isCoupled = weightDecay === 'coupled';
  const decayed: Pair = [
    isCoupled ? add(step.gradientX, decay(x)) : step.gradientX,
    isCoupled ? subtract(step.fallY, decay(y)) : step.fallY,
  ];
  if (!momentum) return decayed;
  const accumulate = (name: string, part: Code): Code => {
    const next = writer.keep(add(multiply(writer.load('momentum'), writer.load(name, index)), part));
    writer.store(name, next, index);
    return next;
  };
  return [accumulate('velocity x ', decayed[0]), accumulate('velocity y ', decayed[1])];
}

/** Where the step begins: the weights, less what decays of them beside the gradient. */
function startOf(writer: PairWriter, { weightDecay }: MoveKind, { x, y }: GroupStep): { x: Code; y: Code } {
  if (weightDecay !== 'decoupled') return { x, y };
  const factor = writer.load('decayFactor');
  return { x: writer.keep(multiply(x, factor)), y: writer.keep(multiply(y, factor)) };
}

/** What becomes of the coordinates after descent. */
function projecting(writer: PairWriter, projection: Projection) {
  const [even, odd] = [new Total(writer), new Total(writer)];
  const keep = ([x, y]: Pair, index: number): void => {
    writer.store('x', x, index);
    writer.store('y', y, index);
  };
  const none = { group: keep, end: () => {} };
  const group = (moved: Pair, index: number): void => {
    const squares = add(squared(moved[0]), squared(moved[1]));
    const scale = writer.keep(scaleTo(writer.load('norm', index), squares));
    keep([multiply(moved[0], scale), multiply(moved[1], scale)], index);
  };
  const joint = (moved: Pair, index: number): void => {
    keep(moved, index);
    even.add(squared(moved[0]));
    odd.add(squared(moved[1]));
  };
  const toSphere = (): void => writer.store('scale', scaleTo(constant(1), add(even.value, odd.value)));
  return { none, group: { ...none, group }, joint: { group: joint, end: toSphere } }[projection];
}

/** Descent and projection. `keepUpdate` keeps what the step moved along, which is asked for after the last one. */
export function movePart(writer: PairWriter, kind: MoveKind, { keepUpdate }: { keepUpdate: boolean }): StepPart {
  const project = projecting(writer, kind.projection);
  const move = (step: GroupStep, rate: Code): void => {
    const update = updateOf(writer, kind, step);
    if (keepUpdate) {
      writer.store('update x ', update[0], step.index);
      writer.store('update y ', negate(update[1]), step.index);
    }
    project.group(descended(writer, startOf(writer, kind, step), rate, update), step.index);
  };
  if (kind.projection !== 'none' || kind.rate !== 'elr')
    return { group: (step) => move(step, writer.load('rate')), end: project.end };
  // A fixed ELR in full space: the rate follows the norm, which is known after the last group only.
  const steps: GroupStep[] = [];
  const squaredNorm = new Total(writer);
  return {
    group: (step) => {
      steps.push(step);
      squaredNorm.add(step.squareX);
      squaredNorm.add(step.squareY);
    },
    end: () => {
      const rate = writer.keep(multiply(writer.load('rate'), squaredNorm.value));
      for (const step of steps) move(step, rate);
    },
  };
}
