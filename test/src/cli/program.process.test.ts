import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOneLineError, MAIN, regimesProcess, temporaryFolder } from '../../cli.js';

/** What only a process of its own shows: its exit code, its pipes, and what native libraries write. */

const folder = temporaryFolder();
afterAll(folder.remove);

const TRAIN = 'train --elr 1e-3 --width 1 --train-images 16 --batch 16 --threads 1 --steps 1 --json'.split(' ');

describe('the program as a process', () => {
  it('ends with 0 after a training, with nothing on stderr, native libraries included', async () => {
    const { code, out, err } = await regimesProcess({}, ...TRAIN);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ elr: expect.closeTo(1e-3, 8) });
  });

  it('ends with 0 after a help text and with 2 after bad input', async () => {
    const help = await regimesProcess({}, 'toy', '--help');
    expect(help).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Usage: regimes toy /) });
    expectOneLineError(await regimesProcess({}, 'toy', 'nothing'), /unknown command 'nothing'/);
    expectOneLineError(await regimesProcess({}, 'train'), /--elr/);
  });

  it.skipIf(!existsSync('/proc/sys'))('ends with 1 after a failure, which REGIMES_DEBUG traces', async () => {
    const words = [...TRAIN, '--out', '/proc/sys/run'];
    const failed = await regimesProcess({}, ...words);
    expect(failed).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
    const traced = await regimesProcess({ REGIMES_DEBUG: '1' }, ...words);
    expect(traced).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^error: [^\n]+\n(.*\n)+? +at /) });
  });

  it('ends with 1, its output whole, where a command runs to its end and finds something wrong', async () => {
    const empty = folder.path('cifar10');
    mkdirSync(empty);
    const { code, out } = await regimesProcess({}, 'data', 'check', `cifar10:${empty}`, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).problems.length).toBeGreaterThan(0);
  });

  it('ends with 0 where the reader of its output has gone, as head does', async () => {
    const child = spawn(process.execPath, [MAIN, ...TRAIN], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (text: Buffer) => {
      err += text.toString();
    });
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(err).toBe('');
  });
});
