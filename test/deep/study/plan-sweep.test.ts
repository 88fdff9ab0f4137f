import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import type { Axes, SweepSpec } from '../../../deep/study/spec.js';
import { writeCifar } from '../../cifar.js';
import { expectOneLineError, refused, temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const FIXED = { model: 'convnet', width: 1, batch: 16, trainImages: 64, measure: 'none' } as const;

/** A plan where `vary` varies, and everything else is as above, or as `base` says. */
function planOf(vary: Axes, base: SweepSpec['base'] = {}, texts: SweepSpec['texts'] = {}) {
  const fixed = Object.fromEntries(Object.entries({ ...FIXED, ...base }).filter(([name]) => !(name in vary)));
  return planSweep({ base: fixed, vary, texts });
}

describe('the plan of a sweep', () => {
  it('has every combination once, one setting after another, by rising ELR', async () => {
    const plan = await planOf({ elr: [0.1, 1e-3], seed: [1, 2], batch: [16, 48] }, { epochs: 3 });
    expect(plan.runs.map(({ folder: name }) => name)).toEqual(
      ['seed-1_batch-16', 'seed-2_batch-16', 'seed-1_batch-48', 'seed-2_batch-48'].flatMap((setting) => [
        `elr-1e-3_${setting}`,
        `elr-1e-1_${setting}`,
      ]),
    );
    // 64 images: four batches of 16, or one of 48 and one of 16.
    expect(plan.runs.map(({ configuration }) => configuration.steps)).toEqual([12, 12, 12, 12, 6, 6, 6, 6]);
    const rate = { kind: 'elr', value: 0.1 };
    expect(plan.runs[7]!.configuration).toMatchObject({ rate, seed: 2, batch: 48, threads: 1, engine: 'cpu' });
    expect(plan).toMatchObject({ varied: ['elr', 'seed', 'batch'], given: { epochs: '3', schedule: 'constant' } });
  });

  it('says once what is odd about the data, as a training does', async () => {
    const directory = writeCifar(folder.path('few-classes'), 1);
    const notes: string[] = [];
    const base = { width: 1, batch: 1, steps: 2, measure: 'none', data: `cifar10:${directory}` } as const;
    await planSweep({ base, vary: { elr: [1e-3, 1e-2] } }, { onNote: (note) => notes.push(note) });
    expect(notes.filter((note) => note.includes('no training image has label'))).toHaveLength(1);
  });

  it('varies whatever a run has', async () => {
    const cifar = `cifar10:${writeCifar(folder.path('cifar'), 8)}`;
    const plan = await planOf({
      lr: [0.1],
      model: ['convnet-affine', 'resnet18-affine'],
      data: ['fashion-mnist', cifar],
      trainImages: [16, 32],
      corrupt: [0.1, 0.5],
      momentum: [0, 0.9],
      weightDecay: [1e-4, 1e-3],
      freeLr: [0, 0.1],
      loss: ['cross-entropy', 'squared'],
      projection: ['none', 'group'],
      lastLayerSeed: [1, 2],
    });
    expect(plan.runs.length).toBe(2 ** 10);
    expect(new Set(plan.runs.map(({ folder: name }) => name)).size).toBe(2 ** 10);
    expect(new Set(plan.runs.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(2 ** 10);
    const last = plan.runs.at(-1)!;
    expect(last.configuration).toMatchObject({
      rate: { kind: 'lr', value: 0.1 },
      model: 'resnet18-affine',
      trainImages: 32,
      corrupt: 0.5,
      training: { momentum: 0.9, weightDecay: 1e-3, projection: 'group' },
    });
    expect(last.varied.data).toBe(cifar);
    expect(last.folder).toMatch(/^lr-1e-1_model-resnet18-affine_data-cifar-[0-9a-f]{8}_train-images-32_/);
  });

  it('remembers what steps and schedule follow from, where they differ from run to run', async () => {
    const milestones = [1, 2].map((count) => ({ count, unit: 'epochs' as const }));
    const falling = { schedule: 'step', milestones } as const;
    const given = async (...words: Parameters<typeof planOf>) => (await planOf(...words)).given;
    const twoBatches = { elr: [1], batch: [16, 32] };
    expect(await given(twoBatches, falling)).toEqual({ epochs: '20', schedule: 'step', milestones: '1e,2e' });
    expect((await given(twoBatches, falling, { milestones: '01e,2e' })).milestones).toBe('01e,2e');
    expect(await given({ elr: [1], seed: [1, 2] }, { steps: 5 })).toEqual({});
    expect(await given({ elr: [1], batch: [8] }, { steps: 5 })).toEqual({ steps: '5', schedule: 'constant' });
    expect(await given({ elr: [1], epochs: [1, 2] })).toEqual({});
    expect(await given({ elr: [1], schedule: ['cosine', 'linear'] }, { factor: 0.5 })).toEqual({ factor: '0.5' });
  });

  it('is one run where everything has one value', async () => {
    expect((await planOf({ elr: [1] })).runs.map(({ folder: name }) => name)).toEqual(['elr-1e+0']);
  });

  it('takes a field that is undefined as one that is not given', async () => {
    const unsaid = { width: undefined, seed: undefined, momentum: undefined } as unknown as NonNullable<
      SweepSpec['base']
    >;
    const plans = [unsaid, {}].map((base) => planSweep({ base, vary: { elr: [1] } }));
    const [found, expected] = await Promise.all(plans);
    expect(found).toEqual(expected);
    expect(expected!.runs[0]!.configuration).toMatchObject({
      width: 8,
      seed: 1,
      batch: 128,
      training: { momentum: 0 },
    });
  });

  it('needs one kind of rate, and values', async () => {
    await expect(planOf({ elr: [1], seed: [] })).rejects.toThrow(/seed has no values/);
    for (const vary of [{ seed: [1] }, { elr: [1], lr: [1] }])
      await expect(planOf(vary)).rejects.toThrow(/a sweep varies one of elr and lr/);
  });
});

describe('combinations of which one cannot be are one line that names it, and nothing is written', () => {
  const out = folder.path('nothing');
  it.each<[string, RegExp]>([
    ['--elr 1 --batch 16,4000', /--batch 4000 is more than .* 2000 training images \(batch 4000\)/],
    ['--elr 1 --seed 1,2 --batch 64 --train-images 100,32', /--batch 64 is more than.*32.*\(seed 1, train-images 32\)/],
    ['--elr 1 --train-images 16,4000', /4000 images requested; the data set has 2000 \(train-images 4000\)/],
    [
      '--elr 1 --model convnet-affine,convnet --free-lr 0.1',
      /--free-lr 0\.1 is for .*-affine and --last-layer trained \(model convnet\)/,
    ],
    ['--elr 1 --projection joint,none', /--elr needs a sphere; .* \(projection none\)/],
    ['--elr 1 --schedule constant,cosine --factor 0.1', /--factor is for .* \(schedule constant\)/],
    ['--elr 1 --data fashion-mnist,cifar10:/nowhere', /nowhere is not a folder.* \(data cifar10:\/nowhere\)/],
    [
      '--elr 1 --init /nowhere/a,/nowhere/b',
      /nowhere\/a cannot be read \(ENOENT: [a-z ]+\); --init .* \(init \/nowhere\/a\)/,
    ],
    ['--elr 1 --steps 1,2 --epochs 1', /exclude each other/],
    ['--elr 1 --lr 1', /--elr and --lr exclude each other/],
    ['--seed 1,2', /required option '--elr/],
    ['--elr 1 --seed 1:1000:1000:lin --width 1:20:20:lin', /these lists make 20000 runs; allowed: at most 10000/],
    ['--elr 1 --model convnet,vgg', /model.*Not vgg\. Allowed: convnet,/],
    ['--elr 1 --checkpoint-every 1,2', /checkpoint-every.*steps like 100/],
  ])('sweep %s', async (words, message) => {
    expectOneLineError(await refused('sweep', ...words.split(' '), '--out', out), message);
    expect(existsSync(out)).toBe(false);
  });
});
