import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ANNEALING_FILE, type Annealing, readAnnealing, writeAnnealing } from '../../../src/run/annealing-record.js';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import { verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { temporaryFolder } from '../../cli.js';
import { convergingRun, equilibriumRun } from './toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A run of loss 2 that lost `lost` where `floor` was predicted. */
const annealing = (lost: number, floor: number): Annealing => ({
  loss: { value: 2, error: 0.01 },
  fall: 0,
  annealed: { value: 2 - lost, error: 0.01 },
  lost: { value: lost, error: 0.015 },
  predicted: { value: floor, error: 0.01 },
  ratio: { value: lost / floor, error: 0.02 },
  steps: 64,
  annealSteps: 400,
  factor: 1e-3,
});

const rows = (sweep: readonly SweepRun[], annealings: readonly [number, Annealing][]) =>
  verifySweep(sweep, toyTheory, {
    annealings: new Map(annealings.map(([place, each]) => [sweep[place]!.directory, each])),
  }).predictions.filter(({ name }) => name.startsWith('loss lost by annealing'));

const withSeed = (run: SweepRun, seed: number): SweepRun => ({
  ...run,
  directory: `${run.directory}-seed-${seed}`,
  manifest: { ...run.manifest, configuration: { ...run.manifest.configuration, seed } },
});

describe('rows of verify for runs that were annealed', () => {
  const sweep = [convergingRun(0.5), equilibriumRun(1.4)];

  it('are there for those runs alone, in the group of equilibrium', () => {
    expect(rows(sweep, [])).toEqual([]);
    expect(rows(sweep, [[1, annealing(1, 1.2)]])).toMatchObject([
      { group: 'equilibrium', source: 'T14', predicted: 1.2, measured: 1, errorKind: 'factor', holds: true },
    ]);
    expect(rows(sweep, [[0, annealing(1, 1.2)]])[0]!.name).toBe(`loss lost by annealing, ELR ${0.5 / 7}`);
  });

  it('fail beyond a factor 1.25, on both sides', () => {
    const verdict = (lost: number) => rows(sweep, [[1, annealing(lost, 1)]])[0]!.holds;
    expect([0.79, 0.81, 1.24, 1.26].map(verdict)).toEqual([false, true, true, false]);
  });

  it('are one for all seeds of an ELR, at their means', () => {
    const seeds = [1, 2].map((seed) => withSeed(equilibriumRun(1.4), seed));
    const found = rows(seeds, [
      [0, annealing(1, 1.1)],
      [1, annealing(1.2, 1.3)],
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]!.measured).toBeCloseTo(1.1, 12);
    expect(found[0]!.predicted).toBeCloseTo(1.2, 12);
    // Two values 0.2 apart: standard error of their mean 0.1.
    expect(found[0]!.measuredError).toBeCloseTo(0.1, 12);
  });

  it('are untested with momentum, of which T14 needs more than steps record', () => {
    const [run] = [equilibriumRun(1.4)];
    const { configuration } = run!.manifest;
    const training = { ...configuration.training, momentum: 0.9 };
    const moving = { ...run!, manifest: { ...run!.manifest, configuration: { ...configuration, training } } };
    expect(rows([moving], [[0, annealing(1, 1)]])).toMatchObject([
      { holds: null, note: expect.stringMatching(/momentum 0.9/) },
    ]);
  });
});

describe('the file beside a run', () => {
  it('is read as it was written, NaN and infinities too; none is none', () => {
    const unknown = { ...annealing(1, 1), ratio: { value: 1, error: Number.NaN } };
    expect(readAnnealing(folder.path())).toBeUndefined();
    writeAnnealing(folder.path(), unknown);
    expect(readAnnealing(folder.path())).toEqual(unknown);
  });

  it('is named where it cannot be read', () => {
    writeFileSync(folder.path(ANNEALING_FILE), '{}');
    expect(() => readAnnealing(folder.path())).toThrow(/annealing\.json is not an annealing of this version/);
  });
});
