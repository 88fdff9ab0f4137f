import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { hessianInputs, hessianVectorProduct } from '../../../deep/curvature/hessian.js';
import { HessianOperator, type ParameterVector } from '../../../deep/curvature/hessian-operator.js';
import { trace } from '../../../deep/engine/trace/trace.js';
import { convNet } from '../../../deep/models/convnet.js';
import { namesWithRole } from '../../../deep/models/model.js';
import { compiled, deviation, eager } from '../engine/agreement.js';
import { SMALL_SHAPE, smallNetwork } from '../small-network.js';
import { combine, flat, inner, norm, randomDirection, randomPoint, withOperator } from './hessian-setting.js';

describe('the Hessian of the ConvNet', () => {
  const model = convNet({ width: 2 });
  const names = namesWithRole(model, 'sphere');
  const shape = { batch: 6, channels: 3, height: 32, width: 32 };
  const point = randomPoint(model, shape, 21);
  const [u, v] = [randomDirection(model, point, 22), randomDirection(model, point, 23)] as const;
  const setting = { engine: compiled, model, shape, point };
  const parameters = (tensors: ParameterVector): Map<string, Float32Array> =>
    new Map(names.map((name) => [name, tensors.get(name)!]));

  it('is symmetric and linear', async () => {
    await withOperator(setting, async (operator) => {
      const [hu, hv] = [(await operator.apply(u)).product, (await operator.apply(v)).product];
      const hSum = (await operator.apply(combine(u, v, -3))).product;
      const scale = norm(hu) * norm(v) + norm(hv) * norm(u);
      expect(Math.abs(inner(hu, v) - inner(hv, u)) / scale).toBeLessThan(1e-6);
      expect(deviation(flat(hSum), flat(combine(hu, hv, -3)))).toBeLessThan(3e-6);
    });
  });

  /**
   * The loss does not change as all weights, or those of one layer, are scaled by c, so the gradient is homogeneous of
   * degree -1: g(c w) = g(w) / c. At c = 1 that says H w = -g; and scaling layer k alone, with w_k in its place and
   * zeros elsewhere, H w_k = -g_k in that place and 0 elsewhere. Epsilon breaks the invariance by epsilon / variance of
   * what is normalised: here 1e-5 / 0.1.
   */
  it('takes the weights to minus the gradient, and those of each layer to its part of it', async () => {
    await withOperator(setting, async (operator) => {
      const weights = parameters(point.tensors);
      const { product, gradient } = await operator.apply(weights);
      const minus = (vector: ParameterVector) => flat(vector).map((value) => -value);
      expect(deviation(flat(product), minus(gradient))).toBeLessThan(1e-3);
      for (const chosen of names) {
        const only = (vector: ParameterVector) =>
          new Map(names.map((name) => [name, name === chosen ? vector.get(name)! : vector.get(name)!.map(() => 0)]));
        const { product: part } = await operator.apply(only(weights));
        expect(deviation(flat(part), minus(only(gradient))), chosen).toBeLessThan(1e-3);
      }
    });
  });

  it('does so but for rounding where the weights are large against epsilon', async () => {
    const tensors = new Map(point.tensors);
    for (const name of names)
      tensors.set(
        name,
        tensors.get(name)!.map((value) => value * 100),
      );
    const large = { ...setting, point: { ...point, tensors } };
    const { product, gradient } = await withOperator(large, (operator) => operator.apply(parameters(tensors)));
    // Epsilon / variance = 1e-8.
    expect(
      deviation(
        flat(product),
        flat(gradient).map((value) => -value),
      ),
    ).toBeLessThan(5e-6);
  });

  it('moves to another point', async () => {
    const other = randomPoint(model, shape, 31);
    await withOperator(setting, async (operator) => {
      operator.moveTo(other);
      const moved = await operator.apply(v);
      expect(moved).toEqual(await withOperator({ ...setting, point: other }, (fresh) => fresh.apply(v)));
      operator.moveTo(point);
      expect((await operator.apply(v)).loss).not.toBe(moved.loss);
    });
  });

  it('has to have a point, and a direction a part for every parameter', async () => {
    const operator = await HessianOperator.compile(compiled, model, shape);
    await expect(operator.apply(v)).rejects.toThrow('has no point yet');
    operator.moveTo(point);
    const short = new Map([...v].slice(1));
    await expect(operator.apply(short)).rejects.toThrow('no part for the parameter conv_layers.0.weight');
    await operator.dispose();
  });

  it('is compiled with one forward pass, not one a derivative', async () => {
    const { graph } = await trace(hessianVectorProduct(model), hessianInputs(model, shape));
    const { MaxPool, Relu, Sqrt } = graph.operatorCounts();
    expect({ MaxPool, Relu, Sqrt }).toEqual({ MaxPool: 4, Relu: 4, Sqrt: 4 });
  });
});

describe('the Hessian operator, eager', () => {
  it('leaves no tensor behind', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory().numTensors;
    const point = randomPoint(smallNetwork, SMALL_SHAPE, 1);
    const setting = { engine: eager, model: smallNetwork, shape: SMALL_SHAPE, point };
    await withOperator(setting, (operator) => operator.apply(randomDirection(smallNetwork, point, 2)));
    expect(tf.memory().numTensors).toBe(before);
  });
});
