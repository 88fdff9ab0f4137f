import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../../bench/example-run.js';
import { observationOf } from '../../../../deep/study/observation.js';
import { readMeasurements } from '../../../../src/run/measurements.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { RunConfigurationSchema, storedConfiguration } from '../../../../src/run/stored-configuration.js';
import { openSweep } from '../../../../src/sweep/extend-sweep.js';
import { writeCifar } from '../../../cifar.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const cifar = writeCifar(folder.path('cifar'), 2);

// 10 training images: 3 steps an epoch.
const RUN = `--width 1 --data cifar10:${cifar} --batch 4 --threads 1 --log none`.split(' ');
const train = (name: string, ...words: string[]) =>
  here('train', ...RUN, '--elr', '1e-3', ...words, '--out', folder.path(name));
const observed = folder.path('observed');

/** A command without a process of its own, which takes a second to start. */
const here = refused;
async function jsonHere(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await here(...words, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}
const file = (name: string): string => `${observed}/${name}`;

beforeAll(async () => {
  const { code } = await train('observed', '--epochs', '4', '--measure', '2e', '--average', '0.5', '--keep', '2e');
  expect(code).toBe(0);
});

describe('train --measure, --average and --keep', () => {
  it('count in epochs where they end in e', () => {
    const { observation } = readManifest(observed)!.configuration;
    expect(observation).toEqual({ measure: { start: true, every: 6 }, average: 6, keep: 6 });
    expect(readMeasurements(observed).map(({ step, average }) => [step, average?.epochs])).toEqual([
      [0, undefined],
      [6, 1],
      [12, 3],
    ]);
    for (const step of [0, 6, 12]) expect(existsSync(file(`weights-${step}.safetensors`))).toBe(true);
  });

  // Epochs of 3 steps, 13 steps in all.
  const run = { steps: 13, batch: 4, fullBatch: false, trainImages: 10, testImages: 2 };
  it('count in steps otherwise', () => {
    const steps = (count: number) => ({ count, unit: 'steps' as const });
    expect(observationOf({ measure: steps(5), keep: steps(4), average: { part: 0 } }, run)).toEqual({
      observation: { measure: { start: true, every: 5 }, average: 0, keep: 4 },
    });
    // Half of 13 steps are 7 at least; the end of the fourth epoch is that of step 12.
    expect(observationOf({ average: { part: 0.5 } }, run).observation!.average).toBe(7);
    expect(observationOf({ average: { epoch: 4 } }, run).observation!.average).toBe(12);
  });

  it('are absent where there is nothing to observe, and start and end are measured where nobody says', () => {
    expect(observationOf({ measure: 'none' }, run)).toEqual({});
    expect(observationOf({}, { ...run, testImages: undefined })).toEqual({});
    // However short the run is, and whatever that costs.
    for (const steps of [1, run.steps, 60])
      expect(observationOf({}, { ...run, steps }).observation).toEqual({
        measure: { start: true, every: null },
        average: null,
        keep: null,
      });
    const { observation: _, ...older } = { ...storedConfiguration(configuration), observation: undefined };
    expect(RunConfigurationSchema.parse(older)).toEqual(configuration);
  });

  it.each<[string[], RegExp]>([
    [['--measure', '0', '--out', 'x'], /measure.*steps like 100, epochs like 2e, or none/],
    [['--measure', 'often', '--out', 'x'], /measure.*steps like 100, epochs like 2e, or none/],
    [['--keep', 'none', '--out', 'x'], /keep.*steps like 100, or epochs like 2e/],
    [['--average', '1', '--out', 'x'], /average.*from 0 to below 1, or an epoch like 30e/],
    [['--average', '-0.1', '--out', 'x'], /average.*from 0 to below 1/],
    [['--average', '5e', '--epochs', '4', '--out', 'x'], /--average begins after the last end.*has 4 of them/],
    [['--average', '0', '--steps', '2', '--out', 'x'], /--average begins after the last end.*has 0 of them/],
    [['--measure', '3'], /--measure needs --out/],
    [['--average', '0.5'], /--average needs --out/],
    [['--keep', '3'], /--keep needs --out/],
    [['--resume', '--out', observed, '--measure', '3'], /--measure cannot be combined with it/],
  ])('train %j is one line', async (words, message) => {
    const given = words.includes('--resume') ? words : [...RUN, '--elr', '1e-3', ...words];
    expectOneLineError(await refused('train', ...given), message);
    expect(existsSync('x')).toBe(false);
  });
});

describe('sweeps', () => {
  it('measure their runs', async () => {
    const out = folder.path('sweep');
    const shared = RUN.slice(0, 6);
    const words = ['--elr', '1e-3,1e-2', '--epochs', '2', '--measure', '4', '--average', '1e'];
    const { code } = await regimes('sweep', ...shared, ...words, '--out', out);
    expect(code).toBe(0);
    for (const elr of ['1e-3', '1e-2']) {
      expect(readMeasurements(`${out}/elr-${elr}`).map(({ step }) => step)).toEqual([0, 4, 6]);
      expect(existsSync(`${out}/elr-${elr}/average.safetensors`)).toBe(true);
    }
  });

  it('are others where they measure otherwise', () => {
    const directory = folder.path('two-sweeps');
    const measured = { measure: { start: true, every: 4 }, average: null, keep: null };
    openSweep(directory, [{ ...configuration, observation: measured }]);
    const open = (every: number) => () =>
      openSweep(directory, [{ ...configuration, observation: { ...measured, measure: { start: true, every } } }]);
    expect(open(4)).not.toThrow();
    expect(open(5)).toThrow(/another sweep \(observation .*"every":4.*, not .*"every":5/);
    // What only the sweep on disk has counts too.
    expect(() => openSweep(directory, [configuration])).toThrow(
      /another sweep \(observation .*, not given|another sweep \(observation .*, not not given/,
    );
  });
});

describe('regimes evaluate', () => {
  it('writes what the official get_info measures of a file, and the export the same mean and deviation', async () => {
    const info = folder.path('new/info.npz');
    const { code } = await here('evaluate', file('weights.safetensors'), '--info', info, '--threads', '1', '--json');
    expect(code).toBe(0);
    const arrays = unzipSync(readFileSync(info));
    const last = (bytes: Uint8Array): number =>
      new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8).getFloat64(0, true);
    expect((await here('runs', 'export', observed, '--format', 'npz', '--out', folder.path('out'))).code).toBe(0);
    const [place] = readdirSync(folder.path('out'));
    const exported = unzipSync(readFileSync(folder.path(`out/${place}/train-tm-prebn.npz`)));
    // The same weights, measured by the run at its end.
    for (const name of ['gnorm_m', 'gm_norm', 'gs_norm', 'params_norm'])
      expect(last(arrays[`${name}.npy`]!) / last(exported[`${name}.npy`]!), name).toBeCloseTo(1, 6);
    expect(arrays['params_numel.npy']!.slice(-8)).toEqual(exported['params_numel.npy']!.slice(-8));
    expect(Object.keys(arrays)).toEqual(expect.arrayContaining(['p_stats.npy', 'outliers_list.npy', 'gnorm_all.npy']));
    const two = [file('weights-0.safetensors'), file('weights.safetensors')];
    expectOneLineError(await refused('evaluate', ...two, '--info', info), /--info measures one file; 2 are given/);
  });

  it('has the loss and accuracy that were measured', async () => {
    const [start] = readMeasurements(observed);
    const found = await json('evaluate', file('weights-0.safetensors'), '--threads', '1');
    expect(found).toEqual({
      files: [file('weights-0.safetensors')],
      normalisation: 'own',
      train: expect.anything(),
      test: start!.test,
      norm: start!.norm,
    });
    // Another program, without gradients: other sums.
    const { training, evaluation } = found.train as (typeof start & object)['train'];
    expect(training.loss / start!.train.training.loss).toBeCloseTo(1, 5);
    expect(evaluation.loss / start!.train.evaluation.loss).toBeCloseTo(1, 5);
    expect(evaluation.accuracy).toBe(start!.train.evaluation.accuracy);
  });

  it('averages several files; the table says so', async () => {
    const both = [file('weights-6.safetensors'), file('weights-12.safetensors')];
    const { code, out } = await here('evaluate', ...both);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^average of 2; joint norm [\d.]+; pixels normalised with the constants of cifar10\n\nimages +normalised with +loss +accuracy\n/,
    );
    expect(out.match(/re-estimated/g)!.length).toBe(2);
  });

  it('of average.safetensors is what the last measurement says', async () => {
    const { train } = await jsonHere('evaluate', file('average.safetensors'), '--threads', '1');
    const { average } = readMeasurements(observed).at(-1)!;
    const { evaluation } = train as { evaluation: { loss: number; accuracy: number } };
    expect(evaluation.loss / average!.train.loss).toBeCloseTo(1, 5);
    expect(evaluation.accuracy).toBe(average!.train.accuracy);
  });
});

describe('regimes path', () => {
  it('prints a table and two plots', async () => {
    const { code, out } = await here('path', file('weights-0.safetensors'), file('weights.safetensors'));
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^between the ends: cosine [\d.]+, distance [\d.]+$/);
    const table = lines.indexOf('  t  train loss  train accuracy  test loss  test accuracy');
    expect(lines.slice(table + 1, table + 12).map((line) => line.trim().split(/ +/)[0])).toEqual([
      '0',
      '0.1',
      '0.2',
      '0.3',
      '0.4',
      '0.5',
      '0.6',
      '0.7',
      '0.8',
      '0.9',
      '1',
    ]);
    expect(out).toMatch(/\ntrain loss along the line\n/);
    expect(out).toMatch(/\ntest loss along the line\n/);
    for (const line of lines) expect(line.length).toBeLessThan(80);
  });

  it('prints JSON, of the straight line too', async () => {
    const ends = [file('weights-0.safetensors'), file('weights.safetensors')];
    const round = await jsonHere('path', ...ends, '--points', '3');
    const straight = await jsonHere('path', ...ends, '--points', '3', '--straight');
    expect(Object.keys(round)).toEqual(['from', 'to', 'sphere', 'ends', 'points', 'barrier']);
    expect([round.sphere, straight.sphere]).toEqual([true, false]);
    const { start } = readMeasurements(observed).at(-1)!;
    expect(round.ends).toEqual(start);
  });

  it('takes ends from other folders with --run', async () => {
    mkdirSync(folder.path('loose'));
    const loose = folder.path('loose', 'end.safetensors');
    writeFileSync(loose, readFileSync(file('weights.safetensors')));
    expectOneLineError(
      await refused('path', loose, loose),
      /loose\S* does not lie in the folder of a run; --run says whose network/,
    );
    const { points } = await jsonHere('path', loose, loose, '--run', observed, '--points', '2');
    expect((points as unknown[]).length).toBe(2);
  });

  it.each<[string[], RegExp]>([
    [['path', file('weights.safetensors')], /missing required argument 'to'/],
    [
      ['path', file('weights.safetensors'), file('none')],
      /none cannot be read \(ENOENT: [a-z ]+\); wanted: a safetensors file/,
    ],
    [['path', file('weights.safetensors'), file('manifest.json')], /manifest.json: not a safetensors file/],
    [['path', file('a'), file('b'), '--points', '1'], /points.*whole number from 2 to 10000/],
    [['evaluate'], /missing required argument 'file'/],
    [['evaluate', folder.path('no-run', 'a')], /no-run\/a does not lie in the folder of a run; --run says/],
    [['evaluate', file('weights.safetensors'), '--engine', 'abacus'], /engine.*cpu/],
  ])('%j is one line', async (words, message) => {
    expectOneLineError(await refused(...words), message);
  });

  it('is refused where the images have changed', async () => {
    const [name] = ['data_batch_1.bin'].map((each) => `${cifar}/${each}`);
    const content = readFileSync(name!);
    const changed = Buffer.from(content);
    changed[5]! ^= 1;
    writeFileSync(name!, changed);
    const { code, err } = await regimes('evaluate', file('weights.safetensors'));
    writeFileSync(name!, content);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^error: the data in .* has changed since the run started\n$/),
    });
  });
});
