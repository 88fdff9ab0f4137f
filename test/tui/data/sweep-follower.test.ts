import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeStep } from '../../../src/run/run-writer.js';
import { readSweep, runDirectory } from '../../../src/sweep/directory.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { SweepFollower } from '../../../tui/data/sweep-follower.js';
import { temporaryFolder } from '../../cli.js';
import { falling, metricsPath, recordedStep, TOLERANCE, TYPICAL, typicalRun, writeSweep } from '../recorded.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const running = { ...typicalRun(1e-3), status: 'running' as const, losses: falling(2, 5) };

describe('a sweep that is followed', () => {
  it('is verified as regimes verify does, run by run the same numbers', () => {
    writeSweep(folder.path('still'), TYPICAL);
    const { verification, runs, writing, title } = new SweepFollower(folder.path('still')).look();
    expect(verification).toEqual(verifySweep(readSweep(folder.path('still')), toyTheory, { tolerance: TOLERANCE }));
    expect(runs.map(({ state, step }) => [state, step])).toEqual(TYPICAL.map(() => ['finished', 400]));
    expect({ writing, title }).toEqual({ writing: false, title: 'convnet width 4, fashion-mnist, batch 16' });
  });

  it('gives runs that have not changed as they were, and no others', () => {
    writeSweep(folder.path('going'), [typicalRun(1e-4), running]);
    const follower = new SweepFollower(folder.path('going'));
    const [done, going] = follower.look().runs;
    const again = follower.look().runs;
    expect([again[0], again[1]].map((run, i) => run === [done, going][i])).toEqual([true, true]);
    const line = `${encodeStep(recordedStep(running, 1, 5))}\n`;
    appendFileSync(metricsPath(folder.path('going'), 1e-3), line);
    const later = follower.look().runs;
    expect(later[0]).toBe(done);
    expect(later[1]!.step).toBe(6);
  });

  it('tells a run that is written from one that was interrupted by its lock', () => {
    writeSweep(folder.path('locked'), [running]);
    const follower = new SweepFollower(folder.path('locked'));
    expect(follower.look()).toMatchObject({ writing: false, runs: [{ state: 'interrupted', step: 5 }] });
    const unlock = lockDirectory(runDirectory(folder.path('locked'), 1e-3));
    expect(follower.look()).toMatchObject({ writing: true, runs: [{ state: 'running', step: 5 }] });
    unlock();
    expect(follower.look()).toMatchObject({ writing: false, runs: [{ state: 'interrupted' }] });
  });

  it('goes on where one run is damaged, and sees it whole again', () => {
    writeSweep(folder.path('damaged'), [typicalRun(1e-4), running]);
    const follower = new SweepFollower(folder.path('damaged'));
    const path = metricsPath(folder.path('damaged'), 1e-3);
    appendFileSync(path, 'no step\n');
    const { runs, verification } = follower.look();
    expect(runs[1]).toMatchObject({
      state: 'damaged',
      problem: `${path}, line 6, is not a metrics line of this version: it is not JSON`,
    });
    expect(runs[1]!.measured).toBeNull();
    expect(verification.runs.map(({ elr }) => elr)).toEqual([1e-4]);
    writeFileSync(path, `${encodeStep(recordedStep(running, 1, 0))}\n`);
    expect(follower.look().runs[1]).toMatchObject({ state: 'interrupted', step: 1, problem: null });
  });

  it('shows a run that was removed as one to come', () => {
    writeSweep(folder.path('removed'), [typicalRun(1e-4), typicalRun(1e-3)]);
    const follower = new SweepFollower(folder.path('removed'));
    expect(follower.look().runs[1]!.state).toBe('finished');
    rmSync(join(runDirectory(folder.path('removed'), 1e-3)), { recursive: true });
    expect(follower.look().runs[1]).toMatchObject({ state: 'waiting', step: 0, measured: null });
  });

  it('refuses a folder that is no sweep, in a line', () => {
    expect(() => new SweepFollower(folder.path()).look()).toThrow(/is not a sweep; allowed/);
  });
});
