import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { EagerEngine } from '../../../deep/engine/eager.js';
import { allowNumericPadding } from '../../../deep/engine/tensorflow-padding.js';
import { convolve, deviation, eager, input, runOn } from './agreement.js';

const CONVOLUTIONS = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'];

/** tfjs' own backend under another name, as unwilling to pad by a number as tfjs-node. */
function registerUnwillingBackend(backendName: string): void {
  // Without its recommendation of another backend on first use.
  tf.registerBackend(backendName, () => Object.assign(new MathBackendCPU(), { firstUse: false }));
  tf.copyRegisteredKernels('cpu', backendName);
  for (const kernelName of CONVOLUTIONS) {
    const { kernelFunc } = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => {
        if (typeof call.attrs?.pad === 'number') throw new Error("only 'valid' and 'same'");
        return kernelFunc(call);
      },
    });
  }
}

describe('padding by a number on a backend that knows only same and valid', () => {
  registerUnwillingBackend('unwilling');
  const engine = new EagerEngine('unwilling');

  it('is refused at first', async () => {
    const given = [input('x', [1, 4, 4, 1]), input('filter', [3, 3, 1, 1])];
    await expect(runOn(engine, ({ x, filter }) => ({ out: convolve(x!, filter!, 1, 1) }), given)).rejects.toThrow(
      'only',
    );
    allowNumericPadding('unwilling');
  });

  it.each([
    { kernel: 3, stride: 1, pad: 1 },
    { kernel: 3, stride: 2, pad: 1 },
    { kernel: 1, stride: 2, pad: 0 },
    { kernel: 3, stride: 1, pad: 2 },
    { kernel: 3, stride: 2, pad: 'same' as const },
  ])('agrees with one that pads, gradients included: %o', async ({ kernel, stride, pad }) => {
    const given = [input('x', [2, 6, 8, 3], { seed: 1 }), input('filter', [kernel, kernel, 3, 4], { seed: 2 })];
    const fn = ({ x, filter }: Record<string, tf.Tensor>) => {
      const out = convolve(x!, filter!, stride, pad);
      const [dx, dFilter] = tf.grads((a, b) => tf.sum(tf.square(convolve(a, b, stride, pad))))([x!, filter!]);
      return { out, dx: dx!, dFilter: dFilter! };
    };
    const [expected, found] = [await runOn(eager, fn, given), await runOn(engine, fn, given)];
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect(found[name]!.shape).toEqual(shape);
      expect(deviation(found[name]!.data, data), name).toBeLessThan(2e-6);
    }
  });
});
