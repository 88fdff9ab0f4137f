import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LossHessian, trainingBatches } from '../../../deep/curvature/loss-hessian.js';
import { curvatureOfRun } from '../../../deep/curvature/run-curvature.js';
import { BatchReader } from '../../../deep/data/batch-reader.js';
import { noisyPlaces } from '../../../deep/data/label-noise.js';
import { uploadTensors } from '../../../deep/models/network.js';
import { checkpointAtEnd } from '../../../deep/run/lengthen.js';
import { openSubject, prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import { batchShape, batchSpecs, evaluationInputs } from '../../../deep/step/batch.js';
import { evaluation } from '../../../deep/step/step.js';
import { dot } from '../../../src/numerics/series.js';
import { curvatureFile, curvatureKindOf, readCurvature } from '../../../src/run/curvature-record.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { decodeSafetensors } from '../../../src/system/safetensors.js';
import { writeCifar } from '../../cifar.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../cli.js';
import { compiled } from '../engine/agreement.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const OPTIONS = ['--width', '1', '--train-images', '40', '--batch', '16', '--threads', '1', '--log', 'none'];

const SHORT = ['--width', '1', '--batch', '4', '--threads', '1', '--log', 'none'];

/** Two runs of a sweep on disk, and one in full space. */
const sweep = folder.path('sweep');
const full = folder.path('full');
beforeAll(async () => {
  const { code } = await regimes('sweep', '--elr', '1e-3,1e-2', '--steps', '4', ...OPTIONS.slice(0, 6), '--out', sweep);
  expect(code).toBe(0);
  await regimes('train', '--lr', '0.1', '--weight-decay', '0.01', '--steps', '3', ...OPTIONS, '--out', full);
}, 60_000);

const run = join(sweep, 'elr-1e-3');
const products = { maximumProducts: 12, images: 32 };

describe('the curvature of a run on disk', () => {
  it('is that of its final weights, and kept with them', async () => {
    const measured = await curvatureOfRun(compiled, run, { ...products, top: 2, groups: true, traceProbes: 2 });
    expect(readCurvature(run)).toEqual(measured);
    expect(measured).toMatchObject({ step: 4, images: 32, batch: 16, spectrum: null });
    expect(measured.largest.length).toBe(2);
    expect(measured.groups.map(({ tensors }) => tensors.length)).toEqual([1, 1, 1, 1]);
    expect(measured.trace!.probes).toBe(2);
    // The loss by another program: the mean over the two batches, forward alone.
    const { data, model } = openSubject(readManifest(run)!.configuration);
    const weights = decodeSafetensors(readFileSync(join(run, 'weights.safetensors')));
    const program = await compiled.compile(
      evaluation(model, 'training'),
      evaluationInputs(model, batchShape(data, 16)),
    );
    const tensors = new Map([...weights].map(([name, { data: values }]) => [name, values as Float32Array]));
    let loss = 0;
    for (const { images, labels } of trainingBatches(data, { batch: 16, images: 32 })) {
      const [imageSpec, labelSpec] = batchSpecs(batchShape(data, 16));
      const inputs = { images: compiled.upload(imageSpec, images), labels: compiled.upload(labelSpec, labels) };
      const outputs = await program.run({ ...uploadTensors(compiled, model, tensors), ...inputs });
      loss += (await outputs.loss!.read())[0]! / 2;
    }
    expect(Math.abs(measured.loss / loss - 1)).toBeLessThan(1e-6);
  });

  it('is the same again, and of other batches another', async () => {
    const { seconds, ...first } = await curvatureOfRun(compiled, run, products);
    const { seconds: again, ...second } = await curvatureOfRun(compiled, run, products);
    expect(second).toEqual(first);
    const other = await curvatureOfRun(compiled, run, { ...products, batch: 8 });
    expect(other.images).toBe(32);
    expect(other.largest).not.toEqual(first.largest);
  });

  it('bounds every Rayleigh quotient', async () => {
    const { largest, smallest } = await curvatureOfRun(compiled, run, { ...products, maximumProducts: 60 });
    const { data, model } = openSubject(readManifest(run)!.configuration);
    const weights = decodeSafetensors(readFileSync(join(run, 'weights.safetensors')));
    const tensors = new Map([...weights].map(([name, { data: values }]) => [name, values as Float32Array]));
    const batches = trainingBatches(data, { batch: 16, images: 32 });
    const hessian = await LossHessian.open(compiled, model, batchShape(data, 16), { tensors, batches });
    const operator = hessian.along();
    for (let i = 1; i < 6; i += 1) {
      const v = Float64Array.from({ length: operator.size }, (_, j) => Math.sin(i * j * j + i));
      const quotient = dot(v, await operator.apply(v)) / dot(v, v);
      expect(quotient).toBeLessThan(largest[0]!.value + largest[0]!.bound);
      expect(quotient).toBeGreaterThan(smallest.value - smallest.bound);
    }
    await hessian.dispose();
  });

  it('of a run that is not finished is that of its last checkpoint', async () => {
    const directory = folder.path('unfinished');
    const prepared = prepareRun({ ...readManifest(run)!.configuration, steps: 8 });
    const stopAt = ({ step }: { step: number }): void => {
      if (step === 6) throw new Error('interrupted');
    };
    await expect(recordRun(prepared, directory, { checkpointEvery: 2, onStep: stopAt })).rejects.toThrow('interrupted');
    const notes: string[] = [];
    const { step } = await curvatureOfRun(compiled, directory, products, (line) => notes.push(line));
    expect(step).toBe(6);
    expect(notes).toEqual([expect.stringMatching(/unfinished is not finished; curvature after 6 steps/)]);
  });
});

describe('the curvature of a run with label noise', () => {
  const noisy = folder.path('noisy');
  const NOISY = ['--elr', '1e-3', '--steps', '4', '--keep', '2', '--measure', 'none', '--corrupt', '0.5', ...OPTIONS];
  const measure = async (...options: string[]) => {
    const { out } = await regimes('curvature', noisy, '--images', '16', '--products', '4', '--json', ...options);
    return JSON.parse(out);
  };
  beforeAll(async () => {
    expect((await regimes('train', ...NOISY, '--out', noisy)).code).toBe(0);
  });

  /** Loss and accuracy by another program, forward alone, of the first 16 images whose labels were replaced or left alone. */
  it.each(['clean', 'corrupted'] as const)('has loss and accuracy of the %s images', async (subset) => {
    const found = await measure('--subset', subset, '--of', 'fisher');
    const { data, model } = openSubject(readManifest(noisy)!.configuration);
    const places = noisyPlaces(40, 10, 0.5, 1)[subset].slice(0, 16);
    const weights = decodeSafetensors(readFileSync(join(noisy, 'weights.safetensors')));
    const tensors = new Map([...weights].map(([name, { data: values }]) => [name, values as Float32Array]));
    const shape = batchShape(data, 16);
    const program = await compiled.compile(evaluation(model, 'training'), evaluationInputs(model, shape));
    const { images, labels } = new BatchReader(data.train, data).read(places);
    const [imageSpec, labelSpec] = batchSpecs(shape);
    const inputs = { images: compiled.upload(imageSpec, images), labels: compiled.upload(labelSpec, labels) };
    const outputs = await program.run({ ...uploadTensors(compiled, model, tensors), ...inputs });
    expect(found).toMatchObject({ of: 'fisher', subset, step: 4, images: 16, batch: 16 });
    expect(Math.abs(found.loss / (await outputs.loss!.read())[0]! - 1)).toBeLessThan(1e-6);
    expect(found.accuracy).toBeCloseTo((await outputs.accuracy!.read())[0]!, 6);
    expect(readCurvature(noisy, { of: 'fisher', subset })?.loss).toBe(found.loss);
  });

  it('is kept for each kind in a file of its own, which a lengthened run loses unless it is of kept weights', async () => {
    await measure('--at', '2', '--of', 'empirical-fisher');
    await measure('--at', '2');
    await measure('--subset', 'clean');
    const kept = (): string[] => readdirSync(noisy).filter((name) => name.startsWith('curvature'));
    expect(kept()).toEqual(
      expect.arrayContaining([
        'curvature-clean.json',
        'curvature-empirical-fisher-step-2.json',
        'curvature-fisher-clean.json',
        'curvature-step-2.json',
      ]),
    );
    expect(readCurvature(noisy, { at: 2 })!.step).toBe(2);
    for (const name of kept()) expect(curvatureFile(curvatureKindOf(name))).toBe(name);
    expect((await regimes('runs', 'check', noisy)).code).toBe(0);
    writeFileSync(join(noisy, 'curvature-step-2.json'), '{"step": 1}');
    expect((await regimes('runs', 'check', noisy)).code).toBe(1);
    await measure('--at', '2');
    const { model } = openSubject(readManifest(noisy)!.configuration);
    checkpointAtEnd(noisy, readManifest(noisy)!, model);
    expect(kept()).toEqual(['curvature-empirical-fisher-step-2.json', 'curvature-step-2.json']);
  });

  it('of weights that were not kept, or without noise, is refused in one line', async () => {
    expectOneLineError(
      await refused('curvature', noisy, '--at', '3'),
      /kept no weights after step 3; allowed: 0, 2, 4/,
    );
    expectOneLineError(await refused('curvature', run, '--subset', 'clean'), /have no noise/);
    expectOneLineError(await refused('curvature', run, '--of', 'gauss'), /hessian, fisher, empirical-fisher/);
  });
});

describe('regimes curvature', () => {
  it('lists the runs of a sweep with elr lambda / 2, and prints JSON lines', async () => {
    const { code, out, err } = await regimes(
      'curvature',
      sweep,
      '--images',
      '16',
      '--products',
      '8',
      '--spectrum',
      '1',
    );
    expect(code).toBe(0);
    const [titles, first, second] = out.split('\n');
    expect(titles).toMatch(/^run +ELR +step +loss +lambda max +ELR lambda\/2 +2\/lambda +lambda min$/);
    expect(first).toMatch(/^elr-1e-3 +0\.001 +4 /);
    expect(second).toMatch(/^elr-1e-2 +0\.01 +4 /);
    expect(err).toMatch(/elr-1e-3: \d+ products in /);
    const lines = await regimes('curvature', sweep, '--images', '16', '--products', '8', '--json');
    const [line] = lines.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(line).toMatchObject({ run, elr: 0.001, step: 4, images: 16, batch: 16, groups: [], trace: null });
  });

  it('takes the ELR of a run in full space from its last step', async () => {
    const { out } = await regimes('curvature', full, '--images', '16', '--products', '5', '--json');
    const { elr, largest } = JSON.parse(out);
    const steps = readFileSync(join(full, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const [first, last] = [JSON.parse(steps[0]!), JSON.parse(steps.at(-1)!)];
    expect(elr).toBe(last.elr);
    // Full space: ELR = lr / |w|^2, of float32 norms; that of the first step is another one.
    expect(Math.abs((last.elr * last.norm ** 2) / 0.1 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(elr / first.elr - 1)).toBeGreaterThan(0.01);
    expect(largest.length).toBe(1);
  });

  it('refuses what is no run and images that make no batch, in one line', async () => {
    expectOneLineError(await refused('curvature', folder.path('nowhere')), /nowhere is not a sweep/);
    expectOneLineError(
      await refused('curvature', run, '--images', '40', '--batch', '50'),
      /40 images do not make a batch of 50/,
    );
    // A wish for fewer images than a batch is refused, not mended.
    expectOneLineError(await refused('curvature', run, '--images', '10'), /10 images do not make a batch of 16/);
    expectOneLineError(await refused('curvature', run, '--tolerance', '2'), /between 0 and 1/);
  });

  it('refuses a run whose images are no longer those it was trained on, and damaged weights', async () => {
    const changed = folder.path('changed');
    const cifar = `cifar10:${writeCifar(folder.path('cifar'), 8)}`;
    const { code } = await regimes(
      'train',
      '--elr',
      '1e-3',
      '--steps',
      '1',
      '--data',
      cifar,
      ...SHORT,
      '--out',
      changed,
    );
    expect(code).toBe(0);
    const weights = join(changed, 'weights.safetensors');
    const whole = readFileSync(weights);
    writeFileSync(weights, whole.subarray(0, 100));
    const { code: damaged, err } = await refused('curvature', changed);
    expect(damaged).toBe(1);
    expect(err).toMatch(/^error: [^\n]*is damaged: weights\.safetensors[^\n]*\n$/);
    writeFileSync(weights, whole);
    writeCifar(folder.path('cifar'), 9);
    await expect(curvatureOfRun(compiled, changed)).rejects.toThrow('has changed since the run started');
  });

  it('names a damaged record', () => {
    const path = join(full, 'curvature.json');
    writeFileSync(path, '{"step": 1}');
    expect(() => readCurvature(full)).toThrow('is not a curvature of this version');
    rmSync(path);
    expect(readCurvature(full)).toBeUndefined();
  });
});
