import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { exportNpz } from '../../../src/archive/export-npz.js';
import { measuredNoiseShares, recordedFiles } from '../../../src/archive/official-steps.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { encodeNpz } from '../../../src/system/npy.js';
import { temporaryFolder } from '../../cli.js';
import { measurement, STEPS, storedManifest, writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Two steps are an epoch. */
const manifest = storedManifest();
const plain = (arrays: ReadonlyMap<string, readonly number[]> | undefined) => Object.fromEntries(arrays ?? []);

/** Steps that differ in everything of which means are taken. */
const manySteps = (count: number): RecordedStep[] =>
  Array.from({ length: count }, (_, i) =>
    step(i, { loss: 1 + i / 7, egn: 20 + (i % 5), ess: (20 + (i % 5)) / 100, norm: 4 + i / 3, accuracy: i / count }),
  );

describe('the official files from metrics', () => {
  it('are means over epochs, and no test files', () => {
    const files = recordedFiles(manifest, STEPS);
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
    const { loss } = plain(recordedFiles(manifest, [step(0, { loss: Number.NaN })]).get('train-tm'));
    expect(loss).toEqual([Number.NaN]);
  });

  it('are the same in pieces of any length, and none without a step', () => {
    const many = manySteps(31);
    const whole = recordedFiles(manifest, many, { piece: 1000 });
    expect(whole.get('train-tm')!.get('loss')).toHaveLength(16);
    for (const piece of [1, 2, 3, 10]) expect(recordedFiles(manifest, many, { piece })).toEqual(whole);
    expect(recordedFiles(manifest, []).size).toBe(0);
  });
});

describe('noise shares of measurements', () => {
  const heavy = storedManifest({ configuration: { training: { ...DEFAULT_TRAINING, momentum: 0.5 } } });
  const at = (place: number) => ({ ...measurement(0), step: place });
  const steps = manySteps(11);
  /** T14: ess egn / 4 over the loss, in sums of the two steps before, or of fewer at the start. */
  const shareOver = (places: number[]): number => {
    const sum = (of: (step: RecordedStep) => number) => places.reduce((total, place) => total + of(steps[place]!), 0);
    return sum(({ ess, egn }) => (ess * egn) / 4) / sum(({ loss }) => loss);
  };

  it('are over the epoch that ends with each, or over less at the start', () => {
    const found = measuredNoiseShares(manifest, steps, [0, 1, 2, 3, 8, 11].map(at));
    const places = [[], [0], [0, 1], [1, 2], [6, 7], [9, 10]];
    // Sums of two numbers: a rounding error each.
    expect(found).toEqual(places.map((of) => (of.length === 0 ? Number.NaN : expect.closeTo(shareOver(of), 14))));
  });

  it('are over what there is where a run has ended before', () => {
    expect(measuredNoiseShares(manifest, steps, [at(12)])).toEqual([expect.closeTo(shareOver([10]), 14)]);
    expect(measuredNoiseShares(manifest, [], [at(0), at(1)])).toEqual([Number.NaN, Number.NaN]);
  });

  it('count with momentum how far steps went, the last of them with the norm that it began with', () => {
    // (1 + beta) tan(angle)^2 / (4 elr), with angles of which the tangent is 0.3.
    const floor = (1.5 * 0.3 ** 2) / 4 / 0.01;
    const loss = (steps[6]!.loss + steps[7]!.loss) / 2;
    expect(measuredNoiseShares(heavy, steps, [at(8)])).toEqual([expect.closeTo(floor / loss, 12)]);
  });
});

describe('the npz files of a run on disk', () => {
  it('have the arrays of its steps', () => {
    const directory = writeRun(folder.path('plain'));
    const { files } = exportNpz({ directory, manifest }, folder.path('plain-npz'));
    expect(files).toEqual(['train-tm.npz', 'train-tm-prebn.npz']);
    for (const [name, arrays] of recordedFiles(manifest, columnsOf(STEPS))) {
      const found = readFileSync(join(folder.path('plain-npz'), `${name}.npz`));
      expect(found).toEqual(Buffer.from(encodeNpz(arrays, new Set(['report_epochs']))));
    }
  });

  it('are not written where the run is damaged, at its end or as a whole', () => {
    const damaged = writeRun(folder.path('damaged'));
    appendFileSync(join(damaged, 'metrics.jsonl'), '{}\n');
    const long = writeRun(folder.path('long'), { configuration: { steps: 4 }, measurements: [measurement(1)] });
    const longManifest = storedManifest({ configuration: { steps: 4 } });
    expect(() => exportNpz({ directory: damaged, manifest }, folder.path('none'))).toThrow(/line 6, is not a metrics/);
    expect(() => exportNpz({ directory: long, manifest: longManifest }, folder.path('none'))).toThrow(
      /has 5 steps, more than the 4 of the run/,
    );
    expect(existsSync(folder.path('none'))).toBe(false);
  });
});
