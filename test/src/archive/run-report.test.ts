import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { compareRuns } from '../../../src/archive/compare-runs.js';
import { reportRun } from '../../../src/archive/run-report.js';
import { configurationFields } from '../../../src/archive/setting-differences.js';
import { elrRate } from '../../../src/run/rate.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { encodeSafetensors } from '../../../src/system/safetensors.js';
import { runComparisonText, shortNames } from '../../../src/text/run/run-comparison-text.js';
import { runReportText } from '../../../src/text/run/run-report-text.js';
import { temporaryFolder } from '../../cli.js';
import { measurement, STEPS, writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const momentum = { training: { ...DEFAULT_TRAINING, momentum: 0.9 } };

describe('the report of a run', () => {
  const directory = writeRun(folder.path('one'), {
    configuration: momentum,
    measurements: [measurement(0), measurement(2)],
  });
  const weights = encodeSafetensors(new Map([['w', { shape: [482], data: new Float32Array(482) }]]));
  // Eight bytes of length, 60 of header padded to 64, and the tensor.
  writeFileSync(`${directory}/weights.safetensors`, weights);
  for (const [name, size] of [
    ['weights-10.safetensors', 10],
    ['weights-9.safetensors', 9],
  ] as const)
    writeFileSync(`${directory}/${name}`, Buffer.alloc(size));
  const report = reportRun(directory);

  it('has its last epoch, its tail, its last measurement and its files', () => {
    expect(report).toMatchObject({
      status: 'finished',
      steps: { taken: 5, of: 5, perEpoch: 2 },
      lastEpoch: { loss: 8 },
      // The later half of five steps: the last three.
      averages: { loss: 7, egn: 30, shares: [0.25, 0.75], equilibriumShares: [0.25, 0.75] },
      measurement: { epoch: 2, start: { cosine: 0.8 } },
      outcome: { test: { accuracy: 0.75 } },
    });
    expect(report.files.map(({ name, bytes }) => `${name} ${bytes}`)).toEqual([
      'weights-9.safetensors 9',
      'weights-10.safetensors 10',
      'weights.safetensors 2000',
    ]);
  });

  it('judges identities only where steps go along the gradient', () => {
    expect(report.identities).toBeNull();
    const plain = reportRun(writeRun(folder.path('plain'))).identities!;
    // ess^2 = 0.09 = w_a 0.09 + w_b 0.09, and the angle is arctan ess.
    expect([plain.plain.K1, plain.plain.K2]).toEqual([0, expect.closeTo(0, 12)]);
  });

  it('says as text what differs from the defaults, or everything', () => {
    const defaults = configurationFields({ ...configuration, seed: 7 });
    const text = runReportText(report, defaults);
    expect(text).toMatch(/^momentum +0.9$/m);
    expect(text).toMatch(/^seed +1$/m);
    expect(text).not.toMatch(/^(projection|order|lr|engine .*none)/m);
    expect(text).toMatch(/^last epoch +loss 8, accuracy 0.8$/m);
    expect(text).toMatch(/^measured +after step 4, epoch 2$/m);
    expect(text).toMatch(/^kept +weights-9.safetensors .*, weights.safetensors \(0.002 MB\)$/m);
    expect(runReportText(report)).toMatch(/^projection +joint$/m);
    for (const line of runReportText(report, defaults, 60).split('\n')) {
      // The checksums here are short; a long one is broken.
      expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it('copes with a run that failed before its first step', () => {
    const nothing = writeRun(folder.path('failed'), {
      manifest: { status: 'failed', failure: 'no memory', outcome: null, start: null },
      steps: [],
    });
    const text = runReportText(reportRun(nothing));
    expect(text).toMatch(/^status +failed: no memory$/m);
    expect(text).toMatch(/^steps +0 of 5 \(0 epochs of 2\)$/m);
    expect(text).toMatch(/^regime +undecided: fewer than 16 points to judge$/m);
    expect(text).toMatch(/^start SHA-256 +not recorded$/m);
    expect(text).toMatch(/^kept +no checkpoint, no weights$/m);
  });

  it('refuses what is no run, and says what is damaged', () => {
    mkdirSync(folder.path('empty'));
    expect(() => reportRun(folder.path('empty'))).toThrow(/empty is not a run; allowed: a folder written by regimes/);
    const damaged = writeRun(folder.path('damaged'));
    writeFileSync(`${damaged}/measurements.jsonl`, '{}\n');
    expect(() => reportRun(damaged)).toThrow(/measurements.jsonl, line 1, is not a measurement/);
  });
});

describe('runs side by side', () => {
  const first = writeRun(folder.path('s', 'elr-1'));
  const second = writeRun(folder.path('s', 'elr-2'), {
    configuration: { rate: elrRate(0.02), ...momentum },
    steps: STEPS.slice(0, 2),
    manifest: { status: 'failed' },
  });
  const row = (rows: ReturnType<typeof compareRuns>['quantities'], name: string) =>
    rows.find((found) => found.name === name)!.values;

  it('have what differs, and only that, and the quantities of each', () => {
    const { configuration: settings, quantities, sameStart, sameData } = compareRuns([first, second]);
    expect(settings).toEqual([
      { name: 'elr', values: [0.01, 0.02] },
      { name: 'momentum', values: [0, 0.9] },
    ]);
    expect(row(quantities, 'final loss')).toEqual([8, 2]);
    expect(row(quantities, 'seconds a step')).toEqual([8 / 5, 4]);
    expect(row(quantities, 'share b')).toEqual([0.75, 0.75]);
    expect([sameStart, sameData]).toEqual([true, true]);
    expect(compareRuns([first, first]).configuration).toEqual([]);
  });

  it('began from the same point and data only where checksums say so', () => {
    const unknown = writeRun(folder.path('s', 'old'), { manifest: { start: null, outcome: null } });
    const data = { name: 'fashion-mnist', sha256: 'd2', trainImages: 32, testImages: 10 };
    const other = writeRun(folder.path('s', 'other'), { manifest: { start: 's2', data } });
    expect(compareRuns([first, unknown])).toMatchObject({ sameStart: null, sameData: true });
    expect(compareRuns([first, unknown, other])).toMatchObject({ sameStart: false, sameData: false });
    const text = runComparisonText(compareRuns([first, unknown]));
    expect(text).toMatch(/starting point: not known, one is not recorded\ndata: the same$/);
    expect(text).toMatch(/^all settings are the same\n/);
    expect(text).toMatch(/^test accuracy +0.75 +-$/m);
  });

  it('fit a narrow terminal: tables of fewer runs below one another', () => {
    const comparison = compareRuns([first, second, first, second]);
    const text = runComparisonText(comparison, 50);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
    expect(text.match(/^quantity /gm)!.length).toBeGreaterThan(1);
    expect(text.match(/elr-2/g)!.length).toBe(4);
    expect(runComparisonText(comparison, 10).match(/^quantity /gm)).toHaveLength(4);
  });

  it('are called by what tells them apart', () => {
    expect(shortNames(['runs/a/x', 'runs/b/x'])).toEqual(['a/x', 'b/x']);
    expect(shortNames(['runs/a', 'runs/a/b'])).toEqual(['a', 'a/b']);
    expect(shortNames(['a', 'a'])).toEqual(['a', 'a']);
  });
});
