import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { meanWeights } from '../../../deep/observe/weight-average.js';
import { prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import type { RunConfiguration } from '../../../src/run/manifest.js';
import { type Measurement, readMeasurements } from '../../../src/run/measurements.js';
import type { ObservationSettings } from '../../../src/run/observation-settings.js';
import { elrRate } from '../../../src/run/rate.js';
import { decodeSafetensors } from '../../../src/system/safetensors.js';
import { writeCifar } from '../../cifar.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** 10 training and 2 test images: epochs of 3 batches, the last one of 2 images. */
const settings: RunConfiguration = {
  ...configuration,
  model: 'convnet-affine',
  width: 1,
  data: `cifar10:${writeCifar(folder.path('cifar'), 2)}`,
  batch: 4,
  steps: 14,
  rate: elrRate(3e-3),
};
const observation: ObservationSettings = { measure: { start: true, every: 4 }, average: 5, keep: 3 };
const record = (name: string, change: Partial<RunConfiguration> = { observation }, options = {}) =>
  recordRun(prepareRun({ ...settings, ...change }), folder.path(name), options);
const read = (name: string, file: string): string => readFileSync(folder.path(name, file), 'latin1');
const tensors = (name: string, file: string) => decodeSafetensors(readFileSync(folder.path(name, file)));
const sphere = (name: string, file: string): number[] =>
  [...tensors(name, file)].filter(([key]) => /conv/.test(key) && !isAffine(key)).flatMap(([, { data }]) => [...data]);
/** Normalisations follow convolutions; their tensors have one dimension. */
const isAffine = (key: string): boolean => tensors('observed', 'weights.safetensors').get(key)!.shape.length === 1;

const KEPT = [0, 3, 6, 9, 12];
const FILES = [
  'average.safetensors',
  'measurements.jsonl',
  'metrics.jsonl',
  ...KEPT.map((step) => `weights-${step}.safetensors`),
  'weights.safetensors',
].sort();

let measurements: readonly Measurement[];
beforeAll(async () => {
  await record('observed');
  measurements = readMeasurements(folder.path('observed'));
});

describe('a run that is observed', () => {
  it('takes the same steps to the same weights as one that is not', async () => {
    await record('alone', {});
    for (const file of ['metrics.jsonl', 'weights.safetensors'])
      expect(read('observed', file)).toBe(read('alone', file));
    expect(readdirSync(folder.path('alone')).sort()).toEqual(['manifest.json', 'metrics.jsonl', 'weights.safetensors']);
    expect(readdirSync(folder.path('observed')).sort()).toEqual([...FILES, 'manifest.json'].sort());
  });

  it('is measured at the start, at its cadence and at the end', () => {
    expect(measurements.map(({ step }) => step)).toEqual([0, 4, 8, 12, 14]);
    expect(measurements.map(({ epoch }) => epoch)).toEqual([0, 4, 8, 12, 14].map((step) => step / 3));
  });

  it('keeps the weights on the way, those of its start and end among them', () => {
    expect(read('observed', 'weights-12.safetensors')).not.toBe(read('observed', 'weights.safetensors'));
    const { initial } = prepareRun(settings);
    for (const [name, { data }] of tensors('observed', 'weights-0.safetensors')) {
      expect([...data]).toEqual([...initial.get(name)!]);
    }
  });

  it('goes on from weights that were kept', async () => {
    const run = prepareRun({ ...settings, init: folder.path('observed', 'weights-12.safetensors') });
    const kept = tensors('observed', 'weights-12.safetensors');
    for (const [name, values] of run.initial) expect(values).toEqual(kept.get(name)!.data);
  });

  it('is compared with its start and with the end of the epoch before', () => {
    const start = sphere('observed', 'weights-0.safetensors');
    const compared = (to: number, from: number[]) => {
      const here = sphere('observed', `weights-${to}.safetensors`);
      const inner = here.reduce((sum, value, i) => sum + value * from[i]!, 0);
      const cosine = inner / Math.hypot(...here) / Math.hypot(...from);
      return { cosine, distance: Math.hypot(...here.map((value, i) => value - from[i]!)) };
    };
    const at = (step: number): Measurement => measurements.find((each) => each.step === step)!;
    expect(at(0)).toMatchObject({ start: { cosine: 1, distance: 0 }, previousEpoch: null });
    // Sums in float64 in another order.
    const [toStart, toPrevious] = [compared(12, start), compared(12, sphere('observed', 'weights-9.safetensors'))];
    expect(at(12).start.cosine).toBeCloseTo(toStart.cosine, 12);
    expect(at(12).start.distance).toBeCloseTo(toStart.distance, 12);
    expect(at(12).previousEpoch!.cosine).toBeCloseTo(toPrevious.cosine, 12);
    expect(at(12).previousEpoch!.distance).toBeCloseTo(toPrevious.distance, 12);
    expect(at(4).previousEpoch!.distance).toBeLessThan(at(4).start.distance);
    expect(at(12).norm).toBeCloseTo(Math.hypot(...sphere('observed', 'weights-12.safetensors')), 12);
    for (const [name, { data }] of tensors('observed', 'weights-12.safetensors')) {
      if (/running/.test(name)) expect(at(12).norms[name]).toBeUndefined();
      else expect(at(12).norms[name]).toBeCloseTo(Math.hypot(...data), 12);
    }
  });

  it('has the average of the ends of its epochs from step 5 on: 6, 9 and 12', () => {
    expect(measurements.map(({ average }) => average?.epochs)).toEqual([undefined, undefined, 1, 3, 3]);
    const average = tensors('observed', 'average.safetensors');
    const ends = [6, 9, 12].map((step) => tensors('observed', `weights-${step}.safetensors`));
    expect([...average.keys()]).toEqual([...ends[0]!.keys()]);
    for (const [name, { data }] of average) {
      if (/running/.test(name)) continue;
      data.forEach((value, i) => {
        const expected = ends.reduce((sum, end) => sum + end.get(name)!.data[i]!, 0) / 3;
        // Three roundings to float32.
        expect(Math.abs(value - expected)).toBeLessThan(3e-7 * Math.max(1, Math.abs(expected)));
      });
    }
    expect([...meanWeights(ends)].filter(([name]) => !/running/.test(name))).toEqual(
      [...average].filter(([name]) => !/running/.test(name)),
    );
  });
});

describe('a run that is interrupted', () => {
  const stopAt =
    (last: number) =>
    ({ step }: { readonly step: number }): void => {
      if (step === last) throw new Error('interrupted');
    };

  it.each([0, 2, 5, 6, 8, 11, 13])('after step %d goes on to the same bytes', async (last) => {
    const name = `interrupted-${last}`;
    const options = { checkpointEvery: 2, onStep: stopAt(last) };
    await expect(record(name, { observation }, options)).rejects.toThrow('interrupted');
    // What came after the checkpoint, and a line that was being written.
    if (last > 0) writeFileSync(folder.path(name, 'measurements.jsonl'), '{"step":99}\n{"st', { flag: 'a' });
    writeFileSync(folder.path(name, 'average.safetensors.99999999.tmp'), '');
    writeFileSync(folder.path(name, 'weights-3.safetensors.99999999.tmp'), '');
    await record(name, { observation }, { resume: true });
    for (const file of FILES) expect(read(name, file), file).toBe(read('observed', file));
    expect(readdirSync(folder.path(name)).sort()).toEqual([...FILES, 'manifest.json'].sort());
  });

  it('does not go on from a checkpoint whose measurements are gone', async () => {
    const options = { checkpointEvery: 5, onStep: stopAt(12) };
    await expect(record('cut', { observation }, options)).rejects.toThrow('interrupted');
    truncateSync(folder.path('cut', 'measurements.jsonl'), 10);
    const notes: string[] = [];
    const resumed = record('cut', { observation }, { resume: true, onNote: (line: string) => notes.push(line) });
    await expect(resumed).rejects.toThrow('no checkpoint in');
    expect(notes[0]).toMatch(/cannot be used: measurements.jsonl is shorter than at that checkpoint/);
  });

  it('leaves nothing to one that is started anew', async () => {
    await expect(record('anew', { observation }, { onStep: stopAt(12) })).rejects.toThrow('interrupted');
    await record('anew', {});
    expect(readdirSync(folder.path('anew')).sort()).toEqual(['manifest.json', 'metrics.jsonl', 'weights.safetensors']);
  });
});

describe('whole-set steps', () => {
  it('are an epoch each', async () => {
    const training = { ...settings.training, fullBatch: true };
    await record('full-batch', { steps: 4, training, observation: { ...observation, average: 3 } });
    const found = readMeasurements(folder.path('full-batch'));
    expect(found.map(({ step, epoch, average }) => [step, epoch, average?.epochs])).toEqual([
      [0, 0, undefined],
      [4, 4, 2],
    ]);
  });
});
