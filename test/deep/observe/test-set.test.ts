import { describe, expect, it } from 'vitest';
import { BatchReader } from '../../../deep/data/batch-reader.js';
import { firstImages } from '../../../deep/data/image-set.js';
import { openData } from '../../../deep/data/open.js';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors } from '../../../deep/models/model.js';
import { randomPointLoss } from '../../../deep/observe/random-points.js';
import { evaluateOnTest } from '../../../deep/observe/test-set.js';
import { evaluation } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled, runOn } from '../engine/agreement.js';
import { givenBatch, givenWeights } from '../fixture.js';

const model = convNet({ width: 2 });
const weights = initialTensors(model, randomSource(1));
const whole = openData('fashion-mnist', { trainImages: 64 });

describe('evaluation on the test images', () => {
  it('is the mean over all of them, although they come in batches, the last one smaller', async () => {
    const data = { ...whole, test: firstImages(whole.test, 260) };
    const host = new Map(model.tensors.map(({ name, shape }) => [name, { shape, data: weights.get(name)! }]));
    const found = await evaluateOnTest(compiled, model, data, host);
    const { images, labels } = new BatchReader(data.test, data).read(Array.from({ length: 260 }, (_, i) => i));
    const inputs = [...givenWeights(model, weights), ...givenBatch({ images, labels })];
    const { logits } = await runOn(compiled, evaluation(model, 'evaluation'), inputs);
    // Loss and accuracy from the logits, in float64.
    let loss = 0;
    let hits = 0;
    for (let i = 0; i < 260; i += 1) {
      const row = Array.from(logits!.data.subarray(10 * i, 10 * i + 10));
      loss += Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[labels[i]!]!;
      if (row.indexOf(Math.max(...row)) === labels[i]) hits += 1;
    }
    expect(found.accuracy).toBeCloseTo(hits / 260, 6);
    // Float32 logits of size 10.
    expect(found.loss).toBeCloseTo(loss / 260, 4);
  });
});

describe('the loss of random points', () => {
  const level = (scale: number, seed = 1, points = 8) => {
    const scaled = new Map(
      model.tensors.map(({ name, role }) => {
        const values = weights.get(name)!;
        return [name, role === 'sphere' ? values.map((value) => value * scale) : values];
      }),
    );
    return randomPointLoss(compiled, model, whole, scaled, randomSource(seed), { points, batch: 16 });
  };

  it('repeats with the seed and does not depend on where training starts', async () => {
    const first = await level(1);
    expect(await level(1)).toEqual(first);
    expect(await level(7)).toEqual(first);
    expect((await level(1, 2)).mean).not.toBe(first.mean);
  });

  it('is worse than guessing, and its error is that of a mean', async () => {
    const [few, many] = [await level(1, 1, 16), await level(1, 2, 64)];
    expect(many.mean).toBeGreaterThan(Math.log(10));
    // Four standard errors: one seed in ten thousand fails, and this one is fixed.
    const error = Math.hypot(few.standardError, many.standardError);
    expect(Math.abs(few.mean - many.mean)).toBeLessThan(4 * error);
    // Four times as many points have half the error; that of 16 is itself known to a fifth.
    expect(few.standardError / many.standardError).toBeGreaterThan(1.2);
    expect(few.standardError / many.standardError).toBeLessThan(3.3);
  });
});
