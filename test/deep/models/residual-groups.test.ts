import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { invariantGroups } from '../../../deep/models/model.js';
import { GradientPass } from '../../../deep/observe/gradient-pass.js';
import { prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import { startTraining, type TrainingStep } from '../../../deep/training/train.js';
import { tableRun } from '../../../src/archive/csv-table.js';
import { reportRun } from '../../../src/archive/run-report.js';
import { readRun } from '../../../src/archive/stored-run.js';
import { mean } from '../../../src/numerics/means.js';
import { measureRun } from '../../../src/regime/analyse.js';
import type { ElrManifest } from '../../../src/run/manifest.js';
import { manifestText } from '../../../src/run/manifest-text.js';
import { elrRate } from '../../../src/run/rate.js';
import { readSteps } from '../../../src/run/read-steps.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { stepInGroups } from '../../../src/sphere/invariant-groups.js';
import { writeCifar } from '../../cifar.js';
import { regimes, temporaryFolder } from '../../cli.js';
import { compiled } from '../engine/agreement.js';
import { asWeights } from '../observe/setting.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const directory = folder.path('run');
const STEPS = 30;
const data = `cifar10:${writeCifar(folder.path('cifar'), 8)}`;
const subject = { ...configuration, model: 'resnet18', data, rate: elrRate(1e-4), batch: 16, steps: STEPS };

beforeAll(async () => {
  await recordRun(prepareRun(subject), directory);
}, 60_000);

const STREAM = 'stream 2';
const measured = (path: string) => {
  const manifest = readManifest(path) as ElrManifest;
  return { manifest, run: measureRun({ directory: path, manifest, steps: readSteps(path) }) };
};

/** The same run as an earlier version would have left it. */
function older(): string {
  const path = folder.path('older');
  const { invariantGroups: _, ...manifest } = readManifest(directory)!;
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'manifest.json'), manifestText(manifest));
  for (const file of ['metrics.jsonl', 'weights.safetensors']) copyFileSync(join(directory, file), join(path, file));
  return path;
}

describe('a ResNet-18 on disk', () => {
  it('records every kernel, and names the groups that are measured', () => {
    const { manifest } = measured(directory);
    expect(manifest.groups.length).toBe(20);
    expect(manifest.invariantGroups!.length).toBe(12);
    expect(manifest.invariantGroups!.find(({ name }) => name === STREAM)!.tensors).toEqual(
      ['0.conv2', '0.shortcut.1', '1.conv2'].map((place) => `layer2.${place}.weight`),
    );
    for (const { groups } of readSteps(directory)) expect(groups.map(({ name }) => name)).toEqual(manifest.groups);
  });

  it('has a gradient orthogonal to the weights of each group, but not to those of the kernels of a stream', () => {
    const { manifest, run } = measured(directory);
    const singles = measured(older()).run;
    expect([run.shares.length, singles.shares.length]).toEqual([12, 20]);
    // The epsilon of normalisation leaves 5e-5 here; single kernels of a stream reach 0.5.
    expect(run.radial).toBeLessThan(1e-3);
    expect(singles.radial).toBeGreaterThan(0.1);
    // Float32 sums: K3 holds of groups as it stands, of kernels only with their cosines.
    expect(run.identities.K3).toBeLessThan(2e-6);
    expect(singles.identities.K3).toBeGreaterThan(2e-5);
    for (const { kinematics } of [run, singles]) {
      expect(kinematics.K1).toBeLessThan(2e-6);
      expect(kinematics.K3).toBeLessThan(2e-6);
    }
    expect(run.identities.K2).toBeLessThan(1e-12);
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    expect(total(run.shares)).toBeCloseTo(1, 12);
    const place = manifest.invariantGroups!.findIndex(({ name }) => name === STREAM);
    const kernels = manifest.invariantGroups![place]!.tensors.map((name) => manifest.groups.indexOf(name));
    expect(run.shares[place]).toBeCloseTo(total(kernels.map((kernel) => singles.shares[kernel]!)), 12);
  });

  it('is reported and exported by its groups, one of an older version by its kernels', () => {
    for (const [path, count] of [
      [directory, 12],
      [older(), 20],
    ] as const) {
      const { groups, averages } = reportRun(path);
      expect([groups.length, averages.shares.length]).toEqual([count, count]);
      const columns = Object.keys([...tableRun(readRun(path), 'epoch').rows][0]!);
      expect(columns.filter((name) => name.startsWith('share.'))).toEqual(groups.map((name) => `share.${name}`));
    }
  });

  it('is no run where a tensor is in no group', () => {
    const { invariantGroups, ...manifest } = readManifest(directory)!;
    const path = folder.path('partial');
    mkdirSync(path);
    writeFileSync(
      join(path, 'manifest.json'),
      manifestText({ ...manifest, invariantGroups: invariantGroups!.slice(1) }),
    );
    expect(() => readManifest(path)).toThrow(/is not a manifest/);
  });
});

describe('a ResNet-18 in training', () => {
  it('shows the shares of its groups', async () => {
    const words = ['--model', 'resnet18', '--width', '1', '--data', data, '--elr', '1e-4', '--batch', '16'];
    const more = ['--steps', '1', '--threads', '1', '--log', 'step'];
    const { out, code } = await regimes('train', ...words, ...more);
    expect(code).toBe(0);
    const shares = out
      .match(/shares (.*)\n/)![1]!
      .split(' ')
      .map(Number);
    expect(shares.length).toBe(12);
    // Three digits each.
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(12 * 5e-4);
  });

  it('has at fixed weights the EGN of its groups that its steps have', async () => {
    const { model, data: images, initial } = prepareRun(subject);
    const setting = { engine: compiled, model, data: images, batch: 16 };
    // An ELR of 1e-14 moves weights by less than float32 can say.
    const training = startTraining(compiled, model, images, {
      rate: elrRate(1e-14),
      batch: 16,
      seed: 1,
      order: 'sequential',
      initial,
    });
    const groups = invariantGroups(model);
    const steps: TrainingStep[] = [];
    for (let i = 0; i < Math.ceil(images.train.count / 16); i += 1) {
      steps.push(stepInGroups(await training.step(), groups));
    }
    await training.dispose();
    const pass = new GradientPass(setting);
    const { gradient } = await pass.run(asWeights(model, initial));
    await pass.dispose();
    expect(gradient.groups.map(({ name }) => name)).toEqual(groups.map(({ name }) => name));
    // Sums in another order, 18 layers deep, in float32.
    for (const [i, { egn }] of gradient.groups.entries())
      expect(egn / mean(steps.map((step) => step.groups[i]!.egn))).toBeCloseTo(1, 4);
  });
});
