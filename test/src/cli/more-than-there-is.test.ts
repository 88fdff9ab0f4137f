import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import { writeImages } from '../../../bench/fuzz/scenarios.js';
import { elrRate } from '../../../src/run/rate.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../cli.js';

/** Numbers of things of which there are fewer: each is refused with how many there are, and what is left out is said. */

const folder = temporaryFolder();
afterAll(folder.remove);

const [IMAGES, BATCH, STEPS] = [8, 4, 6];
const data = `mnist:${folder.path('images')}`;
const run = folder.path('run');
const NETWORK = ['--data', data, '--model', 'convnet', '--width', '1', '--depth', '1', '--batch', String(BATCH)];
const TRAIN = ['train', ...NETWORK, '--elr', '0.01', '--steps', String(STEPS), '--threads', '1', '--log', 'none'];

beforeAll(async () => {
  writeImages(folder.path('images'), { train: IMAGES });
  const { code } = await regimes(...TRAIN, '--keep', '2', '--corrupt', '0.5', '--out', run);
  expect(code).toBe(0);
}, 60_000);

describe('more than there is', () => {
  it.each<[string[], RegExp]>([
    [['curvature', run, '--images', '9'], /9 images requested; the run has 8 training images/],
    [['curvature', run, '--images', '1000000000000'], /1000000000000 images requested; the run has 8/],
    [['curvature', run, '--images', '9', '--subset', 'clean'], /9 images requested; the run has \d clean ones/],
    [['curvature', run, '--images', '3'], /3 images do not make a batch of 4/],
    [['curvature', run, '--batch', '9'], /8 images do not make a batch of 9/],
    [['curvature', run, '--top', '1000'], /1000 eigenvalues requested; the matrix has \d+, one a scale-invariant/],
    [['curvature', run, '--at', '7'], /kept no weights after step 7; allowed: 0, 2, 4, 6/],
    [[...TRAIN, '--train-images', '9'], /9 images requested; the data set has 8/],
    [[...TRAIN, '--batch', '9'], /--batch 9 is more than the data set's 8 training images/],
    [
      ['experiment', 'run', 'minima', ...NETWORK, '--out', folder.path('e'), '--curvature-images', '9'],
      /--curvature-images 9 is too large; allowed: at most 8/,
    ],
    [['experiment', 'run', 'minima', '--points', '1e5'], /Allowed: a whole number from 3 to 10000/],
    [['experiment', 'run', 'minima', '--points', '2'], /Allowed: a whole number from 3 to 10000/],
    [['experiment', 'run', 'minima', '--probes', '1e9'], /Allowed: a whole number from 1 to 100000/],
    [['engine', 'inspect', '--steps', '1e12'], /Allowed: a whole number from 1 to 100000/],
    [
      ['toy', 'sweep', '--alpha', '1,2', '--elr', '0.1:1:3', '--steps', '1e12'],
      /the number of steps of all ELRs 3000000000000 is too large; allowed: at most 1000000000000/,
    ],
    [['path', join(run, 'weights.safetensors'), 'b', '--points', '1e5'], /from 2 to 10000/],
    [['balance', run, '--pairs', '1e6'], /from 2 to 100000/],
  ])('is refused: %j', async (words, message) => {
    expectOneLineError(await refused(...words), message);
  });

  it('is said where whole batches leave some out', async () => {
    const { code, err, out } = await regimes('curvature', run, '--images', '7', '--products', '2', '--json');
    expect(code).toBe(0);
    expect(err).toContain('4 of 7 images make whole batches of 4');
    expect(JSON.parse(out).images).toBe(4);
    // Nothing is asked for by default, so that nothing is left out.
    expect((await regimes('curvature', run, '--products', '2')).err).not.toContain('make whole batches');
  });

  it('is said where runs have fewer steps than are judged', async () => {
    const sweep = folder.path('sweep');
    const planned = [40, 30, 20].map((steps, i) => ({ ...configuration, steps, rate: elrRate((i + 1) / 100) }));
    // A plan of equal steps, of which two runs have fallen short.
    openSweep(
      sweep,
      planned.map((given) => ({ ...given, steps: 40 })),
    ).runs.forEach(({ folder: name }, i) => {
      const writer = RunWriter.create(join(sweep, name), { ...manifest, configuration: { ...planned[i]!, steps: 40 } });
      for (let at = 0; at < planned[i]!.steps; at += 1) writer.append(step(at));
    });
    const { code, err } = await regimes('verify', sweep, '--steps', '40');
    expect({ code, err }).toEqual({ code: 0, err: '2 runs with fewer than 40 steps left out\n' });
    expect((await regimes('verify', sweep)).err).toBe('');
    expectOneLineError(await refused('verify', sweep, '--steps', '41'), /no run with 41 steps yet; the longest has 40/);
  });

  it('is all there is where a default says at most so many', async () => {
    for (const images of [[], ['--images', '8']]) {
      const { out } = await regimes('curvature', run, ...images, '--products', '2', '--json');
      expect(JSON.parse(out).images).toBe(8);
    }
  });
});
