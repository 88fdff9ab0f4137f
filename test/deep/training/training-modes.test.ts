import { describe, expect, it } from 'vitest';
import { firstImages } from '../../../deep/data/image-set.js';
import { openData } from '../../../deep/data/open.js';
import { convNet } from '../../../deep/models/convnet.js';
import { namesWithRole } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { startTraining, type TrainingOptions, type TrainingStep } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';
import { runResiduals } from '../../../src/sphere/identities.js';
import { compiled } from '../engine/agreement.js';

const embedded = openData('fashion-mnist', { trainImages: 64 });
const data = { ...embedded, train: firstImages(embedded.train, 40) };
const COMMON = { batch: 16, seed: 1 } as const;

async function train(model: ReturnType<typeof convNet>, options: TrainingOptions, steps: number, set = data) {
  const training = startTraining(compiled, model, set, options);
  const taken: TrainingStep[] = [];
  for (let i = 0; i < steps; i += 1) taken.push(await training.step());
  const weights = await training.weights();
  await training.dispose();
  return { taken, weights, initial: training.initial };
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

describe('spheres', () => {
  const model = convNet({ width: 2 });
  const names = namesWithRole(model, 'sphere');

  it('of each group: norm shares stay, and the ELR is that of the joint norm', async () => {
    const { taken, weights, initial } = await train(model, { ...COMMON, rate: elrRate(1e-2), projection: 'group' }, 6);
    for (const name of names) expect(norm(weights.get(name)!.data) / norm(initial.get(name)!)).toBeCloseTo(1, 6);
    for (const { elr } of taken) expect(elr / 1e-2).toBeCloseTo(1, 6);
  });

  it('of each filter: all of one norm from the start, with the joint norm as it was', async () => {
    const plain = await train(model, { ...COMMON, rate: elrRate(1e-2) }, 1);
    const { taken, weights, initial } = await train(model, { ...COMMON, rate: elrRate(1e-2), projection: 'filter' }, 6);
    expect(jointNorm(model, initial) / jointNorm(model, plain.initial)).toBeCloseTo(1, 6);
    for (const { elr, angle } of taken) {
      expect(elr / 1e-2).toBeCloseTo(1, 6);
      expect(angle).toBeGreaterThan(0);
    }
    // 2 + 4 + 8 + 16 filters.
    const wanted = jointNorm(model, plain.initial) / Math.sqrt(30);
    for (const name of names) {
      const [filters, ...rest] = weights.get(name)!.shape;
      const size = rest.reduce((a, b) => a * b);
      for (const tensor of [weights.get(name)!.data, initial.get(name)!])
        for (let i = 0; i < filters!; i += 1)
          expect(norm(tensor.subarray(i * size, (i + 1) * size)) / wanted).toBeCloseTo(1, 6);
    }
    // Filters have a scale each that the network does not see.
    expect(taken[0]!.loss / plain.taken[0]!.loss).toBeCloseTo(1, 3);
  });
});

describe('full space', () => {
  const model = convNet({ width: 2 });

  it('has an ELR that falls as the norm grows, and no angle; shares follow K3', async () => {
    const { taken } = await train(model, { ...COMMON, rate: { kind: 'lr', value: 0.5 }, projection: 'none' }, 8);
    for (const { elr, norm: rho, angle } of taken) {
      expect(elr).toBe(0.5 / (rho * rho));
      expect(angle).toBeUndefined();
    }
    expect(taken.at(-1)!.norm).toBeGreaterThan(taken[0]!.norm);
    expect(runResiduals(taken).kinematics.K3).toBeLessThan(2e-6);
  });

  it('with weight decay alone loses norm as it should', async () => {
    // So small a learning rate that the gradient does nothing.
    const options = { ...COMMON, rate: { kind: 'lr', value: 1e-6 }, projection: 'none', weightDecay: 1e4 } as const;
    const { taken } = await train(model, options, 5);
    expect(taken[4]!.norm / taken[0]!.norm).toBeCloseTo(0.99 ** 4, 5);
  });
});

describe('rates', () => {
  it('follow their schedule', async () => {
    const schedule = { kind: 'linear', factor: 0.5, from: 0, to: 1 } as const;
    const { taken } = await train(convNet({ width: 2 }), { ...COMMON, rate: elrRate(1e-2), schedule, steps: 4 }, 4);
    for (const [i, factor] of [1, 0.875, 0.75, 0.625].entries())
      expect(taken[i]!.elr / (1e-2 * factor)).toBeCloseTo(1, 6);
  });

  it('of free parameters are their own', async () => {
    const model = convNet({ width: 2, affine: true });
    const free = namesWithRole(model, 'free');
    const moved = async (freeLr?: number) => {
      const given = freeLr === undefined ? {} : { freeLr };
      const { weights, initial } = await train(model, { ...COMMON, rate: elrRate(1e-3), free: true, ...given }, 1);
      return free.map((name) => norm(weights.get(name)!.data.map((value, i) => value - initial.get(name)![i]!)));
    };
    const [small, large, still, usual] = [await moved(1e-3), await moved(2e-3), await moved(0), await moved()];
    expect(still.every((distance) => distance === 0)).toBe(true);
    const common =
      1e-3 * jointNorm(model, (await train(model, { ...COMMON, rate: elrRate(1), free: true }, 0)).initial) ** 2;
    for (const [i, distance] of small.entries()) {
      expect(large[i]! / distance).toBeCloseTo(2, 2);
      expect((usual[i]! * 1e-3) / common / distance).toBeCloseTo(1, 2);
    }
  });
});

describe('the gradient of the whole set', () => {
  const model = convNet({ width: 2, affine: true });
  const options = { seed: 1, rate: elrRate(1e-3), free: true, momentum: 0.9, fullBatch: true } as const;

  it('in one batch is that of one large batch', async () => {
    const whole = await train(model, { ...options, batch: 40, order: 'sequential' }, 3);
    const single = await train(model, { ...options, fullBatch: false, batch: 40, order: 'sequential' }, 3);
    for (const [i, { loss, egn, accuracy }] of whole.taken.entries()) {
      expect(loss / single.taken[i]!.loss).toBeCloseTo(1, 5);
      expect(egn / single.taken[i]!.egn).toBeCloseTo(1, 4);
      expect(accuracy).toBeCloseTo(single.taken[i]!.accuracy, 6);
    }
    for (const [name, { data: values }] of whole.weights)
      expect(norm(values.map((v, i) => v - single.weights.get(name)!.data[i]!)) / norm(values), name).toBeLessThan(
        1e-5,
      );
  });

  it('in many batches is the mean of theirs', async () => {
    // Steps so small that three single ones see the same weights.
    const tiny = { ...options, momentum: undefined, batch: 16, rate: elrRate(1e-9) };
    const { momentum: _, ...plain } = tiny;
    const whole = await train(model, plain, 1);
    const parts = await train(model, { ...plain, fullBatch: false }, 3);
    const [a, b, c] = parts.taken as [TrainingStep, TrainingStep, TrainingStep];
    const [step] = whole.taken as [TrainingStep];
    expect(step.loss).toBeCloseTo((16 * a.loss + 16 * b.loss + 8 * c.loss) / 40, 5);
    expect(step.accuracy).toBeCloseTo((16 * a.accuracy + 16 * b.accuracy + 8 * c.accuracy) / 40, 6);
    expect(step.egn).toBeLessThan((16 * a.egn + 16 * b.egn + 8 * c.egn) / 40);
    for (const name of namesWithRole(model, 'buffer'))
      expect(norm(whole.weights.get(name)!.data) / norm(parts.weights.get(name)!.data)).toBeCloseTo(1, 5);
  });
});

describe('training that goes on from its state', () => {
  const affine = convNet({ width: 2, affine: true });
  const momentum = 0.9;
  const schedule = { kind: 'cosine', factor: 0, from: 0, to: 1 } as const;
  const modes: readonly TrainingOptions[] = [
    { ...COMMON, rate: elrRate(1e-2), sampling: 'with' },
    { ...COMMON, rate: elrRate(1e-2), free: true, momentum, fullBatch: true },
    { ...COMMON, rate: elrRate(1e-2), projection: 'filter', momentum },
    { ...COMMON, rate: elrRate(1e-2), projection: 'group', schedule, steps: 6 },
    { ...COMMON, rate: { kind: 'lr', value: 0.1 }, projection: 'none', free: true, momentum, weightDecay: 1e-2 },
  ];

  it.each(modes)('has the same bytes as without a stop: %j', async (options) => {
    const whole = await train(affine, options, 6);
    const first = startTraining(compiled, affine, data, options);
    for (let i = 0; i < 4; i += 1) await first.step();
    const resume = await first.state();
    await first.dispose();
    const rest = await train(affine, { ...options, resume }, 2);
    expect(rest.taken).toEqual(whole.taken.slice(4));
    expect(rest.weights).toEqual(whole.weights);
  });
});
