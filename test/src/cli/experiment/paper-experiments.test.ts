import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { KeptPath } from '../../../../src/experiments/path-record.js';
import { readCurvature } from '../../../../src/run/curvature-record.js';
import { readMeasurements } from '../../../../src/run/measurements.js';
import { readSteps } from '../../../../src/run/read-steps.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Processes that train: a second each, but on a busy machine many. */
const PATIENCE = 180_000;
const SMALL = ['--width', '1', '--train-images', '8', '--batch', '8', '--workers', '1', '--steps', '60'];
const experiment = (name: string, out: string, ...words: string[]) =>
  ['experiment', 'run', name, ...SMALL, '--out', folder.path(out), ...words] as const;

describe('regimes experiment run minima, and regimes', () => {
  const CURVATURE = ['--probes', '2', '--curvature-images', '8', '--points', '3'];
  const words = experiment('minima', 'one', '--elr', '3e-4', ...CURVATURE);
  const runOf = (seed: number): string => folder.path('one', `elr-3e-4_seed-${seed}`);

  it(
    'measures the ends of runs that converge, and the path between them',
    async () => {
      const found = (await json(...words)) as unknown as {
        minima: { seed: number; trainLoss: number; hessian: { mean: number } }[];
        barriers: { losses: number[]; height: number }[];
        predictions: { holds: boolean | null }[];
      };
      expect(found).toMatchObject({ experiment: 'minima', steps: 60, elrs: [3e-4] });
      expect(found.minima.map(({ seed }) => seed)).toEqual([1, 2]);
      for (const { seed, trainLoss, hessian } of found.minima) {
        const { trace, loss } = readCurvature(runOf(seed))!;
        expect(hessian.mean).toBe(trace!.mean);
        // Over the same eight images, one batch, at the same weights, in float32.
        expect(loss / trainLoss).toBeCloseTo(1, 4);
        expect(readMeasurements(runOf(seed)).map(({ step }) => step)).toEqual([0, 60]);
      }
      const [barrier, ...others] = found.barriers;
      expect(others).toEqual([]);
      expect(barrier!.height).toBe(Math.max(...barrier!.losses) - Math.max(barrier!.losses[0]!, barrier!.losses[2]!));
      // Two seeds at one ELR show no order.
      expect(found.predictions.map(({ holds }) => holds)).toEqual([null, null, null, null]);
    },
    PATIENCE,
  );

  it(
    'goes on where it was interrupted, and measures nothing twice',
    async () => {
      const paths = folder.path('one', 'paths.json');
      const before = await regimes(...words);
      expect(before.out).toMatch(/^two seeds +ELR 3e-4, seed 1 +ELR 3e-4, seed 2 /m);
      // What is kept is what is printed.
      const [kept] = JSON.parse(readFileSync(paths, 'utf8')) as [KeptPath];
      writeFileSync(paths, JSON.stringify([{ ...kept, cosine: 0.123 }]));
      expect((await regimes(...words)).out).toMatch(/seed 2 +0\.123 /);
      rmSync(paths);
      rmSync(`${runOf(1)}/curvature-fisher.json`);
      const after = await regimes(...words);
      expect({ code: after.code, out: after.out }).toEqual({ code: 0, out: before.out });
    },
    PATIENCE,
  );

  it(
    'is a sweep that the table of regimes takes as it is, beside the toy',
    async () => {
      const created = readManifest(runOf(1))!.created;
      const { code, out } = await regimes(...experiment('regimes', 'one', '--elr', '3e-4'));
      expect(code).toBe(0);
      const error = [1, 2].map((seed) => 1 - readMeasurements(runOf(seed)).at(-1)!.test.evaluation.accuracy);
      const mean = Number(((error[0]! + error[1]!) / 2).toPrecision(3));
      expect(out).toMatch(new RegExp(`^network +convergence +3e-4 +\\S+ +\\S+ +${mean} `, 'm'));
      expect(out).toMatch(/^toy +\S.* 1 /m);
      expect(out).toMatch(/^untested +network +three regimes in order along the ELR/m);
      expect(out).toContain(`regimes figure loss-egn ${folder.path('one')}`);
      expect(readManifest(runOf(1))!.created).toBe(created);
    },
    PATIENCE,
  );

  it('says that there is no minimum where no run converges', async () => {
    const { code, out } = await regimes(
      ...experiment('minima', 'one', '--elr', '3e-4', '--steps', '8', '--out', folder.path('short'), '--seed', '1'),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^No run converges/m);
    expect(existsSync(folder.path('short', 'paths.json'))).toBe(false);
  });

  it('names a damaged list of paths, as runs check does', async () => {
    writeFileSync(folder.path('one', 'paths.json'), '[{}]');
    const { code, err } = await regimes(...words);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^error: .*paths\.json is not a list of paths/m),
    });
    expect((await regimes('runs', 'check', folder.path('one'))).out).toContain('paths.json');
  });

  it('refuses bad values in one line', async () => {
    expectOneLineError(await refused(...words, '--points', '2'), /whole number from 3 to \d+/);
    expectOneLineError(await refused(...words, '--steps', '61'), /holds another sweep/);
  });
});

describe('regimes experiment run fine-tuning', () => {
  it(
    'goes on from the last weights of each run, and has its average beside it',
    async () => {
      const words = experiment('fine-tuning', 'fine', '--elr', '1e-2', '--tuning-elr', '1e-3', '--tuning-steps', '3');
      const found = await json(...words, '--seed', '1');
      const before = folder.path('fine', 'pretrained', 'elr-1e-2_seed-1');
      const [tuned] = readdirSync(folder.path('fine', 'tuned')).filter((name) => name.startsWith('elr-1e-3_seed-1'));
      const [first] = readSteps(folder.path('fine', 'tuned', tuned!));
      expect(first!.norm / readSteps(before).at(-1)!.norm).toBeCloseTo(1, 5);
      const last = readMeasurements(before).at(-1)!;
      const cell = (value: number) => ({ mean: expect.closeTo(value, 12) });
      expect(found).toMatchObject({
        experiment: 'fine-tuning',
        testError: [
          {
            elr: 1e-2,
            end: cell(1 - last.test.evaluation.accuracy),
            average: cell(1 - last.average!.test.accuracy),
            tuned: [{ mean: expect.any(Number) }],
          },
        ],
      });
      // Epochs of one step, whose ends after 30 to 60 steps are averaged.
      expect(last.average!.epochs).toBe(31);
      expect((await regimes(...words, '--seed', '1')).out).toMatch(/^0\.01 +[o*x?] .* best/m);
    },
    PATIENCE,
  );
});

describe('regimes experiment run conventional', () => {
  it(
    'tells the phases of the ELR of each kind of training, as its steps have it',
    async () => {
      const words = experiment('conventional', 'ordinary', '--elr', '3e-4', '--lr', '0.1', '--seed', '1');
      const found = (await json(...words)) as unknown as {
        runs: { label: string; momentum: number; phases: { from: number; to: number; elrs: number[] }[] }[];
      };
      expect(found.runs.map(({ label }) => label)).toEqual([
        ...['plain', 'momentum', 'cosine', 'augmentation', 'all three'],
      ]);
      const steps = readSteps(folder.path('ordinary', 'ordinary', 'lr-1e-2_seed-1_momentum-0.9_schedule-constant'));
      const { phases } = found.runs.find(({ label }) => label === 'momentum')!;
      // A step is an epoch here, and goes as far as one at ten times its ELR.
      expect(phases[0]!.elrs[0]! / (10 * steps.at(0)!.elr)).toBeCloseTo(1, 6);
      expect(phases.at(-1)!.to).toBe(60);
      const { out } = await regimes(...words);
      expect(out).toMatch(/^plain +0\.1 +1 +0 +\d+ /m);
      expect(out).toMatch(/^(holds|FAILS|untested) +network +regime of fixed ELRs there: momentum, lr 0\.01, seed 1/m);
    },
    PATIENCE,
  );
});
