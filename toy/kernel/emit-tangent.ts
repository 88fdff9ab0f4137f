/** One tangent vector of each replica of a pair, carried through a step: what `tangentStep` in lyapunov.ts does. */
import { PRODUCT_LIMIT } from '../dynamics/log-products.js';
import { add, both, type Code, call, constant, divide, isAll, isLess, multiply, subtract } from './code.js';
import {
  descended,
  type GroupStep,
  type PairWriter,
  product,
  type StepPart,
  scaleTo,
  squared,
  Total,
} from './emit-step.js';

const THREE = constant(3);

/** The Hessian of a group times its tangent, as SumOfRatios has it; the second part of the other sign. */
function hessianTimes(writer: PairWriter, step: GroupStep, v: Code, w: Code): readonly [Code, Code] {
  const { x, y, squareX, squareY, inverse, alpha } = step;
  const u = writer.keep(product(x, y, inverse, inverse));
  const alongX = product(y, subtract(squareY, product(THREE, x, x)), v);
  const alongY = product(x, subtract(squareX, product(THREE, y, y)), w);
  const change = writer.keep(product(add(alongX, alongY), inverse, inverse, inverse));
  const factor = writer.keep(add(alpha, alpha));
  return [
    multiply(factor, add(multiply(change, y), multiply(u, w))),
    multiply(factor, add(multiply(change, x), multiply(u, v))),
  ];
}

/** Adds log(length / square), as `addLog` does; `flush` does it where the product leaves its bounds. */
function addGrowth(writer: PairWriter, factor: Code, flush: number): void {
  const next = writer.keep(multiply(writer.load('growth'), factor));
  const isWithin = both(isLess(next, constant(PRODUCT_LIMIT)), isLess(constant(1 / PRODUCT_LIMIT), next));
  writer.body.either(
    isAll(isWithin),
    () => writer.store('growth', next),
    () => {
      writer.store('factor', factor);
      writer.body.do(call(flush, writer.pair));
    },
  );
}

/** The tangents of a pair on the joint sphere, and the logarithms of their growth. */
export function tangentPart(writer: PairWriter, flush: number): StepPart {
  const moved: Code[] = [];
  const tangents: Code[] = [];
  const square = new Total(writer);
  const along = new Total(writer);
  along.add(constant(0));
  const group = (step: GroupStep): void => {
    const rate = writer.load('rate');
    const [v, w] = [writer.keep(writer.load('v', step.index)), writer.keep(writer.load('w', step.index))];
    const products = hessianTimes(writer, step, v, w);
    const next = descended(writer, { x: v, y: w }, rate, products);
    const here = descended(writer, step, rate, [step.gradientX, step.fallY]);
    for (const i of [0, 1] as const) {
      square.add(squared(here[i]));
      along.add(multiply(here[i], next[i]));
    }
    moved.push(...here);
    tangents.push(...next);
  };
  const end = (): void => {
    const length = new Total(writer);
    const carried = tangents.map((tangent, i) => {
      const next = writer.keep(subtract(tangent, divide(multiply(moved[i]!, along.value), square.value)));
      length.add(squared(next));
      return next;
    });
    const scale = writer.keep(scaleTo(constant(1), length.value));
    for (const [i, tangent] of carried.entries())
      writer.store(i % 2 === 0 ? 'v' : 'w', multiply(tangent, scale), Math.floor(i / 2));
    addGrowth(writer, writer.keep(divide(length.value, square.value)), flush);
  };
  return { group, end };
}
