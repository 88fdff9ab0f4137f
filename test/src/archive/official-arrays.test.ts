import { describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { measuredFiles, recordedFiles } from '../../../src/archive/official-arrays.js';
import { distinctNames, officialName } from '../../../src/archive/official-name.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
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

  it('have no distance of all parameters where others than those on the sphere move', () => {
    const moved = measurement(1, { norms: { a: 3, b: 4, last: 12.5 } });
    const arrays = measuredFiles(GROUPS, [measurement(0), moved]).get('train-tm')!;
    expect([arrays.has('l2_init'), arrays.has('cos_init')]).toEqual([false, true]);
    const lost = measurement(0, { norms: { a: 3, b: 4, last: Number.NaN } });
    expect(measuredFiles(GROUPS, [lost]).get('train-tm')!.has('l2_init')).toBe(false);
  });
});

describe('the official files from metrics', () => {
  const run = { directory: 'r', manifest: storedManifest(), status: 'finished', steps: columnsOf(STEPS) } as const;

  it('are means over epochs, and no test files', () => {
    const files = recordedFiles(run);
    expect([...files.keys()]).toEqual(['train-tm', 'train-tm-prebn']);
    // Shares 1/4 and 3/4 of a norm of 4: 2 and 2 sqrt(3).
    const norms = { a_norm: [2, 2, 2], b_norm: Array(3).fill(expect.closeTo(2 * Math.sqrt(3), 12)) };
    expect(plain(files.get('train-tm'))).toEqual({
      report_epochs: [1, 2, 2.5],
      loss: [2, 6, 9],
      acc: [0.2, 0.6, 0.9].map((value) => expect.closeTo(value, 12)),
      ...norms,
    });
    expect(plain(files.get('train-tm-prebn'))).toEqual({
      report_epochs: [1, 2, 2.5],
      params_norm: [4, 4, 4],
      gnorm_m: [7.5, 7.5, 7.5],
      // ess egn / 4 = 2.25 over the mean losses.
      noise_share: [2, 6, 9].map((loss) => expect.closeTo(2.25 / loss, 12)),
      ...norms,
    });
  });

  it('keep what is not a number', () => {
    const { loss } = plain(
      recordedFiles({ ...run, steps: columnsOf([step(0, { loss: Number.NaN })]) }).get('train-tm'),
    );
    expect(loss).toEqual([Number.NaN]);
  });
});

describe('the official name of a run', () => {
  const name = (change: Parameters<typeof storedManifest>[0] = {}) => officialName(storedManifest(change));

  it('has the ELR third between underscores, behind elr', () => {
    expect(name()).toBe('c2_d3_elr0.01_epoch3_noschinitscale10_noaug');
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
    expect(name({ configuration: affine })).toBe('c2_d3_lr0.1_wd0.0001_epoch3_nosch_seed2_corr0.2_mom0.9');
    const schedule = { kind: 'cosine', factor: 0, from: 0, to: 1 } as const;
    expect(name({ configuration: { training: { ...DEFAULT_TRAINING, schedule } } })).toBe(
      'c2_d3_elr0.01_epoch3initscale10_noaug_cosan',
    );
  });

  it('is made distinct where several runs have it', () => {
    expect(distinctNames(['a', 'b', 'a', 'a_2', 'a'])).toEqual(['a', 'b', 'a_2', 'a_2_2', 'a_3']);
  });
});
