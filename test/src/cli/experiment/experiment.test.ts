import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAnnealing } from '../../../../src/run/annealing-record.js';
import { readSteps } from '../../../../src/run/read-steps.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Processes that train: seconds each, but on a busy machine many. */
const PATIENCE = 180_000;
const SMALL = ['--width', '1', '--train-images', '32', '--steps', '40', '--workers', '1'];
const experiment = (name: string, out: string, ...words: string[]) =>
  ['experiment', 'run', name, ...SMALL, '--out', folder.path(out), ...words] as const;

describe('experiments', () => {
  it('are listed', async () => {
    const { code, out } = await regimes('experiment', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/^batch-size +T10/m);
  });

  it('refuse what does not exist, and bad values, in one line', async () => {
    expectOneLineError(await refused('experiment', 'run', 'batch'), /unknown command 'batch'.*batch-size/);
    expectOneLineError(await refused('experiment', 'run', 'batch-size', '--batch', '0'), /whole number from 1 on/);
    expectOneLineError(await refused('experiment', 'run', 'batch-size', '--elr', '0'), /positive numbers/);
    expectOneLineError(
      await refused(...experiment('batch-size', 'refused', '--batch', '64')),
      /--batch 64 is more than the data set's 32 training images/,
    );
    expect(existsSync(folder.path('refused'))).toBe(false);
  });
});

describe('regimes experiment run batch-size', () => {
  const words = experiment('batch-size', 'batch', '--batch', '4,16', '--elr', '1e-3,1e-1', '--seed', '1,2');

  it(
    'trains every batch size at every ELR and ends in the table; the same command adds nothing and says the same',
    async () => {
      const first = await regimes(...words);
      expect(first.code).toBe(0);
      expect(first.out).toMatch(/^Thresholds after 40 steps per run/);
      expect(first.out).toMatch(/^network +batch 4 +[o*x?] +[o*x?] /m);
      expect(first.out).toMatch(/^(holds|FAILS|untested) +network +smaller batches lower the threshold/m);
      const again = await regimes(...words);
      expect(again.out).toBe(first.out);
      expect(existsSync(folder.path('batch', 'elr-1e-1_seed-2_batch-16', 'weights.safetensors'))).toBe(true);
    },
    PATIENCE,
  );

  it('prints JSON only', async () => {
    const found = await json(...words);
    expect(found).toMatchObject({ experiment: 'batch-size', steps: 40, elrs: [1e-3, 1e-1] });
    expect(found.sweeps).toMatchObject([
      { of: 'network', label: 'batch 4', runs: [{ elr: 1e-3, members: [expect.any(String), expect.any(String)] }, {}] },
      { of: 'network', label: 'batch 16' },
    ]);
    const network = (name: string) => ({ of: 'network', name: expect.stringContaining(name) });
    expect(found.predictions).toMatchObject([
      network('smaller batches lower the threshold'),
      network('threshold at batch 4'),
      network('threshold at batch 16'),
      network('other batch sizes from one run'),
    ]);
  });
});

describe('regimes experiment run weight-decay', () => {
  const words = experiment('weight-decay', 'decay', '--weight-decay', '0.1,0.4', '--elr', '1e-3,1e-1');

  it(
    'trains every decay, the pair and fixed ELRs, and tells network and toy side by side',
    async () => {
      const { code, out } = await regimes(...words, '--batch', '8', '--steps', '80');
      expect(code).toBe(0);
      expect(out).toMatch(/^toy +0\.1 +0\.4 +0\.04 +80 steps +0\.2[78]\d* +0\.28 /m);
      expect(out).toMatch(/^network +0\.4 +0\.1 +0\.04 /m);
      expect(out).toMatch(/^holds +network +norm after a step, given the cosine/m);
      expect(out).toMatch(/^holds +toy +ELR depends on p alone: lr 0\.4 as lr 0\.1, p 0\.04/m);
      expect(existsSync(folder.path('decay', 'decay', 'lr-4e-1_seed-1_weight-decay-0.1', 'weights.safetensors'))).toBe(
        true,
      );
      expect(existsSync(folder.path('decay', 'fixed-elr', 'elr-1e-3_seed-1'))).toBe(true);
    },
    PATIENCE,
  );

  it('refuses a decay that takes the whole norm, and a pair that is none, before anything is written', async () => {
    const refusedHere = (...more: string[]) => refused(...experiment('weight-decay', 'nothing', ...more));
    expectOneLineError(await refusedHere('--lr', '10', '--weight-decay', '0.1'), /--lr 10 x --weight-decay 0\.1 is 1/);
    expectOneLineError(await refusedHere('--lr', '0.4'), /--pair-lr is --lr/);
    expect(existsSync(folder.path('nothing'))).toBe(false);
  });
});

describe('regimes experiment run frozen-shares', () => {
  const words = experiment('frozen-shares', 'frozen', '--elr', '1e-2', '--batch', '8', '--steps', '100');

  it(
    'trains at the shares of the start, of the equilibrium and of that reversed, from starts that are the same again',
    async () => {
      // Progress may be told on stderr where the machine is busy.
      const first = JSON.parse((await regimes(...words, '--json')).out);
      expect(first).toMatchObject({
        experiment: 'frozen-shares',
        arms: [{ label: 'initial' }, {}, { label: 'reversed' }],
      });
      const { shares } = first.equilibrium as { shares: number[] };
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
      const folders = readdirSync(folder.path('frozen')).sort();
      expect(folders.map((name) => name.replace(/-[0-9a-f]{8}$/, ''))).toEqual([
        'equilibrium',
        'initial',
        'joint',
        'reversed',
        'starts',
      ]);
      // Each step of a run has the shares of its arm, and all the joint norm of the start.
      const steps = readSteps(folder.path('frozen', folders.find((name) => name.startsWith('reversed'))!, 'elr-1e-2'));
      const joint = readSteps(folder.path('frozen', 'joint', 'elr-1e-2_seed-1'));
      for (const step of [steps.at(0)!, steps.at(-1)!]) {
        step.groups.forEach(({ share }, i) => {
          expect(share).toBeCloseTo(shares.at(-1 - i)!, 5);
        });
        expect(step.norm / joint.at(0)!.norm).toBeCloseTo(1, 5);
      }
      expect(await json(...words)).toEqual(first);
      expect(readdirSync(folder.path('frozen')).sort()).toEqual(folders);
    },
    PATIENCE,
  );

  it(
    'says what is missing where no run is in equilibrium',
    async () => {
      const out = folder.path('converging');
      const { code, out: text } = await regimes(...words, '--elr', '1e-4', '--out', out);
      expect(code).toBe(0);
      expect(text).toMatch(/No run on the joint sphere is in equilibrium/);
      expect(readdirSync(out)).toEqual(['joint']);
    },
    PATIENCE,
  );
});

describe('regimes experiment run anneal', () => {
  const words = experiment('anneal', 'anneal', '--elr', '1e-3,1e-2', '--anneal-steps', '7', '--batch', '8');
  const path = (...names: string[]) => folder.path('anneal', ...names);

  it(
    'trains at fixed rates, anneals from the weights they end with, and compares what is lost with the noise floor',
    async () => {
      const first = await regimes(...words);
      expect(first.code).toBe(0);
      expect(first.out).toMatch(/^40 steps at a fixed rate, then 7 in which it falls to 0\.001/);
      expect(first.out).toMatch(/^network +sphere +ELR 0\.001 /m);
      expect(first.out).toMatch(/^network +ordinary +lr 0\.1 /m);
      expect(first.out).toMatch(/^toy +both noises +k 0\.4 /m);
      expect(first.out).toMatch(/^network, sphere: mean \|log ratio\|.*rates: 2$/m);
      expect(first.out).toMatch(/^(holds|FAILS|untested) +network +loss lost by annealing, ordinary, lr 0\.1 /m);
      // Found again by a path that is not absolute.
      expect((await regimes(...words, '--out', relative('.', path()))).out).toBe(first.out);
    },
    PATIENCE,
  );

  it('begins annealing at the weights and the norm where the run ended; the rate falls and stays', () => {
    const annealed = readdirSync(path('sphere-annealed')).filter((name) => name.startsWith('elr-1e-2_seed-2'));
    expect(annealed).toHaveLength(1);
    const [before, after] = [
      readSteps(path('sphere', 'elr-1e-2_seed-2')),
      readSteps(path('sphere-annealed', annealed[0]!)),
    ];
    // 4 steps an epoch: two for the fall of 7 steps, one for the measurement.
    expect(after.length).toBe(12);
    expect(after.at(0)!.norm / before.at(-1)!.norm).toBeCloseTo(1, 5);
    const elrs = after.map(({ elr }) => elr / 1e-2);
    for (let step = 0; step < 12; step += 1) {
      // Norms are those of floats.
      expect(elrs[step]).toBeCloseTo(step < 7 ? 1 - (0.999 * step) / 7 : 1e-3, 5);
    }
  });

  it('says in JSON what the steps on disk say, keeps it with the run, and verify shows it', async () => {
    const found = await json(...words);
    expect(found).toMatchObject({ experiment: 'anneal', steps: 40, elrs: [1e-3, 1e-2], annealSteps: 7, factor: 1e-3 });
    const [sphere] = found.arms as { runs: { rate: number; lost: { mean: number }; predicted: { mean: number } }[] }[];
    const lost = [1, 2].map((seed) => {
      const name = `elr-1e-2_seed-${seed}`;
      const annealed = readdirSync(path('sphere-annealed')).find((each) => each.startsWith(name))!;
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const before = readSteps(path('sphere', name)).slice(30);
      const after = readSteps(path('sphere-annealed', annealed)).slice(8);
      const floor = mean(before.map(({ elr, egn }) => (elr * egn * egn) / 4));
      const value = mean(before.map(({ loss }) => loss)) - mean(after.map(({ loss }) => loss));
      const kept = readAnnealing(path('sphere', name))!;
      expect(kept).toMatchObject({ steps: 40, annealSteps: 7, factor: 1e-3 });
      expect(kept.lost.value).toBeCloseTo(value, 10);
      expect(kept.predicted.value / floor).toBeCloseTo(1, 10);
      return value;
    });
    expect(sphere!.runs[1]!.lost.mean).toBeCloseTo((lost[0]! + lost[1]!) / 2, 10);
    const { predictions } = await json('verify', path('sphere'));
    const rows = (predictions as { name: string; group: string; measured: number }[]).filter(({ name }) =>
      name.startsWith('loss lost by annealing'),
    );
    expect(rows.map(({ name, group }) => [name, group])).toEqual([
      ['loss lost by annealing, ELR 0.001', 'equilibrium'],
      ['loss lost by annealing, ELR 0.01', 'equilibrium'],
    ]);
    expect(rows[1]!.measured).toBeCloseTo((lost[0]! + lost[1]!) / 2, 10);
  });

  it('refuses bad values in one line', async () => {
    expectOneLineError(await refused(...experiment('anneal', 'none', '--anneal-steps', '0')), /whole number from 1 on/);
    expectOneLineError(await refused(...experiment('anneal', 'none', '--lr', '-1')), /positive numbers/);
    expectOneLineError(await refused(...words, '--anneal-steps', '9'), /holds another sweep/);
    expect(existsSync(folder.path('none'))).toBe(false);
  });
});
