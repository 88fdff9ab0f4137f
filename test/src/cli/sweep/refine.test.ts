import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration } from '../../../../bench/example-run.js';
import { elrRate } from '../../../../src/run/rate.js';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { readSweepPlan } from '../../../../src/sweep/directory.js';
import { openSweep } from '../../../../src/sweep/extend-sweep.js';
import { runDirectory } from '../../../../src/sweep/plan.js';
import { formatNumber } from '../../../../src/text/output.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { convergingRun, equilibriumRun } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Everything that a sweep has computed, byte by byte. */
const contents = (sweep: string): string[][] =>
  readdirSync(sweep).map((name) => {
    const file = name === 'sweep.json' ? join(sweep, name) : join(sweep, name, 'metrics.jsonl');
    return [name, readFileSync(file, 'latin1')];
  });

const refine = (sweep: string, mostRuns: number, ...words: string[]) =>
  regimes('verify', sweep, '--refine', '1.5', '--most-runs', String(mostRuns), ...words);

describe('regimes verify --refine', () => {
  it('adds runs until no more are allowed, in the same way however often it is stopped', async () => {
    const sweep = folder.path('sweep');
    const subject = ['--width', '1', '--train-images', '32', '--batch', '8', '--seed', '1', '--steps', '60'];
    expect((await regimes('sweep', ...subject, '--elr', '3e-3,1', '--out', sweep)).code).toBe(0);
    const stopped = folder.path('stopped');
    cpSync(sweep, stopped, { recursive: true });

    const { code, out, err } = await refine(sweep, 4, '--json');
    expect(code).toBe(0);
    const { runs, thresholds } = JSON.parse(out);
    const planned = readSweepPlan(sweep).runs;
    const added = planned.filter(({ refined }) => refined);
    expect([planned.length, added.length, runs.length]).toEqual([6, 4, 6]);
    // Only the ELR differs.
    for (const { folder: name, configuration: own, varied } of added) {
      const { rate, ...rest } = own;
      const { rate: _, ...first } = planned[0]!.configuration;
      expect(rest).toEqual(first);
      expect(varied).toEqual({ elr: rate.value });
      expect(name).toBe(`elr-${rate.value.toExponential()}`);
      expect(err).toContain(formatNumber(rate.value));
    }
    expect(err).toMatch(/^convergence threshold: [^\n]*--most-runs 4 does not allow another ELR/m);
    // 60 steps tell something, but not everything.
    expect(thresholds.divergence.above).not.toBeNull();

    expect((await refine(stopped, 2)).code).toBe(0);
    // As if the second of them had not been begun.
    rmSync(join(stopped, readSweepPlan(stopped).runs.at(-1)!.folder), { recursive: true });
    expect((await refine(stopped, 4)).code).toBe(0);
    expect(contents(stopped)).toEqual(contents(sweep));
  });

  /** The toy at k = 0.9, 1.2, 2 and 4 as finished runs of a network whose data is nowhere. */
  function toySweep(name: string): string {
    const sweep = folder.path(name);
    for (const { manifest, steps } of [convergingRun(0.9), ...[1.2, 2, 4].map((k) => equilibriumRun(k))]) {
      const own = { ...manifest.configuration, data: 'cifar10:/nowhere' };
      openSweep(sweep, [own]);
      const writer = RunWriter.create(runDirectory(sweep, own.rate.value), { ...manifest, configuration: own });
      for (const step of steps) writer.append(step);
      writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
    }
    return sweep;
  }

  it('adds nothing where both thresholds are narrow enough', async () => {
    const sweep = toySweep('narrow');
    const before = contents(sweep);
    const { code, out, err } = await refused('verify', sweep, '--refine', '2.01', '--json');
    expect({ code, lines: out.trim().split('\n').length }).toEqual({ code: 0, lines: 1 });
    expect(err).toBe(
      'convergence threshold: between ELR 0.1286 and 0.1714, a factor 1.333\n' +
        'divergence threshold: between ELR 0.2857 and 0.5714, a factor 2\n',
    );
    expect(contents(sweep)).toEqual(before);
  });

  it('stops where no run can begin, and verifies what there is', async () => {
    const sweep = toySweep('nowhere-data');
    const { code, out, err } = await regimes('verify', sweep, '--refine', '1.5', '--json');
    expect(code).toBe(1);
    // Progress is told where the machine is busy.
    expect(err).toMatch(
      /^adding ELR 0\.4 \(1 run\)\n(?:\[[^\n]+\n)*ELR 0\.4 failed: [^\n]+\nnone of these runs started; no more are added\n$/,
    );
    expect(JSON.parse(out).thresholds.divergence).toEqual({ below: 2 / 7, above: 4 / 7 });
  });

  it('refuses what cannot be in one line, and adds nothing', async () => {
    const sweep = folder.path('planned');
    openSweep(sweep, [{ ...configuration, rate: elrRate(0.1) }]);
    const before = contents(sweep);
    for (const [words, message] of [
      [['--refine', '1'], /--refine <factor>.*Allowed: a number greater than 1\./],
      [['--refine', '0.5'], /greater than 1/],
      [['--refine', 'NaN'], /greater than 1/],
      [['--refine', '2', '--most-runs', '0'], /--most-runs.*a whole number from 1 on/],
      [['--most-runs', '3'], /--most-runs goes with --refine/],
      [['--refine', '2', '--where', 'elr=0.1'], /--refine chooses the ELRs; --where elr=0\.1 cannot be given with it/],
    ] as const)
      expectOneLineError(await refused('verify', sweep, ...words), message);
    expectOneLineError(await refused('verify', folder.path('nowhere'), '--refine', '2'), /is not a sweep/);
    expect(contents(sweep)).toEqual(before);
  });
});
