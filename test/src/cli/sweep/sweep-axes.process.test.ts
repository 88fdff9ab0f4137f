import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSteps } from '../../../../src/run/read-steps.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { readSweepPlan } from '../../../../src/sweep/directory.js';
import { expectOneLineError, json, refused, regimes, startRegimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const AXES = ['--elr', '1e-3,1e-1', '--seed', '1,2'];
const SMALL = ['--width', '1', '--train-images', '32', '--batch', '16', '--steps', '40'];
const RUNS = ['elr-1e-3_seed-1', 'elr-1e-1_seed-1', 'elr-1e-3_seed-2', 'elr-1e-1_seed-2'];
const sweep = (out: string, ...words: string[]) => regimes('sweep', ...words, '--out', out, '--json');
const contentsOf = (run: string): string[] =>
  ['metrics.jsonl', 'weights.safetensors'].map((file) => readFileSync(`${run}/${file}`, 'latin1'));
const contents = (out: string): string[] => RUNS.flatMap((run) => contentsOf(`${out}/${run}`));
const statuses = (out: string) => RUNS.map((run) => readManifest(`${out}/${run}`)?.status);

const whole = folder.path('whole');

describe('a sweep over two options, one of whose runs fails', () => {
  beforeAll(async () => {
    mkdirSync(whole);
    // In the place of a run's folder: that run cannot be written.
    writeFileSync(`${whole}/${RUNS[2]}`, 'mine');
    const { code, out, err } = await regimes('sweep', ...AXES, ...SMALL, '--workers', '1', '--out', whole);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^ELR 0\.001, seed 2 failed: .*elr-1e-3_seed-2 is not a folder[^\n]*\n3 of 4 runs are finished;/m,
    );
  });

  it('has all others, and all are planned', () => {
    expect(readdirSync(whole).sort()).toEqual([...RUNS, 'sweep.json'].sort());
    expect(readSweepPlan(whole).runs.map(({ folder: name }) => name)).toEqual(RUNS);
    for (const run of [RUNS[0], RUNS[1], RUNS[3]]) expect(readManifest(`${whole}/${run}`)!.status).toBe('finished');
  });

  it('is completed by the same command, which repeats nothing else', async () => {
    rmSync(`${whole}/${RUNS[2]}`);
    const others = [RUNS[0], RUNS[1], RUNS[3]];
    const stamps = () => others.map((run) => statSync(`${whole}/${run}/manifest.json`).mtimeMs);
    const before = stamps();
    const { code, out } = await sweep(whole, ...AXES, ...SMALL);
    expect({ code, failed: JSON.parse(out) }).toEqual({ code: 0, failed: { directory: whole, runs: 4, failed: [] } });
    expect(stamps()).toEqual(before);
    expect(statuses(whole)).toEqual(RUNS.map(() => 'finished'));
  });

  it('gives every run its own values of both options: they are in its manifest, and train writes the same bytes', async () => {
    const values = RUNS.map((run) => readManifest(`${whole}/${run}`)!.configuration);
    expect(values.map(({ rate, seed }) => [rate.kind, rate.value, seed])).toEqual([
      ['elr', 1e-3, 1],
      ['elr', 1e-1, 1],
      ['elr', 1e-3, 2],
      ['elr', 1e-1, 2],
    ]);
    const alone = folder.path('alone');
    const words = ['--elr', '1e-1', '--seed', '2', ...SMALL, '--threads', '1', '--log', 'none'];
    expect((await regimes('train', ...words, '--out', alone)).code).toBe(0);
    expect(contentsOf(`${whole}/${RUNS[3]}`)).toEqual(contentsOf(alone));
    expect(new Set(contents(whole)).size).toBe(2 * RUNS.length);
  });

  it('is verified over the seeds together, and shown setting by setting', async () => {
    const verified = async (...words: string[]) =>
      (await json('verify', whole, ...words)) as unknown as {
        setting: Record<string, unknown>;
        runs: { elr: number; seed?: number; loss: number }[];
      };
    const all = await verified();
    const [one, two] = [await verified('--where', 'seed=1'), await verified('--where', 'seed=2')];
    expect([all, one, two].map(({ setting }) => setting)).toEqual([{}, {}, {}]);
    expect([one, two].map(({ runs }) => runs.map(({ seed }) => seed))).toEqual([
      [1, 1],
      [2, 2],
    ]);
    for (const { runs } of [all, one, two]) expect(runs.map(({ elr }) => elr)).toEqual([1e-3, 1e-1]);
    for (const [i, { loss }] of all.runs.entries()) {
      // Otherwise the mean would say nothing of which runs it is over.
      expect(one.runs[i]!.loss).not.toBeCloseTo(two.runs[i]!.loss, 2);
      expect(loss).toBeCloseTo((one.runs[i]!.loss + two.runs[i]!.loss) / 2, 12);
    }
    const single = await verified('--where', 'seed=2,elr=0.1');
    expect(single.runs.map(({ elr, loss }) => ({ elr, loss }))).toEqual([{ elr: 0.1, loss: two.runs[1]!.loss }]);

    const watched = async (...words: string[]): Promise<[first: string, rest: string]> => {
      const { code, out, err } = await regimes('watch', whole, '--once', ...words);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return [out.slice(0, out.indexOf('\n')), out.slice(out.indexOf('\n'))];
    };
    const [first, plain] = await watched();
    expect(first).toBe(
      'convnet width 1, fashion-mnist, batch 16, seed 1 (1 of 2 settings; others: --where NAME=VALUE)',
    );
    expect((await watched('--where', 'seed=1'))[1]).toBe(plain);
    const [other, changed] = await watched('--where', 'seed=2');
    expect(other).toBe('convnet width 1, fashion-mnist, batch 16, seed 2');
    expect(changed).not.toBe(plain);
    for (const command of ['verify', 'watch']) {
      expectOneLineError(await refused(command, whole, '--where', 'batch=16'), /batch does not vary.*: elr, seed/);
      expectOneLineError(await refused(command, whole, '--where', 'seed=7'), /no run with seed=7; allowed: 1, 2/);
      expectOneLineError(await refused(command, whole, '--where', 'seed'), /where.*NAME=VALUE/);
    }
  });

  it('is not mixed with another; one value more of what varies belongs to it', async () => {
    const before = readFileSync(`${whole}/sweep.json`, 'latin1');
    for (const [words, message] of [
      [['--elr', '1', ...SMALL], /\(it varies elr, seed, not elr\)/],
      [
        ['--elr', '1', '--seed', '3', '--momentum', '0,0.9', ...SMALL],
        /\(it varies elr, seed, not elr, seed, momentum\)/,
      ],
      [['--lr', '1', '--seed', '3', ...SMALL], /\(it varies elr, seed, not lr, seed\)/],
      [['--elr', '1', '--seed', '3', ...SMALL, '--momentum', '0.9'], /\(momentum 0, not 0\.9\)/],
    ] as const)
      expectOneLineError(await refused('sweep', ...words, '--out', whole), message);
    expect(readFileSync(`${whole}/sweep.json`, 'latin1')).toBe(before);
    const { code, out } = await sweep(whole, '--elr', '1e-3', '--seed', '3', ...SMALL);
    expect({ code, runs: JSON.parse(out).runs }).toEqual({ code: 0, runs: 1 });
    expect(readSweepPlan(whole).runs.map(({ folder: name }) => name)).toEqual([...RUNS, 'elr-1e-3_seed-3']);
  });
});

describe('a sweep over two options that is killed', () => {
  it('is continued by the same command, to the bytes of one that was not', async () => {
    const out = folder.path('killed');
    const words = [...AXES, ...SMALL, '--checkpoint-every', '5'];
    const child = startRegimes('sweep', ...words, '--workers', '2', '--out', out);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const size = (run: string): number => statSync(`${out}/${run}/metrics.jsonl`, { throwIfNoEntry: false })?.size ?? 0;
    while (RUNS.every((run) => size(run) < 4000)) await setTimeout(5);
    child.kill('SIGKILL');
    await exit;
    expect(existsSync(`${out}/sweep.json`)).toBe(true);
    expect(statuses(out)).not.toEqual(RUNS.map(() => 'finished'));
    const created = () => RUNS.map((run) => readManifest(`${out}/${run}`)?.created);
    const begun = created();
    expect((await sweep(out, ...words)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
    // Runs that had begun go on: none is trained anew.
    expect(begun.some((time) => time !== undefined)).toBe(true);
    expect(created().map((time, i) => (begun[i] === undefined ? undefined : time))).toEqual(begun);
  });
});

describe('a sweep over learning rates', () => {
  it('is trained in full space; verify and watch say that they need fixed ELRs', async () => {
    const out = folder.path('rates');
    const words = ['--lr', '0.01', '--momentum', '0,0.9', ...SMALL.slice(0, -1), '2'];
    const { code, out: text } = await sweep(out, ...words);
    expect({ code, runs: JSON.parse(text).runs }).toEqual({ code: 0, runs: 2 });
    const names = ['lr-1e-2_momentum-0', 'lr-1e-2_momentum-0.9'];
    expect(readdirSync(out).sort()).toEqual([...names, 'sweep.json']);
    for (const [i, momentum] of [0, 0.9].entries()) {
      const run = `${out}/${names[i]}`;
      const { rate, training } = readManifest(run)!.configuration;
      expect(rate).toEqual({ kind: 'lr', value: 0.01 });
      expect(training).toMatchObject({ momentum, projection: 'none' });
      // Gradients are orthogonal to the weights: without a projection the norm grows.
      const [first, second] = readSteps(run);
      expect(second!.norm).toBeGreaterThan(first!.norm);
    }
    for (const command of ['verify', 'watch'])
      expectOneLineError(await refused(command, out), /learning rates in full space; this needs runs at fixed ELRs/);
  });
});

describe('a place that cannot be written', () => {
  it.skipIf(!existsSync('/proc/self'))('is one line, before any run', async () => {
    const { code, out, err } = await regimes('sweep', ...AXES, ...SMALL, '--out', '/proc/regimes');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: \/proc\/regimes cannot be made [^\n]+\n$/);
  });
});
