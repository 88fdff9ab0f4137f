import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordRun } from '../../../deep/record.js';
import { prepareRun } from '../../../deep/run.js';
import { randomSource } from '../../../src/random.js';
import { LOCK_FILE } from '../../../src/run/lock.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { expectOneLineError, MAIN, regimes, startRegimes, temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

// Momentum and an affine model: everything that a checkpoint has to hold. Three batches an epoch, the last one smaller.
const STEPS = 150;
const SETTING = '--model convnet-affine --lr 0.05 --momentum 0.9 --weight-decay 1e-3 --schedule cosine';
const DATA = '--width 2 --train-images 40 --batch 16 --threads 1 --log none';
const RUN = [...`${SETTING} ${DATA}`.split(' '), '--steps', String(STEPS)];
// Everything else that a run may leave.
const OBSERVED = [...RUN, ...'--measure 40 --average 0.5 --keep 75'.split(' ')];

const FILES = ['metrics.jsonl', 'weights.safetensors'];
const ALL_FILES = [
  'average.safetensors',
  'measurements.jsonl',
  'metrics.jsonl',
  ...['weights-0', 'weights-150', 'weights-75', 'weights'].map((name) => `${name}.safetensors`),
];
const contents = (directory: string, files: readonly string[] = ALL_FILES): string[] =>
  files.map((file) => readFileSync(`${directory}/${file}`, 'latin1'));
const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));
const resume = (out: string, ...words: string[]) =>
  regimes('train', '--out', out, '--resume', '--log', 'none', ...words);

const whole = folder.path('whole');
beforeAll(async () => {
  expect((await regimes('train', ...OBSERVED, '--out', whole)).code).toBe(0);
});

/** Starts a run with these words and kills it once its metrics have grown by so many bytes, after a moment more. */
async function killDuring(words: readonly string[], out: string, bytes: number, moment: number): Promise<void> {
  const child = startRegimes('train', '--out', out, '--checkpoint-every', '1', ...words);
  const exit = ended(child);
  const metrics = `${out}/metrics.jsonl`;
  const before = size(metrics);
  while (child.exitCode === null && Math.abs(size(metrics) - before) < bytes) await setTimeout(1);
  await setTimeout(moment);
  child.kill('SIGKILL');
  await exit;
}

/** An unfinished run with checkpoints after 20 and 40 steps, and the metrics of five more. */
async function interrupted(name: string): Promise<string> {
  const out = folder.path(name);
  const stopAt = ({ step }: { readonly step: number }): void => {
    if (step === 44) throw new Error('interrupted');
  };
  const run = prepareRun(readManifest(whole)!.configuration);
  await expect(recordRun(run, out, { checkpointEvery: 20, onStep: stopAt })).rejects.toThrow('interrupted');
  return out;
}

describe('a run that is killed again and again', () => {
  it('ends with the bytes of one that was not', async () => {
    const random = randomSource(3);
    const out = folder.path('killed');
    const line = readFileSync(`${whole}/metrics.jsonl`).length / STEPS;
    await killDuring(OBSERVED, out, 1, 0);
    for (let kill = 0; kill < 9; kill += 1) {
      // A few steps on, at any point of training, of a metrics line or of a checkpoint.
      await killDuring(['--resume', '--log', 'none'], out, random.uniform() * 8 * line, random.uniform() * 8);
    }
    // During the start of a process too.
    for (const milliseconds of [150, 450]) {
      const child = startRegimes('train', '--out', out, '--resume');
      const exit = ended(child);
      await setTimeout(milliseconds);
      child.kill('SIGKILL');
      await exit;
    }
    expect(readManifest(out)!.status).toBe('running');
    const { code, err } = await resume(out);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/: 150 steps in [^\n]+\n$/) });
    expect(contents(out)).toEqual(contents(whole));
    // Nothing is left of checkpoints, locks and half-written files.
    expect(readdirSync(out).sort()).toEqual([...ALL_FILES, 'manifest.json'].sort());
    expectOneLineError(await resume(out), /finished run; nothing to resume/);
  });
});

describe('resuming', () => {
  it('cuts off what came after the checkpoint, and a torn line', async () => {
    const out = await interrupted('torn');
    writeFileSync(`${out}/metrics.jsonl`, '{"step":999,"loss":1}\n{"step":10', { flag: 'a' });
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });

  it('prints an epoch with the means of all its steps', async () => {
    const out = await interrupted('printed');
    const { code, out: text } = await regimes('train', '--out', out, '--resume', '--json');
    expect(code).toBe(0);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(2);
    const recorded = contents(whole, FILES)[0]!
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { step, loss } of lines) {
      expect(step % 3).toBe(0);
      const epoch = recorded.slice(step, step + 3);
      expect(loss).toBeCloseTo(epoch.reduce((sum, each) => sum + each.loss, 0) / 3, 12);
    }
  });

  it.each<[string, (path: string) => void]>([
    ['truncated', (path) => truncateSync(path, 1000)],
    ['empty', (path) => truncateSync(path, 0)],
    [
      'flipped in one bit',
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 100]! ^= 4;
        writeFileSync(path, bytes);
      },
    ],
  ])('takes the checkpoint before one that is %s, and says so', async (name, damage) => {
    const out = await interrupted(name);
    damage(`${out}/checkpoint-40.safetensors`);
    const { code, err } = await resume(out);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/checkpoint-40.safetensors cannot be used: /),
    });
    expect(contents(out)).toEqual(contents(whole));
  });

  it('is refused in one line where no checkpoint is whole', async () => {
    const out = await interrupted('hopeless');
    for (const step of [20, 40]) truncateSync(`${out}/checkpoint-${step}.safetensors`, 10);
    const { code, err } = await resume(out);
    expect(code).toBe(1);
    expect(err.trim().split('\n').at(-1)).toMatch(/^error: no checkpoint in .* can be used; remove it or/);
  });

  it('is refused in one line where the manifest is damaged', async () => {
    const out = await interrupted('manifest');
    truncateSync(`${out}/manifest.json`, 100);
    expect(await resume(out)).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error: .*not a manifest.*\n$/),
    });
  });

  it.each<[string[], RegExp]>([
    [['--resume', '--out', folder.path('nothing')], /nothing holds no run that --resume could continue/],
    [['--resume'], /--resume needs --out/],
    [['--elr', '1', '--checkpoint-every', '2'], /--checkpoint-every needs --out/],
    [['--resume', '--out', whole, '--elr', '1'], /--elr cannot be given with it/],
    [['--resume', '--out', whole], /finished run/],
    [['--elr', '1', '--out', whole, '--checkpoint-every', '0'], /checkpoint-every.*epochs like 2e/],
  ])('train %j is one line', async (words, message) => {
    expectOneLineError(await regimes('train', ...words), message);
    expect(existsSync(folder.path('nothing'))).toBe(false);
  });

  it('is asked for: the same command alone does not write over a run', async () => {
    const out = await interrupted('kept');
    expectOneLineError(await regimes('train', ...RUN, '--out', out), /unfinished run; --resume continues it/);
  });
});

describe('a run directory in use', () => {
  it('is refused to a second process', async () => {
    const out = folder.path('busy');
    const child = startRegimes('train', ...RUN, '--steps', '100000', '--out', out);
    const exit = ended(child);
    while (size(`${out}/metrics.jsonl`) === 0) await setTimeout(5);
    expectOneLineError(await resume(out), new RegExp(`busy is in use by process ${child.pid}`));
    child.kill('SIGKILL');
    await exit;
  });

  it('is taken over from a process that has ended, or from an earlier one of the same number', async () => {
    const out = await interrupted('stale');
    const holder = { pid: process.pid, host: hostname(), started: '1' };
    writeFileSync(`${out}/${LOCK_FILE}`, JSON.stringify(holder));
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });

  it('of another machine is left alone', async () => {
    const out = await interrupted('elsewhere');
    writeFileSync(`${out}/${LOCK_FILE}`, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
    expectOneLineError(await resume(out), /in use by process 1 of elsewhere; if that has ended, remove .*lock/);
  });
});

describe('a folder that cannot be written', () => {
  it.skipIf(!existsSync('/proc/sys'))('is one line and code 1', async () => {
    const { code, err } = await regimes('train', ...RUN, '--out', '/proc/sys/run');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^error: .*cannot be made[^\n]+\n$/) });
  });

  // A limit on the size of files stands in for a full disk: the system takes a part of what is written, then refuses.
  it.skipIf(process.platform === 'win32').each([4, 16])('any more ends a run in one line, %d KiB', async (limit) => {
    const out = folder.path(`full-${limit}`);
    const words = [process.execPath, MAIN, 'train', ...RUN, '--out', out, '--checkpoint-every', '5'];
    const { code, err } = await new Promise<{ code: unknown; err: string }>((done) => {
      execFile('bash', ['-c', `ulimit -f ${limit}; exec "$@"`, 'bash', ...words], (error, _, text) => {
        done({ code: error?.code, err: text });
      });
    });
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^error: .* cannot be written \(E[^\n]+\)\n$/),
    });
    expect(readManifest(out)).toMatchObject({ status: 'failed', failure: expect.stringMatching(/cannot be written/) });
    // Once there is room it goes on.
    expect((await resume(out)).code).toBe(0);
    // Measured at its end alone, which changes nothing of this.
    expect(contents(out, FILES)).toEqual(contents(whole, FILES));
  });
});
