import { existsSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readCurvature } from '../../../../src/run/curvature-record.js';
import { readSteps } from '../../../../src/run/read-steps.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Processes that train: seconds each, but on a busy machine many. */
const PATIENCE = 180_000;
const SMALL = ['--width', '1', '--train-images', '32', '--seed', '1', '--workers', '1'];
const experiment = (name: string, ...words: string[]) =>
  ['experiment', 'run', name, ...SMALL, '--out', folder.path(name), ...words] as const;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('regimes experiment run momentum', () => {
  const words = experiment('momentum', '--elr', '1e-2', '--batch', '8', '--steps', '40', '--anneal-steps', '7');

  it(
    'trains with and without momentum, and compares what is lost with both floors',
    async () => {
      const { code, out } = await regimes(...words);
      expect(code).toBe(0);
      expect(out).toMatch(/^40 steps at a fixed rate, then 7 in which it falls to 0\.001/);
      for (const arm of ['ordinary +lr 0\\.1', 'ordinary-momentum +lr 0\\.01', 'sphere +ELR 0\\.01'])
        expect(out).toMatch(new RegExp(`^network +${arm} `, 'm'));
      expect(out).toMatch(/^toy +sphere-momentum +k 0\.8 /m);
      expect(out).toMatch(/^toy, with momentum: mean \|log ratio\| \d+\.\d+ of the exact floor/m);
      expect(out).toMatch(/network +loss lost by annealing, sphere-momentum, ELR 0\.001, by 1 \/ \(1 - beta\) alone/);
      const names = readdirSync(folder.path('momentum')).sort();
      expect(names.filter((name) => !name.endsWith('-annealed'))).toEqual([
        ...['ordinary', 'ordinary-momentum', 'sphere', 'sphere-momentum'],
      ]);
    },
    PATIENCE,
  );

  it('reads the exact floor off the steps on disk: the distance between iterates, whose norms are recorded too', async () => {
    const { runs } = (await json(...words)) as unknown as {
      runs: { of: string; label: string; exact: { predicted: { mean: number } } }[];
    };
    const steps = readSteps(folder.path('momentum', 'ordinary-momentum', 'lr-1e-2_seed-1'));
    const late = [...steps].slice(30);
    const floors = late.map(({ chord, norm, elr }, i) => {
      const next = late[i + 1]?.norm ?? norm;
      // By the law of cosines in the triangle of both iterates and the origin.
      const cosine = (norm ** 2 + next ** 2 - (chord! * norm) ** 2) / (2 * norm * next);
      return (1.9 * Math.tan(Math.acos(cosine)) ** 2) / (4 * elr);
    });
    const found = runs.find(({ of, label }) => of === 'network' && label === 'ordinary-momentum')!;
    expect(found.exact.predicted.mean / mean(floors)).toBeCloseTo(1, 6);
    expect(readSteps(folder.path('momentum', 'ordinary', 'lr-1e-1_seed-1')).columns.chord).toBeUndefined();
    expect(readSteps(folder.path('momentum', 'sphere-momentum', 'elr-1e-3_seed-1')).columns.chord).toBeUndefined();
  });
});

describe('regimes experiment run replacement', () => {
  const words = experiment('replacement', '--elr', '1e-2', '--batch', '8,16', '--steps', '40', '--anneal-steps', '7');

  it(
    'trains with batches drawn in both ways at every batch size',
    async () => {
      const { code, out } = await regimes(...words);
      expect(code).toBe(0);
      expect(out).toMatch(/^network +8 +without +ELR 0\.01 /m);
      expect(out).toMatch(/^toy +16 +with +k 0\.08 /m);
      expect(out).toMatch(/^(holds|FAILS|untested) +network +R without over R with replacement at least 1, batch 8, /m);
      expect(out).toMatch(/^(holds|FAILS|untested) +toy +R without replacement, closed form, batch 16, k 0\.08/m);
      const manifest = (arm: string) => readManifest(folder.path('replacement', arm, 'elr-1e-2_seed-1'))!;
      expect(manifest('batch-8-with').configuration).toMatchObject({ sampling: 'with', batch: 8 });
      expect(manifest('batch-16-without').configuration).not.toHaveProperty('sampling');
      expect(await json(...words)).toMatchObject({
        experiment: 'replacement',
        cells: [{ of: 'network', epoch: 4 }, {}, {}, {}, {}, {}, {}, {}],
      });
    },
    PATIENCE,
  );

  it('refuses what it sets itself', async () => {
    expectOneLineError(await refused(...words, '--sampling', 'with'), /unknown option '--sampling'/);
  });
});

describe('regimes experiment run large-batch', () => {
  const words = experiment('large-batch', '--batch', '8,32', '--elr', '1e-4,1', '--steps', '60');

  it(
    'trains up to all images, measures the curvature of what converged, and keeps it',
    async () => {
      const first = await regimes(...words);
      expect(first.code).toBe(0);
      expect(first.out).toMatch(/^60 steps per run on 32 images/);
      expect(first.out).toMatch(/^network +batch 32 +[o*x?] +[o*x?] /m);
      expect(first.out).toMatch(/^toy +no noise +[o*x?] /m);
      expect(first.out).toMatch(/^(holds|FAILS|untested) +network +ELR lambda \/ 2 = 1, batch 32/m);
      const found = (await json(...words)) as unknown as {
        sweeps: { batch: number; converged: { elr: number; sharpness: number }[] }[];
      };
      for (const { batch, converged } of found.sweeps)
        for (const { elr, sharpness } of converged) {
          const name = `elr-${elr.toExponential()}_seed-1_batch-${batch}`;
          const { largest } = readCurvature(folder.path('large-batch', name))!;
          expect(sharpness).toBeCloseTo((elr * largest[0]!.value) / 2, 12);
        }
      expect((await regimes(...words)).out).toBe(first.out);
      expect(existsSync(folder.path('large-batch', 'elr-1e+0_seed-1_batch-32'))).toBe(true);
    },
    PATIENCE,
  );
});

describe('regimes experiment run random-walk', () => {
  it(
    'goes on from the last weights of each run, and finds after one step the cosine of its angle (K1)',
    async () => {
      const words = ['--elr', '5e-2', '--batch', '8', '--steps', '20', '--followed-steps', '16'];
      const found = await json(...experiment('random-walk', ...words));
      expect(found).toMatchObject({ experiment: 'random-walk', steps: 20, followedSteps: 16, elrs: [5e-2] });
      const [{ cosines }] = found.walks as [{ cosines: { lag: number; walk: number; measured: { mean: number } }[] }];
      expect(cosines.map(({ lag }) => lag)).toEqual([1, 2, 4]);
      // To the rounding of float32 weights; the ESS is about 0.5, so that a step more or less would be seen.
      expect(cosines[0]!.walk).toBeLessThan(0.99);
      expect(Math.abs(cosines[0]!.measured.mean - cosines[0]!.walk)).toBeLessThan(1e-4);
      const [before, after] = ['fixed', 'followed'].map((name) => {
        const [run] = readdirSync(folder.path('random-walk', name)).filter((each) => each.startsWith('elr-'));
        return folder.path('random-walk', name, run!);
      });
      expect(readManifest(after!)!.configuration.init).toBe(`${before}/weights.safetensors`);
      const figure = await json('figure', 'random-walk', folder.path('random-walk', 'followed'));
      expect(figure.series).toMatchObject([
        { kind: 'line', points: cosines.map(({ lag, measured }) => ({ x: lag, y: measured.mean })) },
        { kind: 'theory', points: cosines.map(({ lag, walk }) => ({ x: lag, y: walk })) },
      ]);
    },
    PATIENCE,
  );
});

describe('regimes experiment run cooling', () => {
  const words = [
    ...experiment('cooling', '--elr', '1e-3,4e-3', '--batch', '8', '--steps', '12'),
    ...['--stay-steps', '6', '--anneal-steps', '7'],
  ] as const;

  it(
    'lets each run stay on, cool and return, each from the end of another, and anneals every end',
    async () => {
      const { code, out } = await regimes(...words);
      expect(code).toBe(0);
      expect(out).toMatch(/^First: 12 steps at a fixed ELR\. From its end, 6 steps more there/);
      expect(out).toMatch(/^network +cooler +2\.5e-4 /m);
      expect(out).toMatch(/^toy +back +1 /m);
      expect(out).toMatch(/^untested +network +bottom after ELR 0\.001 over the first, ELR 0\.004, one bottom/m);
      const { stays } = (await json(...words)) as unknown as { stays: { of: string; firstElr: number; elr: number }[] };
      const ofNetwork = stays.filter(({ of }) => of === 'network').map(({ firstElr, elr }) => [firstElr, elr]);
      expect(ofNetwork).toEqual([
        ...[1e-3, 1e-3, 2.5e-4, 1e-3].map((elr) => [1e-3, elr]),
        ...[4e-3, 4e-3, 1e-3, 4e-3].map((elr) => [4e-3, elr]),
      ]);
      const sweeps = [
        'first',
        'onward',
        'back',
        'first-annealed',
        'longer-annealed',
        'cooler-annealed',
        'back-annealed',
      ];
      expect(readdirSync(folder.path('cooling')).sort()).toEqual(sweeps.sort());
      // Where each began: the chain first -> cooler -> back, for both ELRs.
      const beginnings = (name: string) =>
        readdirSync(folder.path('cooling', name), { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => readManifest(folder.path('cooling', name, entry.name))!.configuration)
          .map(({ rate, init }) => [rate.value, init!.split('/').slice(-3, -1).join('/')])
          .sort(([a], [b]) => Number(a) - Number(b));
      expect(beginnings('onward').map(([elr]) => elr)).toEqual([2.5e-4, 1e-3, 1e-3, 4e-3]);
      const back = beginnings('back');
      expect(back.map(([elr]) => elr)).toEqual([1e-3, 4e-3]);
      for (const [, from] of back) expect(from).toMatch(/^onward\//);
    },
    PATIENCE,
  );
});

describe('regimes experiment run temperature', () => {
  const words = [
    ...experiment('temperature', '--elr', '1e-3,4e-3', '--batch', '16,4', '--steps', '12'),
    ...['--anneal-steps', '8'],
  ] as const;
  interface Cell {
    readonly of: string;
    readonly batch: number;
    readonly elr: number;
    readonly loss: { readonly mean: number };
    readonly lossInOwnBatches: number;
    readonly bottom: { readonly mean: number };
  }
  const cellsOf = async (given: readonly string[]) =>
    ((await json(...given)) as unknown as { cells: Cell[] }).cells.filter(({ of }) => of === 'network');

  it(
    'trains every batch size at the same ELR / batch, with decays as long in ELR x steps',
    async () => {
      const { code, out } = await regimes(...words);
      expect(code).toBe(0);
      expect(out).toMatch(/^12 steps at a fixed ELR, then a decay to a thousandth over 8 steps from the smallest ELR/);
      expect(out).toMatch(/^network +16 +0\.016 +0\.001 /m);
      expect(out).toMatch(/^toy +4 +0\.25 +0\.0625 /m);
      // ELR 0.004 is that of both sizes, with 4 times as many steps of decay as ELR 0.016.
      expect(out).toMatch(/^untested +network +bottom at batch 16, ELR 0\.004 below that at batch 4, upper bound/m);
      expect(out).toMatch(/^untested +network +loss at batch 16, ELR 0\.016 over batch 4, ELR \/ batch alone/m);
      const decay = (batch: number, elr: number, steps: number) => {
        const place = folder.path('temperature', `batch-${batch}`, `annealed-${elr}`);
        const [run] = readdirSync(place).filter((name) => name.startsWith('elr-'));
        const { schedule } = readManifest(`${place}/${run}`)!.configuration.training;
        // A fall, the rest of its epoch, and another epoch: 8 steps each with batches of 4, 2 with 16.
        return schedule.kind === 'linear' ? schedule.to * steps : Number.NaN;
      };
      expect([decay(4, 1e-3, 16), decay(4, 4e-3, 16), decay(16, 4e-3, 4), decay(16, 0.016, 4)]).toEqual([8, 2, 2, 1]);
    },
    PATIENCE,
  );

  it('measures the bottom of every size in batches of the smallest', async () => {
    const cells = await cellsOf(words);
    expect(cells.map(({ batch, elr }) => [batch, elr])).toEqual([
      ...[1e-3, 4e-3].map((elr) => [4, elr]),
      ...[4e-3, 1.6e-2].map((elr) => [16, elr]),
    ]);
    const place = folder.path('temperature', 'batch-4', 'annealed-0.001');
    const [run] = readdirSync(place).filter((name) => name.startsWith('elr-'));
    const { train } = (await json('evaluate', `${place}/${run}/weights.safetensors`)) as unknown as {
      train: { training: { loss: number } };
    };
    expect(cells[0]!.bottom.mean).toBeCloseTo(train.training.loss, 6);
    // With BatchNorm the loss depends on the batch.
    for (const { batch, loss, lossInOwnBatches } of cells)
      if (batch === 4) expect(loss.mean / lossInOwnBatches).toBeCloseTo(1, 6);
      else expect(Math.abs(loss.mean / lossInOwnBatches - 1)).toBeGreaterThan(1e-3);
  });
});
