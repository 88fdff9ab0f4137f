import { describe, expect, it } from 'vitest';
import { measuredFiles } from '../../../src/archive/official-arrays.js';
import { distinctNames, officialLossUnit, officialName } from '../../../src/archive/official-name.js';
import { recordedFiles } from '../../../src/archive/official-steps.js';
import { elrRate } from '../../../src/run/rate.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { measurement, STEPS, storedManifest } from './stored.js';

const GROUPS = ['a', 'b'];
const plain = (arrays: ReadonlyMap<string, readonly number[]> | undefined) => Object.fromEntries(arrays ?? []);

describe('the official files from measurements', () => {
  const files = measuredFiles(GROUPS, [measurement(0), measurement(2)]);

  it('are one a part of the data and mode of normalisation', () => {
    expect([...files.keys()]).toEqual(['train-tm', 'train-em', 'test-tm', 'test-em', 'train-tm-prebn']);
    const quality = (name: string) => {
      const { loss, acc } = plain(files.get(name));
      return [loss, acc];
    };
    expect(['train-tm', 'train-em', 'test-tm', 'test-em'].map(quality)).toEqual([
      [
        [2, 2],
        [0.25, 0.25],
      ],
      [
        [2.5, 2.5],
        [0.125, 0.125],
      ],
      [
        [3, 3],
        [0.5, 0.5],
      ],
      [
        [3.5, 3.5],
        [0.375, 0.375],
      ],
    ]);
  });

  it('have the norms of all parameters, and of those on the sphere alone', () => {
    // sqrt(3^2 + 4^2 + 12^2) = 13, sqrt(3^2 + 4^2) = 5.
    expect(plain(files.get('train-tm'))).toMatchObject({
      report_epochs: [0, 2],
      params_norm: [13, 13],
      a_norm: [3, 3],
      last_norm: [12, 12],
      cos_init: [1, 0.8],
      l2_init: [0, 2],
    });
    expect(files.get('train-tm')!.has('gnorm_m')).toBe(false);
    expect(plain(files.get('train-tm-prebn'))).toEqual({
      report_epochs: [0, 2],
      params_norm: [5, 5],
      // The mean EGN, 10, over the norm, 5.
      gnorm_m: [2, 2],
      a_norm: [3, 3],
      b_norm: [4, 4],
    });
  });

  it('have mean and deviation of the gradients of batches, and the sizes of parameters, where they are known', () => {
    const known = (at: number) => {
      const plainOne = measurement(at);
      return { ...plainOne, gradient: { ...plainOne.gradient, meanOfBatchesEgn: 15, deviationEgn: 20 } };
    };
    const sizes = new Map([
      ['a', 27],
      ['b', 36],
      ['last', 100],
    ]);
    const found = measuredFiles(GROUPS, [known(0), known(2)], { sizes, lossUnit: 2 });
    // EGN 15 and 20 over the norm, 5, and the unit, 2.
    expect(plain(found.get('train-tm-prebn'))).toMatchObject({
      gm_norm: [1.5, 1.5],
      gs_norm: [2, 2],
      params_numel: [63, 63],
      a_numel: [27, 27],
      b_numel: [36, 36],
    });
    expect(plain(found.get('test-em'))).toMatchObject({ params_numel: [163, 163], last_numel: [100, 100] });
    // An older measurement among them.
    const mixed = measuredFiles(GROUPS, [measurement(0), known(2)], { sizes: new Map([['a', 27]]) });
    const names = [...mixed.get('train-tm-prebn')!.keys()];
    expect(names.filter((name) => /^g[ms]_|numel/.test(name))).toEqual([]);
  });

  it('have no distance of all parameters where others than those on the sphere move', () => {
    const moved = measurement(1, { norms: { a: 3, b: 4, last: 12.5 } });
    const arrays = measuredFiles(GROUPS, [measurement(0), moved]).get('train-tm')!;
    expect([arrays.has('l2_init'), arrays.has('cos_init')]).toEqual([false, true]);
    const lost = measurement(0, { norms: { a: 3, b: 4, last: Number.NaN } });
    expect(measuredFiles(GROUPS, [lost]).get('train-tm')!.has('l2_init')).toBe(false);
  });
});

describe('the squared loss', () => {
  const training = { ...DEFAULT_TRAINING, loss: 'squared' } as const;

  it('is divided by the number of classes, as the official scripts have it, and so are gradients; R is not', () => {
    // Logits (1, 2, 0) of label 1 of three classes: ours is 1 + 1 + 0; theirs (1 + 4 + 0 - 2 x 2 + 1) / 3.
    const [ours, theirs] = [1 + 1 + 0, (1 + 4 + 0 - 2 * 2 + 1) / 3];
    expect(ours / 3).toBeCloseTo(theirs, 15);
    const plainFiles = measuredFiles(GROUPS, [measurement(0)], { noiseShares: [0.3] });
    const official = measuredFiles(GROUPS, [measurement(0)], { noiseShares: [0.3], lossUnit: 3 });
    for (const file of ['train-tm', 'train-em', 'test-tm', 'test-em']) {
      const [own, other] = [plain(plainFiles.get(file)), plain(official.get(file))];
      expect(other.loss).toEqual([own.loss![0]! / 3]);
      expect({ ...other, loss: 0 }).toEqual({ ...own, loss: 0 });
    }
    const [own, other] = [plain(plainFiles.get('train-tm-prebn')), plain(official.get('train-tm-prebn'))];
    expect(other).toEqual({ ...own, gnorm_m: [own.gnorm_m![0]! / 3] });
  });

  it('has by the formula of the notebook the step that the run took: the ELR of the name times gnorm_m times params_norm', () => {
    const configuration = { training, rate: elrRate(0.0007) };
    for (const [dataName, classes] of [
      ['cifar10', 10],
      ['cifar100', 100],
    ] as const) {
      const manifest = storedManifest({
        configuration,
        manifest: { data: { name: dataName, sha256: 'd1', trainImages: 32, testImages: 10 } },
      });
      expect(officialLossUnit(manifest)).toBe(classes);
      const { gnorm_m: gradient, params_norm: norm } = plain(recordedFiles(manifest, STEPS).get('train-tm-prebn'));
      const text = officialName(manifest).split('_')[2]!;
      const elr = Number(text.slice(3));
      expect(text).toBe(`elr${{ 10: '0.007', 100: '0.07' }[classes]}`);
      // Steps record an EGN of 30 in our loss: the tangent of the angle of a step is 0.0007 x 30 in both.
      expect(elr * gradient![0]! * norm![0]!).toBeCloseTo(0.0007 * 30, 12);
      expect(plain(recordedFiles(manifest, STEPS).get('train-tm')).loss![0]).toBeCloseTo(2 / classes, 12);
    }
  });
});

describe('the official name of a run', () => {
  const name = (change: Parameters<typeof storedManifest>[0] = {}) => officialName(storedManifest(change));

  it('has the ELR third between underscores, behind elr', () => {
    expect(name()).toBe('c2_d3_elr0.01_epoch3_noschinitscale10_noaug_fashion-mnist_b16_steps5');
    for (const elr of [1e-7, 0.001, 1, 2.5]) {
      expect(
        Number(
          name({ configuration: { rate: elrRate(elr) } })
            .split('_')[2]!
            .slice(3),
        ),
      ).toBe(elr);
    }
  });

  it('says what else the official script would', () => {
    const training = { ...DEFAULT_TRAINING, weightDecay: 1e-4, momentum: 0.9 };
    const affine = {
      model: 'convnet-affine',
      rate: { kind: 'lr', value: 0.1 },
      seed: 2,
      corrupt: 0.2,
      augment: 'crop-flip',
      training,
    } as const;
    expect(name({ configuration: affine })).toBe(
      'c2_d3_lr0.1_wd0.0001_epoch3_nosch_seed2_corr0.2_mom0.9_convnet-affine_fashion-mnist_b16_steps5_joint',
    );
  });

  it('is the official one, and nothing else, for a run of the official scripts', () => {
    // Two steps are an epoch of 256 images.
    const data = { name: 'cifar10', sha256: 'd1', trainImages: 256, testImages: 10 };
    const schedule = { kind: 'cosine', factor: 0, from: 0, to: 1, by: 'epoch' } as const;
    const official = { data: 'cifar10', width: 32, batch: 128, steps: 6 };
    const named = (training: object) =>
      name({ configuration: { ...official, training: { ...DEFAULT_TRAINING, ...training } }, manifest: { data } });
    expect(named({})).toBe('c32_d3_elr0.01_epoch3_noschinitscale10_noaug');
    expect(named({ schedule, initScale: 5 })).toBe('c32_d3_elr0.01_epoch3initscale5_noaug_cosan');
  });

  it('is determined by every setting that decides the steps, and is one that the notebook reads', () => {
    const training = (change: object): Change => ({ training: { ...DEFAULT_TRAINING, ...change } });
    const fall = { kind: 'cosine', factor: 0, from: 0, to: 1 } as const;
    type Change = NonNullable<NonNullable<Parameters<typeof storedManifest>[0]>['configuration']>;
    const changes: Change[] = [
      ...[{}, { model: 'convnet-affine' }, { model: 'resnet18' }, { width: 4 }, { depth: 4 }, { trainImages: 32 }],
      ...[{ norm: 'group' } as const, { norm: 'layer' } as const, { norm: 'group', groups: 2 } as const],
      ...[{ lastLayer: 'invariant' } as const, { lastLayer: 'trained' } as const, { model: 'vit' }],
      ...[{ balanced: true as const }, { validation: 0.1 }, { shuffledLabels: true as const }],
      ...[{ corrupt: 0.5 }, { augment: 'crop-flip' as const }, { normalisation: 'official' as const }],
      ...[
        { rate: elrRate(0.02) },
        { rate: { kind: 'lr', value: 0.01 } as const },
        { batch: 8 },
        { steps: 4 },
        { seed: 0 },
      ],
      ...[{ seed: 2 }, { order: 'sequential' as const }, { sampling: 'with' as const }, { init: '/a' }, { init: '/b' }],
      ...[{ projection: 'group' }, { projection: 'filter' }, { weightDecay: 0.1 }, { momentum: 0.9 }].map(training),
      ...[{ freeLr: 0 }, { freeLr: 0.1 }, { loss: 'squared' }, { fullBatch: true }, { lastLayerSeed: 7 }].map(training),
      ...[{ initScale: 3 }, { initScale: -3 }, { schedule: fall }, { schedule: { ...fall, factor: 0.1 } }].map(
        training,
      ),
      ...[
        { ...fall, from: 0.5 },
        { ...fall, kind: 'linear' },
        { ...fall, by: 'epoch' },
      ].map((schedule) => training({ schedule })),
      ...[[1], [1, 3]].map((milestones) => training({ schedule: { kind: 'step', factor: 0.1, milestones } })),
    ];
    const names = changes.map((configuration) => {
      const start = configuration.init ?? 's1';
      return name({ configuration, manifest: { start } });
    });
    expect(new Set(names).size).toBe(changes.length);
    expect(names).toEqual(
      changes.map((configuration) => name({ configuration, manifest: { start: configuration.init ?? 's1' } })),
    );
    for (const [i, each] of names.entries()) {
      // What cells of Plots.ipynb ask of a name: `c32` and `noaug` in it, `corr` and `seed` not, the rate behind its letters.
      const { width = 2, rate = elrRate(0.01), training: settings, corrupt, augment, seed = 1 } = changes[i]!;
      expect(each.startsWith(`c${width}_`)).toBe(true);
      expect(each.includes('c32')).toBe(false);
      expect(each.includes('noaug')).toBe(augment === undefined);
      expect(each.includes('corr')).toBe(corrupt !== undefined);
      expect(each.includes('seed')).toBe(seed > 1);
      const unit = settings?.loss === 'squared' ? 10 : 1;
      expect(Number(each.split('_')[2]!.slice(rate.kind.length))).toBe(rate.value * unit);
    }
  });

  it('tells runs from different starts apart by what they started from, in digits alone', () => {
    const from = (start: string) => name({ configuration: { init: '/w' }, manifest: { start } });
    expect(from('a')).toMatch(/_init\d{8}$/);
    expect(from('a')).not.toBe(from('b'));
  });

  it('is made distinct where several runs have it', () => {
    expect(distinctNames(['a', 'b', 'a', 'a_2', 'a'])).toEqual(['a', 'b', 'a_2', 'a_2_2', 'a_3']);
  });
});
