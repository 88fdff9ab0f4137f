/** From a list of operations to functions as fast as if written by hand. */

import { MATH_FUNCTIONS, type Operation } from './graph.js';
import type { ToyFunction, ToyGroup } from './toy-function.js';

/** A user's function as plain data, which another thread can compile without mathjs. */
export interface ToyProgram {
  readonly groups: readonly ToyGroup[];
  readonly operations: readonly Operation[];
  /** Places of the value, of the gradient, and of the Hessian times the direction. */
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly product: readonly number[];
  /** Subtracted from the value. */
  readonly offset: number;
}

const INFIX: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['power', '**'],
]);
const CALLS: ReadonlySet<string> = new Set([...MATH_FUNCTIONS, 'sign']);

const result = (place: number): string => `r${Math.trunc(place)}`;

/** Source of one operation. Only this table and numbers reach it: a program with anything else is refused. */
function operationSource({ name, inputs, value }: Operation): string {
  const [a, b] = inputs.map(result);
  const infix = INFIX.get(name);
  if (infix !== undefined) return `${a} ${infix} ${b}`;
  if (CALLS.has(name)) return `Math.${name}(${a})`;
  if (name === 'negate') return `-${a}`;
  if (name === 'number' && Number.isFinite(value)) return `${Number(value)}`;
  if (name === 'coordinate' || name === 'direction')
    return `${name === 'coordinate' ? 'points' : 'vectors'}[start + ${Math.trunc(value)}]`;
  throw new Error(`not an operation of a program: ${name} ${value}`);
}

/** Statements that compute the operations which `outputs` need, in their order. */
function statements(operations: readonly Operation[], outputs: readonly number[]): string {
  const needed = new Set(outputs);
  for (let place = operations.length - 1; place >= 0; place -= 1) {
    if (needed.has(place)) for (const input of operations[place]!.inputs) needed.add(input);
  }
  return operations
    .map((operation, place) => (needed.has(place) ? `const ${result(place)} = ${operationSource(operation)};\n` : ''))
    .join('');
}

type Compiled = (points: Float64Array, second: Float64Array, third: Float64Array, offset: number) => void;

const compile = (second: string, third: string, body: string): Compiled =>
  new Function('points', second, third, 'offset', `'use strict';\n${body}`) as Compiled;

function compileEvaluate({ operations, loss, gradient, product: { length } }: ToyProgram): Compiled {
  const writes = gradient.map((place, i) => `gradients[start + ${i}] = ${result(place)};\n`).join('');
  const body = `${statements(operations, [loss, ...gradient])}${writes}losses[replica] = ${result(loss)} - offset;\n`;
  return compile(
    'gradients',
    'losses',
    `for (let replica = 0, start = 0; replica < losses.length; replica += 1, start += ${length}) {\n${body}}`,
  );
}

function compileProduct({ operations, product }: ToyProgram): Compiled {
  const writes = product.map((place, i) => `products[start + ${i}] = ${result(place)};\n`).join('');
  const body = `${statements(operations, product)}${writes}`;
  return compile(
    'vectors',
    'products',
    `for (let start = 0; start < points.length; start += ${product.length}) {\n${body}}`,
  );
}

/** A program ready to be simulated. Where a group's norm has vanished the results are not numbers. */
export function compileProgram(program: ToyProgram): ToyFunction {
  const { groups, product, offset } = program;
  const evaluate = compileEvaluate(program);
  // Few simulations need the Hessian, whose source is much the longer.
  let multiply: Compiled | undefined;
  return {
    groups,
    dimension: product.length,
    evaluate: (points, gradients, losses) => evaluate(points, gradients, losses, offset),
    hessianVector: (points, vectors, products) => {
      multiply ??= compileProduct(program);
      multiply(points, vectors, products, offset);
    },
  };
}
