import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../../deep/data/image-set.js';
import type { Engine } from '../../../deep/engine/engine.js';
import { convNet } from '../../../deep/models/convnet.js';
import { resNet18 } from '../../../deep/models/resnet18.js';
import { visionTransformer } from '../../../deep/models/vit.js';
import { IMAGES, LABELS } from '../../../deep/step/batch.js';
import type { RateOptions } from '../../../deep/step/rates.js';
import { evaluation, type StepOptions } from '../../../deep/step/step.js';
import { startTraining, type TrainingStep } from '../../../deep/training/train.js';
import { elrRate, type Rate } from '../../../src/run/rate.js';
import { compiled, deviation, runOn } from '../engine/agreement.js';
import { type Expected, type ExpectedStep, type Fixture, givenBatch, givenWeights, openFixture } from '../fixture.js';

/** Whole trainings, with their learning rates, spheres and passes over the images, against PyTorch. */

type Batches = ReturnType<Fixture['batches']>;

/** An engine that is given the batches of a fixture, one after another, whatever images it is told to take. */
function fed(batches: Batches): Engine {
  let [images, labels] = [0, 0];
  return {
    name: compiled.name,
    compile: (...given) => compiled.compile(...given),
    upload(spec, content) {
      if (spec.name === IMAGES) return compiled.upload(spec, batches[images++ % batches.length]!.images);
      if (spec.name === LABELS) return compiled.upload(spec, batches[labels++ % batches.length]!.labels);
      return compiled.upload(spec, content);
    },
  };
}

/** As many images as there are in the batches; what is in them is not looked at. */
function placeholder(batches: Batches): DataSet {
  const count = batches.length * batches[0]!.labels.length;
  const pixels = new Uint8Array(count * 3 * 32 * 32);
  const train = { count, channels: 3, height: 32, width: 32, pixels, labels: new Uint8Array(count) };
  return { name: 'placeholder', classes: 10, means: [0, 0, 0], deviations: [1, 1, 1], train, test: train };
}

/** An ELR where there is a sphere, the learning rate itself where there is none. */
const rateOf = ({ projection, lr, radius }: Expected): Rate =>
  projection === 'none' ? { kind: 'lr', value: lr } : elrRate(lr / (radius * radius));

const optionsOf = (
  expected: Expected,
): RateOptions & StepOptions & { readonly rate: Rate; readonly fullBatch?: true } => ({
  rate: rateOf(expected),
  steps: expected.trace.length,
  loss: expected.loss!,
  projection: expected.projection!,
  free: (expected.last_layer ?? (expected.affine ? 'trained' : 'fixed')) === 'trained' || expected.affine,
  ...(expected.momentum === 0 ? {} : { momentum: expected.momentum }),
  ...(expected.weight_decay === 0 ? {} : { weightDecay: expected.weight_decay }),
  ...(expected.free_lr === undefined ? {} : { freeLr: expected.free_lr }),
  ...(expected.schedule === undefined ? {} : { schedule: expected.schedule }),
  ...(expected.full_batch ? { fullBatch: true } : {}),
});

const NETWORKS = { convnet: convNet, resnet18: resNet18, vit: visionTransformer } as const;

/** Trains as the fixture did: its steps, and the tensors after the last. */
async function trainAlike({ expected, initialWeights, batches }: Fixture) {
  const { model: name, width, affine, depth, norm, groups, last_layer: lastLayer, init_scale: initScale } = expected;
  const model = NETWORKS[name]({ width, affine, depth, norm, groups, lastLayer, initScale });
  const all = batches();
  const options = { batch: all[0]!.labels.length, seed: 1, initial: initialWeights(model) };
  const training = startTraining(fed(all), model, placeholder(all), { ...optionsOf(expected), ...options });
  const steps: TrainingStep[] = [];
  for (const _ of expected.trace) steps.push(await training.step());
  const weights = new Map([...(await training.weights())].map(([key, { data }]) => [key, data as Float32Array]));
  await training.dispose();
  return { model, steps, weights, first: all[0]! };
}

// Float32 on both sides with sums in other orders; make.py made sure that PyTorch itself, from weights off by 1e-7, comes to
// numbers within 1e-5 of these and so is on the same side of every tie.
const STEPS = 1e-5;
/** Of weights and logits, which are differences of larger numbers. */
const END = 1e-4;

function expectStep(found: TrainingStep, step: ExpectedStep): void {
  // A mean over batches is rounded.
  expect(found.accuracy).toBeCloseTo(step.accuracy, 6);
  for (const name of ['loss', 'elr', 'egn', 'ess', 'norm'] as const)
    expect(Math.abs(found[name] / step[name] - 1), `${name} of step ${step.step}`).toBeLessThan(STEPS);
  expect(found.groups.map(({ name }) => name)).toEqual(step.groups.map(({ name }) => name));
  for (const [i, group] of step.groups.entries())
    for (const name of ['share', 'egn', 'ess'] as const)
      expect(Math.abs(found.groups[i]![name] / group[name] - 1), `${name} of ${group.name}`).toBeLessThan(STEPS);
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

describe.each([
  'convnet-w4-momentum',
  'convnet-w4-squared',
  'convnet-affine-w4',
  'resnet18-affine-w2',
  'convnet-w2-weight-decay',
  'convnet-w2-group',
  'convnet-w2-filter',
  'convnet-w2-cosine',
  'convnet-w2-linear',
  'convnet-w2-step',
  'convnet-w2-full-batch',
  'convnet-affine-w2-free-lr',
  'convnet-w2-depth-2',
  'convnet-w2-depth-5',
  'convnet-w2-init-scale-3',
  'convnet-affine-w2-turned',
  'convnet-w2-last-trained',
  'convnet-w2-last-invariant',
  'convnet-w2-last-turned',
  'resnet18-w2-last-invariant',
  'convnet-w2-layer-norm',
  'convnet-w4-group-norm',
  'convnet-affine-w2-group-norm',
  'resnet18-w2-layer-norm',
  'resnet18-w2-group-norm',
  'convnet-w2-weight-norm',
  'convnet-affine-w2-weight-norm',
  'resnet18-w2-weight-norm',
  'convnet-w2-no-norm',
  'resnet18-w2-no-norm',
  'vit-w2',
  'vit-w2-last-invariant',
  'vit-w2-last-trained',
])('training as %s', (folder) => {
  it('is what PyTorch does: every step, the weights it ends with and what they make of images', async () => {
    const fixture = openFixture(folder);
    const { expected } = fixture;
    const { model, steps, weights, first } = await trainAlike(fixture);
    expect(steps.length).toBeGreaterThanOrEqual(5);
    steps.forEach((step, i) => {
      expectStep(step, expected.trace[i]!);
    });
    for (const [name, { norm: length, first: values }] of Object.entries(expected.final)) {
      const w = weights.get(name)!;
      expect(Math.abs(norm(w) / length - 1), name).toBeLessThan(END);
      expect(deviation(w.subarray(0, values.length), values), name).toBeLessThan(END);
    }
    const inputs = [...givenWeights(model, weights), ...givenBatch(first)];
    const { logits } = await runOn(compiled, evaluation(model, 'evaluation'), inputs);
    expect(deviation(logits!.data.slice(0, 20), expected.eval_logits_after.flat())).toBeLessThan(END);
  });
});
