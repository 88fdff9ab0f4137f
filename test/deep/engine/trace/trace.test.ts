import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../../../deep/engine/engine.js';
import { trace } from '../../../../deep/engine/trace/trace.js';
import { compiled, expectAgreement, input, runOn } from '../agreement.js';

const x = input('x', [2, 3]);
const image = input('image', [2, 3, 4, 5], { layout: 'image' });

describe('numbers that are the same everywhere', () => {
  it.each<[string, TensorFunction]>([
    ['ones', () => ({ out: tf.ones([2, 3]) })],
    ['zerosLike in the layout of an input', ({ image }) => ({ image: tf.zerosLike(image!) })],
    ['onesLike', ({ x }) => ({ out: tf.onesLike(x!) })],
    ['fill', () => ({ out: tf.fill([1, 3], 2.5) })],
    ['fill with whole numbers', () => ({ out: tf.fill([2], 3, 'int32') })],
    ['scalar', () => ({ out: tf.scalar(0.1) })],
    [
      'a broadcast that only the uniform operand spans',
      () => ({ out: tf.add(tf.tensor1d([1, 2, 3]), tf.ones([4, 3])) }),
    ],
    ['two that span the result together', () => ({ out: tf.add(tf.ones([4, 1]), tf.fill([1, 3], 2)) })],
    ['1 times a smaller operand', () => ({ out: tf.mul(tf.ones([2, 3]), tf.tensor1d([1, 2, 3])) })],
    ['1 times an operand of the same shape', ({ x }) => ({ out: tf.mul(tf.ones([2, 3]), x!) })],
    ['0 plus an operand of the same shape', ({ x }) => ({ out: tf.add(tf.zeros([2, 3]), x!) })],
    ['0 plus a smaller operand', () => ({ out: tf.add(tf.tensor1d([1, 2, 3]), tf.zeros([2, 3])) })],
    ['0 plus 0', () => ({ out: tf.add(tf.zeros([2, 3]), tf.zeros([3])) })],
    ['a sum of several with 0 and 1', ({ x }) => ({ out: tf.addN([tf.zerosLike(x!), x!, tf.onesLike(x!), x!]) })],
    ['a sum of one', ({ x }) => ({ out: tf.addN([x!]) })],
    ['0 times an operand', ({ x }) => ({ out: tf.mul(x!, tf.zeros([2, 3])) })],
    ['against an image', ({ image }) => ({ image: tf.sub(tf.ones([5]), image!) })],
    [
      'relu, square, sqrt',
      () => ({ a: tf.relu(tf.fill([2], -2)), b: tf.square(tf.fill([2], 3)), c: tf.sqrt(tf.fill([2], 4)) }),
    ],
    ['step', () => ({ out: tf.step(tf.fill([3], 2)) })],
    ['sum over some dimensions', () => ({ out: tf.sum(tf.fill([2, 3, 4], 0.5), [0, 2]) })],
    ['mean and max', () => ({ mean: tf.mean(tf.fill([2, 3], 0.5)), max: tf.max(tf.fill([2, 3], 0.5), 1) })],
    ['reshape, transpose, tile', () => ({ out: tf.tile(tf.transpose(tf.reshape(tf.fill([6], 7), [2, 3])), [1, 2]) })],
    ['stack', ({ x }) => ({ out: tf.stack([tf.ones([2, 3]), x!]) })],
    ['matMul', ({ x }) => ({ out: tf.matMul(x as tf.Tensor2D, tf.ones([3, 2]) as tf.Tensor2D) })],
    [
      'conv2d of a uniform image',
      () => ({ out: tf.conv2d(tf.ones([1, 4, 4, 2]) as tf.Tensor4D, tf.ones([3, 3, 2, 2]) as tf.Tensor4D, 1, 'same') }),
    ],
    ['cast drops the fraction', () => ({ out: tf.cast(tf.cast(tf.fill([2], -1.5), 'int32'), 'float32') })],
    ['cast to bool gives 0 and 1', () => ({ out: tf.cast(tf.cast(tf.fill([2], 3), 'bool'), 'float32') })],
    ['equal', ({ x }) => ({ out: tf.cast(tf.equal(tf.zerosLike(x!), 0), 'float32') })],
  ])('%s', async (_, fn) => {
    await expectAgreement(fn, [x, image]);
  });

  it('are one number in the graph, not an array', async () => {
    const { graph } = await trace(() => ({ out: tf.add(tf.ones([1000, 1000]), tf.fill([1000, 1000], 2)) }), []);
    expect(graph.encode().length).toBeLessThan(1000);
  });
});

describe('arithmetic with neutral elements', () => {
  const operators = async (fn: TensorFunction) => (await trace(fn, [x.spec, image.spec])).graph.operatorCounts();

  it.each<[string, TensorFunction]>([
    ['1 times', ({ x }) => ({ x: tf.mul(tf.onesLike(x!), x!) })],
    ['plus 0', ({ x }) => ({ x: tf.add(x!, tf.zeros([3])) })],
    ['a gradient of the first of two summands', ({ x }) => ({ x: tf.grad((y) => tf.add(y, tf.zerosLike(y)))(x!, x!) })],
  ])('costs no node: %s', async (_, fn) => {
    expect(await operators(fn)).toEqual({ Identity: 1 });
  });

  it('adds several two at a time: webgpu has no sum of several', async () => {
    expect(await operators(({ x }) => ({ x: tf.addN([x!, tf.exp(x!), tf.neg(x!)]) }))).toEqual({
      Exp: 1,
      Neg: 1,
      Add: 2,
      Identity: 1,
    });
  });

  it('0 times infinity is not 0', async () => {
    const { out } = await runOn(compiled, ({ x }) => ({ out: tf.mul(tf.div(x!, 0), tf.zerosLike(x!)) }), [x]);
    expect([...out!.data].every(Number.isNaN)).toBe(true);
  });
});

describe('constants', () => {
  it.each<[string, TensorFunction]>([
    [
      'numbers',
      () => ({
        out: tf.tensor2d([
          [1, -2],
          [0.5, 1e-3],
        ]),
      }),
    ],
    ['whole numbers', () => ({ out: tf.tensor1d([3, -1], 'int32') })],
    ['truth values', () => ({ out: tf.cast(tf.tensor1d([true, false], 'bool'), 'float32') })],
    ['0 and -0 apart', () => ({ out: tf.div(1, tf.tensor1d([2, -4])) })],
  ])('%s written into the function', async (_, fn) => {
    await expectAgreement(fn, []);
  });
});

describe('outputs', () => {
  it('may be inputs, untouched, in any layout', async () => {
    const { image: out } = await runOn(compiled, ({ image }) => ({ image: image! }), [image]);
    expect(out).toEqual({ shape: [2, 5, 3, 4], type: 'float32', data: image.data });
  });

  it('that bear no name of an input are in the order that the function sees', async () => {
    const { out } = await runOn(compiled, ({ image }) => ({ out: image! }), [image]);
    expect(out!.shape).toEqual([2, 3, 4, 5]);
    // Place (n, h, w, c) of the function is (n, c, h, w) of the host.
    const host = (n: number, h: number, w: number, c: number) => image.data[((n * 5 + c) * 3 + h) * 4 + w];
    expect(out!.data[((1 * 3 + 2) * 4 + 3) * 5 + 4]).toBe(host(1, 2, 3, 4));
    expect(out!.data[((1 * 3 + 0) * 4 + 2) * 5 + 1]).toBe(host(1, 0, 2, 1));
  });

  it('that are true or false must be cast', async () => {
    const program = compiled.compile(({ x }) => ({ out: tf.greater(x!, 0) }), [x.spec]);
    await expect(program).rejects.toThrow('output out is of dtype bool; cast it');
  });
});

describe('what cannot be compiled', () => {
  it.each<[string, TensorFunction, RegExp]>([
    ['an operation without lowering', ({ x }) => ({ out: tf.cumsum(x!, 0) }), /Cumsum/],
    ['another', ({ x }) => ({ out: tf.erf(x!) }), /Erf/],
    ['one in a gradient', ({ x }) => ({ out: tf.grad((y) => tf.maximum(y, 0))(x!) }), /GreaterEqual/],
    [
      'reading a value',
      ({ x }) => ({ out: tf.scalar(x!.dataSync()[0]!) }),
      /reads the value of a tensor; only operations/,
    ],
  ])('%s fails with its name', async (_, fn, message) => {
    await expect(compiled.compile(fn, [x.spec])).rejects.toThrow(message);
    // The engine is as good as new.
    const { out } = await runOn(compiled, (given) => ({ out: tf.add(given.x!, 1) }), [x]);
    expect(out!.data[0]).toBeCloseTo(x.data[0]! + 1, 6);
  });

  it('a tensor from outside the function', async () => {
    await tf.setBackend('cpu');
    const outside = tf.tensor1d([1, 2, 3]);
    const program = compiled.compile(({ x }) => ({ out: tf.add(x!, outside) }), [x.spec]);
    await expect(program).rejects.toThrow('made outside the traced function');
    outside.dispose();
  });

  it('leaves tfjs on the backend it was on', async () => {
    await tf.setBackend('cpu');
    await compiled.compile(({ x }) => ({ out: tf.erf(x!) }), [x.spec]).catch(() => {});
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it('two at a time do not mix', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((term) => runOn(compiled, ({ x }) => ({ out: tf.add(x!, term) }), [x])),
    );
    expect(a!.out!.data[0]).toBeCloseTo(x.data[0]! + 1, 6);
    expect(b!.out!.data[0]).toBeCloseTo(x.data[0]! + 2, 6);
  });
});
