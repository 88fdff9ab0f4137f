import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest } from '../../../bench/example-run.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { foundPlan } from '../../../src/sweep/found-runs.js';
import { runDirectory } from '../../../src/sweep/plan.js';
import { LiveSource } from '../../../tui/app/live-source.js';
import { SweepFollower } from '../../../tui/data/sweep-follower.js';
import { NO_SWEEP, offerOf } from '../../../tui/views/offers.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../cli.js';
import { configuration, sceneWith, TYPICAL, writeSweep } from '../../tui/recorded.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const [SWEEP, RUNS] = [folder.path('sweep'), folder.path('runs')];
const RUN = runDirectory(RUNS, 0.003);

beforeAll(() => {
  writeSweep(SWEEP, TYPICAL);
  // The same runs as if each had been begun by itself.
  cpSync(SWEEP, RUNS, { recursive: true });
  rmSync(join(RUNS, 'sweep.json'));
});

/** What a command says of a folder, without the folder's own name. */
async function said(command: string, directory: string, ...words: string[]): Promise<string> {
  const { code, out, err } = await regimes(...command.split(' '), directory, ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.replaceAll(SWEEP, 'DIR').replaceAll(RUNS, 'DIR');
}

describe('runs that were begun one by one', () => {
  it.each(['verify', 'figure loss', 'figure trajectory', 'alpha'])(
    '%s says of them what it says of their sweep',
    async (command) => {
      expect(await said(command, RUNS, '--json')).toBe(await said(command, SWEEP, '--json'));
    },
  );

  it('are shown by watch as their sweep is, but for the title', async () => {
    const bare = (text: string) => text.slice(text.indexOf('\n'));
    expect(bare(await said('watch', RUNS))).toBe(bare(await said('watch', SWEEP)));
  });

  it.each(['verify', 'figure trajectory', 'watch'])(
    '%s takes a single one of them, also of a sweep',
    async (command) => {
      const ofSweep = await said(command, SWEEP, '--where', 'elr=0.003', '--json');
      expect(await said(command, RUN, '--json')).toBe(ofSweep);
      expect(await said(command, runDirectory(SWEEP, 0.003), '--json')).toBe(ofSweep);
    },
  );

  it('stay as they are: no key trains them, and no command adds to them', async () => {
    const before = readdirSync(RUNS);
    const sweep = new SweepFollower(RUNS).look();
    for (const command of ['bisect', 'lengthen', 'anneal'] as const)
      expect(offerOf(command, sceneWith(sweep))).toEqual({ text: NO_SWEEP });
    const plan = foundPlan(RUNS)!;
    const options = { directory: RUNS, plan, title: 'runs', alpha: [1], tolerance: 0.4, interval: 1000, workers: 1 };
    const source = new LiveSource({ ...options, begin: false });
    expect(source.toggleWork()).toBe(NO_SWEEP);
    await source.close();
    for (const path of [RUNS, RUN])
      expectOneLineError(
        await refused('verify', path, '--refine', '2'),
        /is not a sweep; allowed: a folder written by regimes sweep/,
      );
    expect(readdirSync(RUNS)).toEqual(before);
  });

  it('are settings of their own where they differ in more than ELR, engine and threads, by name where in nothing', () => {
    const mixed = folder.path('mixed');
    const begin = (name: string, change: object): void => {
      RunWriter.create(join(mixed, name), { ...manifest, configuration: { ...configuration(0.003), ...change } });
    };
    begin('a', { batch: 16, threads: 1 });
    begin('b', { batch: 64, threads: 2 });
    begin('in full space', { rate: { kind: 'lr', value: 0.1 } });
    expect(foundPlan(mixed)!.runs.map(({ folder: name, varied }) => [name, varied])).toEqual([
      ['a', { elr: 0.003, batch: 16 }],
      ['b', { elr: 0.003, batch: 64 }],
    ]);
    begin('again', { batch: 16, threads: 1 });
    expect(foundPlan(mixed)!.varied).toEqual(['elr', 'batch', 'run']);
    expect(foundPlan(mixed, (name) => name === 'a')!.varied).toEqual(['elr']);
  });

  it('are refused in a line where none is at a fixed ELR', async () => {
    const full = folder.path('full');
    const rate = { kind: 'lr', value: 0.1 } as const;
    RunWriter.create(join(full, 'run'), { ...manifest, configuration: { ...manifest.configuration, rate } });
    expectOneLineError(
      await refused('verify', full),
      /is not a sweep; allowed: .*, or a run at a fixed ELR, or a folder of such runs/,
    );
    const one = /full\/run is a run at a learning rate in full space; this needs runs at fixed ELRs/;
    expectOneLineError(await refused('verify', join(full, 'run')), one);
  });
});
