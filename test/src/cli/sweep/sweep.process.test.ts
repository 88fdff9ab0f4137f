import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/run/run-directory.js';
import { readSweep } from '../../../../src/sweep/directory.js';
import { expectOneLineError, refused, regimes, startRegimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = ['--width', '2', '--train-images', '64', '--batch', '16', '--measure', 'none'];
const TINY = [...SMALL, '--steps', '6', '--elr', '1e-3,1e-1'];
const sweep = (...words: string[]) => regimes('sweep', ...words, '--json');

describe('a sweep', () => {
  const out = folder.path('tiny');

  it('writes its runs, does nothing more when asked again, and can be verified', async () => {
    const first = await sweep(...TINY, '--out', out);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toEqual({ directory: out, runs: 2, failed: [] });
    expect(readdirSync(out).sort()).toEqual(['elr-1e-1', 'elr-1e-3', 'sweep.json']);
    const runs = readSweep(out);
    expect(runs.map(({ manifest }) => manifest.status)).toEqual(['finished', 'finished']);
    expect(runs.map(({ steps }) => steps.length)).toEqual([6, 6]);

    const stamps = () => ['elr-1e-1', 'elr-1e-3'].map((run) => statSync(`${out}/${run}/manifest.json`).mtimeMs);
    const before = stamps();
    const again = await sweep(...TINY, '--out', out);
    expect({ code: again.code, out: again.out }).toEqual({ code: 0, out: first.out });
    expect(stamps()).toEqual(before);

    const { code, out: text, err } = await regimes('verify', out, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const verification = JSON.parse(text);
    expect(Object.keys(verification)).toEqual(['setting', 'thresholds', 'runs', 'predictions']);
    expect(verification.runs.map(({ elr }: { elr: number }) => elr)).toEqual([1e-3, 1e-1]);
    const rows: { source: string; holds: boolean; measured: number }[] = verification.predictions;
    for (const name of ["K1'", 'K2', "K3'"])
      expect(rows.find(({ source }) => source === name)).toMatchObject({ holds: true });

    const people = await regimes('verify', out);
    expect(people.code).toBe(0);
    expect(people.out).toMatch(/gradient orthogonal to weights/);
    expect(people.out).toMatch(/\d+ predictions hold, \d+ fail, \d+ untested\.\n$/);
  });

  it('has the runs that train makes, byte for byte, and more ELRs are added to it', async () => {
    const single = folder.path('single');
    await regimes(
      'train',
      ...SMALL,
      '--steps',
      '6',
      '--elr',
      '1e-2',
      '--threads',
      '1',
      '--out',
      single,
      '--log',
      'none',
    );
    const result = await sweep(...SMALL, '--steps', '6', '--elr', '1e-2', '--out', out);
    expect(result.code).toBe(0);
    for (const file of ['metrics.jsonl', 'weights.safetensors']) {
      expect(readFileSync(`${out}/elr-1e-2/${file}`).equals(readFileSync(`${single}/${file}`)), file).toBe(true);
    }
  });

  it('is not mixed with another', async () => {
    const result = await refused('sweep', ...TINY, '--seed', '2', '--out', out);
    expectOneLineError(result, /holds another sweep \(seed 1, not 2\); choose another --out/);
  });
});

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await setTimeout(20);
};
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

describe('a sweep that is interrupted', () => {
  it('ends with code 130, leaves what is finished readable, and is continued by the same command', async () => {
    const out = folder.path('interrupted');
    const words = [...SMALL, '--steps', '150', '--elr', '1e-3,1e-2,1e-1', '--workers', '1', '--out', out];
    const child = startRegimes('sweep', ...words);
    let complaint = '';
    child.stderr!.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    const [first, second] = ['elr-1e-3', 'elr-1e-2'].map((run) => `${out}/${run}`) as [string, string];
    const exit = exitOf(child);
    await until(() => existsSync(`${second}/metrics.jsonl`) && statSync(`${second}/metrics.jsonl`).size > 0);
    child.kill('SIGINT');
    expect(await exit).toBe(130);
    expect(complaint).toMatch(/interrupted; finished runs are in .*, the same command continues\n$/);
    expect(complaint).not.toMatch(/ at /);

    const statuses = () => readSweep(out).map(({ manifest }) => manifest.status);
    expect(statuses()).toEqual(['finished', 'running']);
    const verified = await regimes('verify', out, '--json');
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out).runs.map(({ status }: { status: string }) => status)).toEqual([
      'finished',
      'running',
    ]);
    // No worker goes on behind its back.
    const size = statSync(`${second}/metrics.jsonl`).size;
    await setTimeout(200);
    expect(statSync(`${second}/metrics.jsonl`).size).toBe(size);

    const created = readManifest(first)!.created;
    expect((await sweep(...words)).code).toBe(0);
    expect(statuses()).toEqual(['finished', 'finished', 'finished']);
    expect(readManifest(first)!.created).toBe(created);
    expect(readSweep(out).map(({ steps }) => steps.length)).toEqual([150, 150, 150]);
  });
});

describe('a sweep that is killed', () => {
  it('goes on from the checkpoints of its runs, to the same bytes', async () => {
    const words = [...SMALL, '--steps', '120', '--elr', '1e-2', '--checkpoint-every', '10'];
    const [out, single] = [folder.path('killed-at-once'), folder.path('alone')];
    const child = startRegimes('sweep', ...words, '--out', out);
    const exit = exitOf(child);
    const metrics = `${out}/elr-1e-2/metrics.jsonl`;
    await until(() => existsSync(metrics) && statSync(metrics).size > 5000);
    child.kill('SIGKILL');
    await exit;
    const before = readManifest(`${out}/elr-1e-2`)!;
    expect(before.status).toBe('running');
    expect((await sweep(...words, '--out', out)).code).toBe(0);
    const after = readManifest(`${out}/elr-1e-2`)!;
    expect(after).toMatchObject({ status: 'finished', created: before.created });
    await regimes('train', ...words, '--threads', '1', '--out', single, '--log', 'none');
    for (const file of ['metrics.jsonl', 'weights.safetensors'])
      expect(readFileSync(`${out}/elr-1e-2/${file}`).equals(readFileSync(`${single}/${file}`)), file).toBe(true);
  });
});

describe('a sweep one of whose processes dies', () => {
  // The children of a process are known by number under /proc alone.
  it.skipIf(process.platform !== 'linux')('reports that run and goes on with the next', async () => {
    const out = folder.path('killed');
    const child = startRegimes(
      'sweep',
      ...SMALL,
      '--steps',
      '150',
      '--elr',
      '1e-3,1e-2',
      '--workers',
      '1',
      '--out',
      out,
    );
    let complaint = '';
    child.stderr!.on('data', (text: Buffer) => {
      complaint += text.toString();
    });
    const exit = exitOf(child);
    const killWorkerDuring = async (run: string): Promise<void> => {
      const metrics = `${out}/${run}/metrics.jsonl`;
      await until(() => existsSync(metrics) && statSync(metrics).size > 0);
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
      for (const pid of children) process.kill(Number(pid), 'SIGKILL');
    };
    await killWorkerDuring('elr-1e-3');
    await until(() => existsSync(`${out}/elr-1e-2/metrics.jsonl`));
    // The last process too may die: there is none to say goodbye to.
    await killWorkerDuring('elr-1e-2');
    expect(await exit).toBe(1);
    expect(complaint).toMatch(/ELR 0\.001 failed: the process ended \(SIGKILL\)\nELR 0\.01 failed: the process ended/);
    expect(complaint).toMatch(/0 of 2 runs are finished/);
  });
});

describe('bad input is one line on stderr and code 2, and nothing is written', () => {
  const out = folder.path('nothing');
  it.each<[string[], RegExp]>([
    [['--elr', '1e-3,0'], /elr.*Not 0\. Allowed: a number greater than 0/],
    [['--elr', '1:2:1'], /elr.*FROM:TO:COUNT/],
    [[], /required option '--elr/],
    [['--elr', '1', '--steps', '1', '--epochs', '1'], /exclude each other/],
    [['--elr', '1', '--data', 'cifar10:/nowhere'], /nowhere is not a folder/],
    [['--elr', '1', '--init', '/nowhere/init'], /cannot be read \(ENOENT: [a-z ]+\); --init/],
    [['--elr', '1', '--batch', '2001'], /--batch 2001 is more than/],
    [['--elr', '1', '--workers', '0'], /workers.*from 1 to 1024/],
  ])('sweep %j', async (words, message) => {
    expectOneLineError(await refused('sweep', ...words, '--out', out, '--json'), message);
    expect(existsSync(out)).toBe(false);
  });

  it('sweep --out where a file is', async () => {
    const file = folder.path('file');
    writeFileSync(file, 'mine');
    const result = await refused('sweep', ...TINY, '--out', file, '--json');
    expectOneLineError(result, /file is not a folder/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
