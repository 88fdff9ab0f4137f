import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { extendSweep } from '../../../../src/sweep/extend-sweep.js';
import { elrPlan, runDirectory } from '../../../../src/sweep/plan.js';
import { expectOneLineError, json, refused, temporaryFolder } from '../../../cli.js';
import { convergingRun, equilibriumRun } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const sweep = folder.path('toy');
const runs = [convergingRun(0.9), equilibriumRun(1.2), equilibriumRun(1.5), equilibriumRun(2)];
beforeAll(() => {
  extendSweep(sweep, elrPlan(runs.map(({ manifest }) => manifest.configuration)));
  for (const { manifest, steps } of runs) {
    const writer = RunWriter.create(runDirectory(sweep, manifest.configuration.rate.value), manifest);
    for (const step of steps) writer.append(step);
    writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
  }
});

interface Read {
  readonly readings: readonly { readonly threshold: { readonly mean: number } }[];
  readonly elrs: readonly {
    readonly elr: number;
    readonly measured?: { readonly loss: number; readonly ess: number };
    readonly predicted: readonly {
      readonly loss: { readonly mean: number };
      readonly ess: { readonly mean: number };
    }[];
  }[];
}

describe('regimes alpha', () => {
  it('reads the toy as itself, and predicts its runs', async () => {
    const { readings, elrs } = (await json('alpha', sweep)) as unknown as Read;
    expect(readings.length).toBe(3);
    for (const { threshold } of readings) expect(threshold.mean).toBeCloseTo(1 / 7, 10);
    expect(elrs.map(({ elr }) => elr)).toEqual([1.2 / 7, 1.5 / 7, 2 / 7]);
    for (const { measured, predicted } of elrs) {
      for (const { loss, ess } of predicted) {
        expect(loss.mean).toBeCloseTo(measured!.loss, 8);
        expect(ess.mean).toBeCloseTo(measured!.ess, 8);
      }
    }
  });

  it('predicts ELRs at which nothing ran', async () => {
    const { elrs } = (await json('alpha', sweep, '--elr', '1')) as unknown as Read;
    expect(elrs[0]!.measured).toBeUndefined();
    // (S/2)(1 - 1/k) at k = 7.
    for (const { loss } of elrs[0]!.predicted) expect(loss.mean).toBeCloseTo(3, 8);
  });

  it('is a table a reading, and one an ELR, as text', async () => {
    const { code, out } = await refused('alpha', sweep);
    expect(code).toBe(0);
    expect(out).toMatch(/^read from +threshold +sum alpha +alpha_i/);
    expect(out.match(/^ELR [\d.]+$/gm)!.length).toBe(3);
    expect(out.match(/^measured +chaotic equilibrium/gm)!.length).toBe(3);
  });

  it('says what is missing where nothing can be read, and refuses what is no sweep', async () => {
    const empty = folder.path('begun');
    extendSweep(empty, elrPlan([convergingRun(0.5).manifest.configuration]));
    expect((await refused('alpha', empty)).out).toBe('no run with a step yet\n');
    mkdirSync(folder.path('other'));
    expectOneLineError(await refused('alpha', folder.path('other')), /other is not a sweep/);
    expectOneLineError(await refused('alpha', sweep, '--elr', '-1'), /positive numbers/);
  });
});
