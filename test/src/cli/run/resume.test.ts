import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LOCK_FILE } from '../../../../src/system/lock.js';
import { expectOneLineError, regimes, startRegimes } from '../../../cli.js';
import { contents, RUN, resume, size, wholeAndInterrupted } from '../small-run.js';

const { folder, whole, interrupted } = wholeAndInterrupted();

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));

describe('resuming', () => {
  it('cuts off what came after the checkpoint, and a torn line', async () => {
    const out = interrupted('torn');
    writeFileSync(`${out}/metrics.jsonl`, '{"step":999,"loss":1}\n{"step":10', { flag: 'a' });
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });

  it('prints an epoch with the means of all its steps', async () => {
    const out = interrupted('printed');
    const { code, out: text } = await regimes('train', '--out', out, '--resume', '--json');
    expect(code).toBe(0);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(2);
    const recorded = readFileSync(`${whole}/metrics.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { step, loss } of lines) {
      expect(step % 3).toBe(0);
      const epoch = recorded.slice(step, step + 3);
      expect(loss).toBeCloseTo(epoch.reduce((sum, each) => sum + each.loss, 0) / 3, 12);
    }
  });

  it.each<[string[], RegExp]>([
    [['--resume', '--out', folder.path('nothing')], /nothing holds no run that --resume could continue/],
    [['--resume'], /--resume needs --out/],
    [['--elr', '1', '--checkpoint-every', '2'], /--checkpoint-every needs --out/],
    [['--resume', '--out', whole, '--elr', '1'], /--elr cannot be combined with it/],
    [['--resume', '--out', whole], /finished run/],
    [['--elr', '1', '--out', whole, '--checkpoint-every', '0'], /checkpoint-every.*epochs like 2e/],
  ])('train %j is one line', async (words, message) => {
    expectOneLineError(await regimes('train', ...words), message);
    expect(existsSync(folder.path('nothing'))).toBe(false);
  });

  it('is asked for: the same command alone does not write over a run', async () => {
    const out = interrupted('kept');
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
    const out = interrupted('stale');
    const holder = { pid: process.pid, host: hostname(), started: '1' };
    writeFileSync(`${out}/${LOCK_FILE}`, JSON.stringify(holder));
    expect((await resume(out)).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
  });

  it('of another machine is left alone', async () => {
    const out = interrupted('elsewhere');
    writeFileSync(`${out}/${LOCK_FILE}`, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
    expectOneLineError(await resume(out), /in use by process 1 of elsewhere; if that has ended, remove .*lock/);
  });
});
