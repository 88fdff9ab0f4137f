import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest } from '../../../../bench/example-run.js';
import { ManifestSchema } from '../../../../src/run/manifest.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { RunConfigurationSchema, storedConfiguration } from '../../../../src/run/stored-configuration.js';
import { DEFAULT_TRAINING } from '../../../../src/run/training-settings.js';
import { writeCifar } from '../../../cifar.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { fixturePath } from '../../../deep/fixture.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const cifar = writeCifar(folder.path('cifar'), 8);

const FIELDS = ['step', 'loss', 'accuracy', 'elr', 'egn', 'ess', 'norm', 'groups'];
const given = ['--data', `cifar10:${cifar}`, '--order', 'sequential', '--log', 'step', '--json', '--threads', '1'];
const affine = [
  '--init',
  fixturePath('convnet-affine-w4/init.safetensors'),
  '--model',
  'convnet-affine',
  '--width',
  '4',
];
const plain = ['--init', fixturePath('convnet-w4/init.safetensors'), '--width', '4'];
const residual = ['--init', fixturePath('resnet18-affine-w2/init.safetensors'), '--model', 'resnet18-affine'];

interface Line {
  readonly loss: number;
  readonly elr: number;
  readonly norm: number;
}

describe('regimes train, in every mode', () => {
  // What a step is told to take: in full space the learning rate, which is ELR |w|^2; on a sphere the ELR itself.
  it.each<[string, string[], 'lr' | 'elr', readonly [number, number, number]]>([
    ['full space', [...plain, '--lr', '0.05', '--weight-decay', '0.1', '--momentum', '0.9'], 'lr', [0.05, 0.05, 0.05]],
    [
      'an affine model',
      [...affine, '--lr', '0.05', '--weight-decay', '0.1', '--momentum', '0.9'],
      'lr',
      [0.05, 0.05, 0.05],
    ],
    ['an affine model on the sphere', [...affine, '--elr', '1e-3', '--free-lr', '0.01'], 'elr', [1e-3, 1e-3, 1e-3]],
    ['an affine ResNet', [...residual, '--width', '2', '--lr', '0.05', '--batch', '8'], 'lr', [0.05, 0.05, 0.05]],
    [
      'spheres of groups, squared loss',
      [...plain, '--elr', '1e-3', '--projection', 'group', '--loss', 'squared'],
      'elr',
      [1e-3, 1e-3, 1e-3],
    ],
    ['spheres of filters', [...plain, '--elr', '1e-3', '--projection', 'filter'], 'elr', [1e-3, 1e-3, 1e-3]],
    [
      // (1 + cos(pi t / 3)) / 2 at t = 0, 1, 2.
      'the whole set, cosine',
      [...plain, '--elr', '1e-3', '--full-batch', '--batch', '12', '--schedule', 'cosine'],
      'elr',
      [1e-3, 0.75e-3, 0.25e-3],
    ],
    [
      // Halved before step 1; the next milestone, an epoch, comes after the last step.
      'steps',
      [...plain, '--lr', '0.05', '--schedule', 'step', '--milestones', '1,1e', '--factor', '0.5'],
      'lr',
      [0.05, 0.025, 0.025],
    ],
  ])('%s: a line a step with the same fields, at the rate asked for', async (_, words, kind, rates) => {
    const { code, out, err } = await regimes('train', '--batch', '16', ...words, '--steps', '3', ...given);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out
      .trim()
      .split('\n')
      .map((text): Line => JSON.parse(text));
    expect(lines.length).toBe(3);
    const [{ norm: start }] = lines as [Line];
    for (const [i, line] of lines.entries()) {
      expect(Object.keys(line)).toEqual(FIELDS);
      expect(Number.isFinite(line.loss)).toBe(true);
      // Rates and norms are float32 (6e-8), and the norm a sum of squares of thousands of them.
      const taken = kind === 'lr' ? line.elr * line.norm ** 2 : line.elr;
      expect(Math.abs(taken / rates[i]! - 1)).toBeLessThan(1e-6);
      // Projection keeps the norm; in full space it changes from the first step on.
      const change = Math.abs(line.norm / start - 1);
      if (kind === 'elr') expect(change).toBeLessThan(1e-6);
      else if (i > 0) expect(change).toBeGreaterThan(1e-4);
    }
  });

  it('keeps every setting in the manifest', async () => {
    const out = folder.path('kept');
    const settings =
      '--lr 0.05 --momentum 0.9 --weight-decay 1e-3 --projection group --schedule step --milestones 2,2e';
    const more = '--batch 16 --epochs 2 --last-layer-seed 7 --loss squared';
    const words = [...settings.split(' '), ...more.split(' ')];
    const { code } = await regimes('train', '--width', '2', ...words, ...given, '--out', out);
    expect(code).toBe(0);
    const kept = readManifest(out)!;
    expect(kept.configuration).toMatchObject({ rate: { kind: 'lr', value: 0.05 }, steps: 6 });
    expect(kept.configuration.training).toEqual({
      ...DEFAULT_TRAINING,
      momentum: 0.9,
      weightDecay: 1e-3,
      projection: 'group',
      loss: 'squared',
      lastLayerSeed: 7,
      schedule: { kind: 'step', factor: 0.1, milestones: [2, 6] },
    });
  });

  it('takes one step an epoch with the whole set', async () => {
    const words = [...plain, '--elr', '1e-3', '--full-batch', '--batch', '16', '--epochs', '2'];
    const { out } = await regimes('train', ...words, ...given);
    expect(out.trim().split('\n').length).toBe(2);
  });
});

describe('a manifest of an older version', () => {
  it('is one of plain training on the joint sphere', () => {
    const { training: _, ...older } = storedConfiguration(configuration);
    expect(RunConfigurationSchema.parse(older)).toEqual(configuration);
    expect(ManifestSchema.parse({ ...manifest, configuration: older })).toEqual(manifest);
  });
});

describe('settings that contradict each other are one line and code 2', () => {
  const out = folder.path('nothing');
  const elr = ['--elr', '1e-3'];
  it.each<[string[], RegExp]>([
    [[...elr, '--lr', '0.1'], /--elr and --lr exclude each other/],
    [[], /required option '--elr <number>' not specified .*'--lr <number>'/],
    [[...elr, '--projection', 'none'], /--elr needs a sphere; --projection none takes --lr/],
    [[...elr, '--projection', 'cube'], /projection.*joint, group, filter, none/],
    [[...elr, '--momentum', '1'], /momentum.*from 0 to below 1/],
    [[...elr, '--weight-decay', '-1'], /weight-decay.*from 0 on/],
    [[...elr, '--loss', 'hinge'], /loss.*cross-entropy, squared/],
    [[...elr, '--free-lr', '0.1'], /scale-invariant; --free-lr 0\.1 is for convnet-affine, resnet18-affine/],
    [[...elr, '--schedule', 'step'], /--schedule step needs --milestones/],
    [[...elr, '--milestones', '3'], /--milestones is for --schedule step/],
    [[...elr, '--schedule', 'step', '--milestones', '3x'], /milestones.*100,200 or epochs like 30e,60e/],
    [[...elr, '--schedule', 'step', '--milestones', '3', '--factor', '0'], /--factor 0 stops/],
    [[...elr, '--factor', '0.1'], /--factor is for --schedule/],
    [[...elr, '--span', '0:1'], /--span is for --schedule cosine/],
    [[...elr, '--schedule', 'cosine', '--span', '0.5:0.2'], /span.*FROM:TO/],
    [[...elr, ...plain, '--last-layer-seed', '3'], /--last-layer-seed and --init exclude each other/],
  ])('train %j', async (words, message) => {
    expectOneLineError(await refused('train', ...words, '--out', out, '--json'), message);
    expect(existsSync(out)).toBe(false);
  });
});
