import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../../deep/engine/engine.js';
import { arrangements, compiled, expectAgreement, few, input, layouts, runOn, seeds, sizes } from '../agreement.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Unary = (x: tf.Tensor) => tf.Tensor;

/** Two shapes that broadcast against each other: dimensions set to 1, or leading ones left out. */
interface Pair {
  readonly shapes: readonly [number[], number[]];
  readonly layouts: readonly [Layout, Layout];
  readonly seed: number;
}

const operand = (shape: number[]): fc.Arbitrary<{ shape: number[]; layout: Layout }> =>
  fc
    .record({
      single: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      dropped: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
      layout: layouts,
    })
    .map(({ single, dropped, layout }) => ({
      shape: shape.map((size, i) => (single[i] ? 1 : size)).slice(dropped),
      layout: dropped === 0 ? layout : 'plain',
    }));

const pairs: fc.Arbitrary<Pair> = sizes(4)
  .chain((shape) => fc.tuple(operand(shape), operand(shape), seeds))
  .map(([a, b, seed]) => ({ shapes: [a.shape, b.shape], layouts: [a.layout, b.layout], seed }));

const given = ({ shapes, layouts: [first, second], seed }: Pair, content: 'gaussian' | 'positive' | 'whole') => [
  input('a', shapes[0], { layout: first, seed, content }),
  input('b', shapes[1], { layout: second, seed: seed + 1, content }),
];

const asNumber =
  (compare: Binary): Binary =>
  (a, b) =>
    tf.cast(compare(a, b), 'float32');

describe('binary kernels, broadcast in every layout', () => {
  it.each<[string, Binary, 'gaussian' | 'positive']>([
    ['Add', tf.add, 'gaussian'],
    ['Sub', tf.sub, 'gaussian'],
    ['Multiply', tf.mul, 'gaussian'],
    ['RealDiv', tf.div, 'positive'],
    ['Maximum', tf.maximum, 'gaussian'],
    ['Minimum', tf.minimum, 'gaussian'],
    ['Greater', asNumber(tf.greater), 'gaussian'],
    ['Less', asNumber(tf.less), 'gaussian'],
  ])('%s', async (_, op, content) => {
    await fc.assert(
      fc.asyncProperty(pairs, (pair) => expectAgreement(({ a, b }) => ({ out: op(a!, b!) }), given(pair, content))),
      few(20),
    );
  });

  // Whole numbers from -3 to 3: equal ones occur, and every result is exact.
  it.each<[string, Binary]>([
    ['Equal', asNumber(tf.equal)],
    ['Add', tf.add],
    ['Sub', tf.sub],
    ['Multiply', tf.mul],
    ['Maximum', tf.maximum],
  ])('%s of whole numbers', async (_, op) => {
    await fc.assert(
      fc.asyncProperty(pairs, (pair) => expectAgreement(({ a, b }) => ({ out: op(a!, b!) }), given(pair, 'whole'), 0)),
      few(10),
    );
  });

  it.each<[string, Binary]>([
    ['Add', tf.add],
    ['Sub', tf.sub],
    ['Multiply', tf.mul],
    ['RealDiv', tf.div],
  ])('gradients of %s, which sum over what was broadcast', async (_, op) => {
    await fc.assert(
      fc.asyncProperty(pairs, (pair) => {
        const shape = broadcast(...pair.shapes);
        const operands = [...given(pair, 'positive'), input('dy', shape, { seed: pair.seed + 2 })];
        return expectAgreement(({ a, b, dy }) => {
          const [da, db] = tf.grads((x, y) => op(x!, y!))([a!, b!], dy!);
          // Named like the inputs, so that they must come out in the inputs' layouts.
          return { a: da!, b: db! };
        }, operands);
      }),
      few(15),
    );
  });

  it('AddN, with its gradient', async () => {
    await fc.assert(
      fc.asyncProperty(sizes(4), layouts, layouts, seeds, (shape, first, second, seed) =>
        expectAgreement(
          ({ a, b, c }) => {
            const sum = (...terms: tf.Tensor[]) => tf.addN([...terms, a!]);
            const [db, dc] = tf.grads(sum)([b!, c!]);
            return { out: sum(b!, c!), db: db!, dc: dc! };
          },
          [
            input('a', shape, { layout: first, seed }),
            input('b', shape, { layout: second, seed: seed + 1 }),
            input('c', shape, { seed: seed + 2 }),
          ],
        ),
      ),
      few(15),
    );
  });
});

const broadcast = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], i: number): number => shape[i - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, i) => Math.max(at(a, i), at(b, i)));
};

describe('unary kernels in every layout', () => {
  const property = (op: Unary, content: 'gaussian' | 'positive', gradient: boolean) =>
    fc.asyncProperty(arrangements, seeds, ({ shape, layout }, seed) =>
      expectAgreement(
        ({ x, dy }) => ({ out: op(x!), ...(gradient ? { x: tf.grad(op)(x!, dy!) } : {}) }),
        [input('x', shape, { layout, seed, content }), input('dy', shape, { layout, seed: seed + 1 })],
      ),
    );

  it.each<[string, Unary, 'gaussian' | 'positive']>([
    ['Exp', tf.exp, 'gaussian'],
    ['Log', tf.log, 'positive'],
    ['Sqrt', tf.sqrt, 'positive'],
    ['Neg', tf.neg, 'gaussian'],
    ['Relu', tf.relu, 'gaussian'],
    ['Square', tf.square, 'gaussian'],
    ['Identity', tf.clone, 'gaussian'],
    ['Cast', (x) => tf.cast(x, 'float32'), 'gaussian'],
  ])('%s and its gradient', async (_, op, content) => {
    await fc.assert(property(op, content, true), few(12));
  });

  it.each<[string, Unary, 'gaussian' | 'positive']>([
    ['Abs', tf.abs, 'gaussian'],
    ['Rsqrt', tf.rsqrt, 'positive'],
    ['Step', (x) => tf.step(x), 'gaussian'],
    ['ZerosLike', tf.zerosLike, 'gaussian'],
    ['OnesLike', tf.onesLike, 'gaussian'],
    ['Cast to int32, towards 0', (x) => tf.cast(x, 'int32'), 'gaussian'],
    ['Cast to int32 and back', (x) => tf.cast(tf.cast(x, 'int32'), 'float32'), 'gaussian'],
    ['Cast to bool and back', (x) => tf.cast(tf.cast(tf.cast(x, 'int32'), 'bool'), 'float32'), 'gaussian'],
  ])('%s', async (_, op, content) => {
    await fc.assert(property(op, content, false), few(12));
  });

  it('a Step with a slope is refused', async () => {
    const program = compiled.compile(({ x }) => ({ out: tf.step(x!, 0.1) }), [input('x', [2]).spec]);
    await expect(program).rejects.toThrow('Step with a slope cannot be compiled');
  });

  it('relu at 0 has gradient 0', async () => {
    const x = { ...input('x', [3]), data: Float32Array.of(-1, 0, 2) };
    const { x: gradient } = await runOn(compiled, (given) => ({ x: tf.grad(tf.relu)(given.x!) }), [x]);
    expect([...gradient!.data]).toEqual([0, 0, 1]);
  });
});
