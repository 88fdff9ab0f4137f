import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Axis, SweepRequest } from '../../../../src/cli/sweep/sweep-candidates.js';
import { planSweep } from '../../../../src/cli/sweep/sweep-plan.js';
import { writeCifar } from '../../../cifar.js';
import { expectOneLineError, refused, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const axis = (name: string, ...values: unknown[]): Axis => ({
  name,
  choices: values.map((value) => ({ value, text: String(value) })),
});
const FIXED = { model: 'convnet', width: 1, data: 'fashion-mnist', batch: 16, trainImages: 64, seed: 1 };
const OTHERS = { order: 'shuffled', engine: 'cpu' };

/** What the command would ask for: the axes given vary, everything else is as above. */
function request(varying: readonly Axis[], ...fixed: readonly Axis[]): SweepRequest {
  const given = [...varying, ...fixed];
  const rest = Object.entries({ ...FIXED, ...OTHERS })
    .filter(([name]) => !given.some((each) => each.name === name))
    .map(([name, value]) => axis(name, value));
  return { axes: [...given, ...rest], common: { measure: 'none' }, varied: varying.map(({ name }) => name) };
}

describe('the plan of a sweep', () => {
  it('has every combination once, one setting after another, by rising ELR', async () => {
    const { plan, stepsPerEpoch } = await planSweep(
      request([axis('elr', 0.1, 1e-3), axis('seed', 1, 2), axis('batch', 16, 48)], axis('epochs', 3)),
    );
    expect(plan.runs.map(({ folder: name }) => name)).toEqual(
      ['seed-1_batch-16', 'seed-2_batch-16', 'seed-1_batch-48', 'seed-2_batch-48'].flatMap((setting) => [
        `elr-1e-3_${setting}`,
        `elr-1e-1_${setting}`,
      ]),
    );
    // 64 images: four batches of 16, or one of 48 and one of 16.
    expect(plan.runs.map(({ configuration }) => configuration.steps)).toEqual([12, 12, 12, 12, 6, 6, 6, 6]);
    expect(plan.runs.map(({ configuration }) => stepsPerEpoch(configuration))).toEqual([4, 4, 4, 4, 2, 2, 2, 2]);
    expect(plan.runs[7]!.configuration).toMatchObject({ elr: 0.1, seed: 2, batch: 48, threads: 1, engine: 'cpu' });
    expect(plan).toMatchObject({ varied: ['elr', 'seed', 'batch'], given: { epochs: '3', schedule: 'constant' } });
  });

  it('varies whatever a run has', async () => {
    const cifar = `cifar10:${writeCifar(folder.path('cifar'), 8)}`;
    const varying = [
      axis('lr', 0.1),
      axis('model', 'convnet-affine', 'resnet18-affine'),
      axis('data', 'fashion-mnist', cifar),
      axis('trainImages', 16, 32),
      axis('corrupt', 0.1, 0.5),
      axis('momentum', 0, 0.9),
      axis('weightDecay', 1e-4, 1e-3),
      axis('freeLr', 0, 0.1),
      axis('loss', 'cross-entropy', 'squared'),
      axis('projection', 'none', 'group'),
      axis('lastLayerSeed', 1, 2),
    ];
    const { plan } = await planSweep(request(varying));
    expect(plan.runs.length).toBe(2 ** 10);
    expect(new Set(plan.runs.map(({ folder: name }) => name)).size).toBe(2 ** 10);
    expect(new Set(plan.runs.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(2 ** 10);
    const last = plan.runs.at(-1)!;
    expect(last.configuration).toMatchObject({ elr: null, model: 'resnet18-affine', trainImages: 32, corrupt: 0.5 });
    expect(last.configuration.training).toMatchObject({
      lr: 0.1,
      momentum: 0.9,
      weightDecay: 1e-3,
      projection: 'group',
    });
    expect(last.varied.data).toBe(cifar);
    expect(last.folder).toMatch(/^lr-1e-1_model-resnet18-affine_data-cifar-[0-9a-f]{8}_train-images-32_/);
  });

  it('remembers what steps and schedule follow from, where they differ from run to run', async () => {
    const schedule = [axis('schedule', 'step'), { name: 'milestones', choices: [{ value: [], text: '1e,2e' }] }];
    const { plan } = await planSweep(request([axis('elr', 1), axis('batch', 16, 32)], ...schedule));
    expect(plan.given).toEqual({ epochs: '20', schedule: 'step', milestones: '1e,2e' });
    const given = async (varying: readonly Axis[], ...fixed: readonly Axis[]) =>
      (await planSweep(request([axis('elr', 1), ...varying], ...fixed))).plan.given;
    expect(await given([axis('seed', 1, 2)], axis('steps', 5))).toEqual({});
    expect(await given([axis('batch', 8)], axis('steps', 5))).toEqual({ steps: '5', schedule: 'constant' });
    expect(await given([axis('epochs', 1, 2)])).toEqual({});
    expect(await given([axis('schedule', 'cosine', 'linear')], axis('factor', 0.5))).toEqual({ factor: '0.5' });
  });

  it('is one run where everything has one value', async () => {
    const { plan } = await planSweep(request([axis('elr', 1)]));
    expect(plan.runs.map(({ folder: name }) => name)).toEqual(['elr-1e+0']);
  });
});

describe('combinations of which one cannot be are one line that names it, and nothing is written', () => {
  const out = folder.path('nothing');
  it.each<[string, RegExp]>([
    ['--elr 1 --batch 16,4000', /--batch 4000 is more than .* 2000 training images \(batch 4000\)/],
    ['--elr 1 --seed 1,2 --batch 64 --train-images 100,32', /--batch 64 is more than.*32.*\(seed 1, train-images 32\)/],
    ['--elr 1 --train-images 16,4000', /4000 images asked for; the data set has 2000 \(train-images 4000\)/],
    ['--elr 1 --model convnet-affine,convnet --free-lr 0.1', /--free-lr 0\.1 is for .*-affine \(model convnet\)/],
    ['--elr 1 --projection joint,none', /--elr needs a sphere; .* \(projection none\)/],
    ['--elr 1 --schedule constant,cosine --factor 0.1', /--factor is for .* \(schedule constant\)/],
    ['--elr 1 --data fashion-mnist,cifar10:/nowhere', /nowhere is not a folder.* \(data cifar10:\/nowhere\)/],
    ['--elr 1 --init /nowhere/a,/nowhere/b', /nowhere\/a cannot be read; --init .* \(init \/nowhere\/a\)/],
    ['--elr 1 --steps 1,2 --epochs 1', /exclude each other/],
    ['--elr 1 --lr 1', /--elr and --lr exclude each other/],
    ['--seed 1,2', /required option '--elr/],
    ['--elr 1 --seed 1:1000:1000:lin --width 1:20:20:lin', /these lists make 20000 runs; allowed: 10000 at most/],
    ['--elr 1 --model convnet,vgg', /model.*Not vgg\. Allowed: convnet,/],
    ['--elr 1 --checkpoint-every 1,2', /checkpoint-every.*steps like 100/],
  ])('sweep %s', async (words, message) => {
    expectOneLineError(await refused('sweep', ...words.split(' '), '--out', out), message);
    expect(existsSync(out)).toBe(false);
  });
});
