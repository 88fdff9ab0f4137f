import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import { LeftOut, leavingOut } from '../../../src/cli/run/left-out.js';
import { elrRate } from '../../../src/run/rate.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { SweepReader } from '../../../src/sweep/sweep-reader.js';
import { DamagedFile, explainReading, UnreadableFile } from '../../../src/system/reading-error.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../cli.js';

/** Bad input by its kinds, each tried wherever it can occur. */

const folder = temporaryFolder();
afterAll(folder.remove);

const COUNT = 8;
const sweep = folder.path('sweep');
const weights = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]);

beforeAll(() => {
  const planned = Array.from({ length: COUNT }, (_, i) => ({
    ...configuration,
    steps: 3,
    rate: elrRate((i + 1) / 100),
  }));
  openSweep(sweep, planned);
  planned.forEach((given, i) => {
    const writer = RunWriter.create(join(sweep, `elr-${i}`), { ...manifest, configuration: given });
    for (let at = 0; at < 3; at += 1) writer.append(step(at));
    writer.finish(weights, { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
  });
});

const run = (): string => join(sweep, 'elr-0');
const file = (): string => join(run(), 'weights.safetensors');
const TRAIN = ['train', '--elr', '1e-3', '--steps', '1'];

describe('an empty path', () => {
  it.each([
    [...TRAIN, '--out', ''],
    [...TRAIN, '--labels', ''],
    [...TRAIN, '--init', ''],
    ['sweep', '--elr', '1', '--out', ''],
    ['predict', '--out', ''],
    ['experiment', 'run', 'anneal', '--out', ''],
    ['verify', ''],
    ['watch', ''],
    ['runs', 'list', ''],
    ['runs', 'check', 'a', ''],
    ['runs', 'export', 'a', '--out', ''],
    ['report', 'a', '', '--out', 'b.html'],
    ['figure', 'loss', 'a', '--out', ''],
    ['evaluate', ''],
    ['evaluate', 'a', '--info', ''],
    ['path', 'a', ''],
    ['judge', ''],
    ['data', 'check', ''],
    ['data', 'labels', 'a', '--out', ''],
    ['weights', 'convert', 'a', ''],
    ['engine', 'install', 'cuda', '--dir', ''],
  ])('is refused: %j', async (...words) => {
    expectOneLineError(
      await refused(...words.filter((word) => typeof word === 'string')),
      /a path, which is not empty/,
    );
  });

  it('takes several paths as they are given', async () => {
    expectOneLineError(await refused('runs', 'compare', run(), folder.path('none')), /none does not exist/);
    expect((await regimes('runs', 'list', '--json', sweep)).out.trim().split('\n').length).toBe(COUNT);
  });
});

describe('a pipe or a device in the place of a file', () => {
  const pipe = folder.path('pipe');
  beforeAll(() => void execFileSync('mkfifo', [pipe]));

  it.each([
    ['labels', (path: string) => [...TRAIN, '--labels', path]],
    ['weights', (path: string) => ['weights', 'convert', path, folder.path('x.pt')]],
  ])('is refused at once as %s', async (_, words) => {
    for (const path of [pipe, '/dev/zero'])
      expectOneLineError(await refused(...words(path)), new RegExp(`${path} is a pipe or a device, not a file`));
  });

  it('costs one run where it stands among the files of one', () => {
    const other = folder.path('piped');
    cpSync(sweep, other, { recursive: true });
    for (const name of ['manifest.json', 'metrics.jsonl']) {
      const path = join(other, 'elr-1', name);
      renameSync(path, `${path}.kept`);
      symlinkSync(pipe, path);
      const problems: string[] = [];
      const reader = new SweepReader(other, { onDamaged: ({ problem }) => problems.push(problem) });
      expect(reader.read().length).toBe(COUNT - 1);
      expect(problems).toEqual([`${path} is a pipe or a device, not a file`]);
      rmSync(path);
      renameSync(`${path}.kept`, path);
    }
  });

  it('is read as a log if it is a pipe, and refused if it is a device', async () => {
    expectOneLineError(await refused('judge', '/dev/zero'), /\/dev\/zero is a device/);
  });
});

describe('a folder, or a path below a file, in the place of a file to write', () => {
  it.each<[string, string, (path: string) => string[]]>([
    ['--info', 'a.npz', (path) => ['evaluate', file(), '--info', path]],
    ['labels', 'labels', (path) => ['data', 'labels', run(), '--out', path]],
    ['weights', 'a.pt', (path) => ['weights', 'convert', file(), path]],
    ['a report', 'a.html', (path) => ['report', sweep, '--out', path]],
    ['a figure', 'a.svg', (path) => ['figure', 'loss', sweep, '--out', path]],
    ['a table', 'a.csv', (path) => ['runs', 'export', sweep, '--out', path]],
  ])('is refused for %s before the work', async (_, name, words) => {
    const path = folder.path('occupied', name);
    mkdirSync(path, { recursive: true });
    expectOneLineError(await refused(...words(path)), /is a folder; allowed: a file to write/);
    const below = join(file(), name);
    expectOneLineError(await refused(...words(below)), /weights.safetensors is not a folder; allowed: a file to write/);
  });
});

describe('a folder that holds a sweep', () => {
  it('is none for an experiment or a probe, whose runs would be taken for its own', async () => {
    for (const words of [['predict'], ['experiment', 'run', 'anneal'], ['experiment', 'run', 'random-walk']])
      expectOneLineError(await refused(...words, '--out', sweep), /lies in the folder of a sweep/);
    expectOneLineError(await refused('predict', '--out', run()), /lies in the folder of a single run/);
  });
});

describe('a number that is no count for this machine', () => {
  it.each([
    ['figure', 'toy-loss', '--width', '1e9'],
    ['figure', 'toy-loss', '--height', '2001'],
    ['figure', 'toy-loss', '--out', 'a.png', '--height', '10001'],
    ['curvature', 'a', '--top', '1001'],
    ['curvature', 'a', '--trace', '1e12'],
    ['curvature', 'a', '--spectrum', '1e12'],
    ['balance', 'a', '--pairs', '1e9'],
    ['path', 'a', 'b', '--points', '1e9'],
    ['toy', 'simulate', '--alpha', '1', '--elr', '1', '--noise', '1', '--samples', '1e12'],
    ['toy', 'lyapunov', '--alpha', '1', '--elr', '1', '--steps', '1e12'],
    ['toy', 'phase', '--alpha', '1,1', '--x', 'elr=1:2:9', '--y', 'ratio=1:2:9', '--steps', '1e12'],
    ['engine', 'inspect', '--width', '1e6'],
    ['engine', 'inspect', '--batch', '1e12'],
    ['floor', '--elr', '1e300', '--egn', '1e300', '--loss', '1'],
  ])('is refused in one line: %j', async (...words) => {
    expectOneLineError(
      await refused(...words.filter((word) => typeof word === 'string')),
      /at most \d+|from \d to \d+|GB of memory|beyond all/,
    );
  });
});

describe('a number as people type it', () => {
  it.each([
    ['0,5', /decimals are written with a point/],
    ['0,0005', /decimals are written with a point/],
    ['\u22120.5', /a minus is written as -/],
    ['1e\u22123', /a minus is written as -/],
    ['\u20131', /a minus is written as -/],
  ])('%s is refused with a hint', async (text, hint) => {
    for (const option of ['--weight-decay', '--momentum', '--factor', '--validation', '--elr'])
      expectOneLineError(await refused('train', '--steps', '1', option, text), hint);
    expectOneLineError(await refused('toy', 'simulate', '--alpha', '1', '--elr', text), hint);
  });
});

describe('names of other people', () => {
  it('are escaped whole in the line that refuses them', async () => {
    const name = 'a\nb\u001b[31m';
    const escaped = 'a\\nb\\u001b[31m';
    for (const words of [
      [...TRAIN, '--labels', name],
      [...TRAIN, '--data', `cifar10:${name}`],
      ['verify', name],
    ])
      expect((await refused(...words)).err).toContain(escaped);
    for (const words of [
      ['judge', name],
      ['runs', 'check', name],
      ['evaluate', name],
    ]) {
      const { err } = await refused(...words);
      expect(err).toContain(escaped);
      expect(err.trim().split('\n').length).toBe(1);
    }
  });

  it('are escaped where a run is left out', async () => {
    const other = folder.path('named');
    cpSync(sweep, other, { recursive: true });
    renameSync(join(other, 'elr-3'), join(other, 'el\nr'));
    writeFileSync(join(other, 'el\nr', 'metrics.jsonl'), 'null\n');
    const { err } = await regimes('verify', other);
    expect(err).toMatch(/^left out: [^\n]*el\\nr[^\n]*\n$/);
  });

  it('cannot make a line endless', async () => {
    const path = folder.path('long.csv');
    writeFileSync(path, `a,b\n${'x'.repeat(100_000)}"y,1\n`);
    expect((await regimes('judge', path)).err.length).toBeLessThan(2200);
    const many = Array.from({ length: 3000 }, (_, i) => i + 1).join(',');
    expect((await regimes('toy', 'thresholds', '--alpha', many)).err.length).toBeLessThan(1000);
  });
});

describe('many damaged runs', () => {
  const damaged = folder.path('damaged');
  beforeAll(() => {
    cpSync(sweep, damaged, { recursive: true });
    for (let i = 1; i < COUNT; i += 1) writeFileSync(join(damaged, `elr-${i}`, 'metrics.jsonl'), 'null\n');
  });

  it.each<[string, string[]]>([
    ['verify', ['verify', damaged]],
    ['watch', ['watch', damaged, '--once']],
    ['runs export', ['runs', 'export', damaged]],
    ['floor', ['floor', damaged]],
    ['alpha', ['alpha', damaged]],
    ['figure', ['figure', 'loss', damaged]],
  ])('are named by %s as far as they are read, then counted', async (_, words) => {
    const { code, err } = await regimes(...words);
    const lines = err
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('left out'));
    expect(code).toBe(1);
    expect(lines.length).toBe(6);
    expect(lines.slice(0, 5).every((line) => /elr-\d/.test(line))).toBe(true);
    expect(lines[5]).toBe(`left out: 2 more; regimes runs check ${damaged} lists all`);
  });

  it('are all listed by that command', async () => {
    const { out } = await regimes('runs', 'check', damaged);
    for (let i = 1; i < COUNT; i += 1) expect(out).toContain(`elr-${i}`);
  });

  it('are counted anew by each command, also where it fails, and logs have no such command', async () => {
    const lines: string[] = [];
    const { exitCode: before } = process;
    const write = process.stderr.write;
    process.stderr.write = ((text: string) => lines.push(text) > 0) as typeof write;
    try {
      const failing = leavingOut((leftOut: LeftOut, count: number) => {
        for (let i = 0; i < count; i += 1) leftOut.add(`log-${i}`, new Error('wrong'), { kind: 'log' });
        throw new Error('the end');
      });
      await expect(failing(7)).rejects.toThrow('the end');
      const other = new LeftOut();
      other.add('/a/b', new Error('wrong'));
      other.tellOthers();
    } finally {
      process.stderr.write = write;
      process.exitCode = before;
    }
    expect(lines.slice(5)).toEqual(['left out: 2 more\n', 'left out: /a/b: wrong\n']);
  });
});

describe('a run that cannot be read now', () => {
  it('is told from one by what the system says', () => {
    const failing = (code: string) => () =>
      explainReading('a', () => {
        throw Object.assign(new Error(`${code}: no, open 'a'`), { code, syscall: 'open' });
      });
    for (const code of ['EACCES', 'EPERM', 'EMFILE', 'ESTALE']) expect(failing(code)).toThrow(UnreadableFile);
    for (const code of ['EIO', 'EISDIR', 'ENOENT']) {
      expect(failing(code)).toThrow(DamagedFile);
      expect(failing(code)).not.toThrow(UnreadableFile);
    }
  });

  // To whom the system refuses nothing, it refuses no file either.
  it.skipIf(process.getuid?.() === 0)('is not taken for a damaged one', () => {
    const path = join(sweep, 'elr-2', 'metrics.jsonl');
    chmodSync(path, 0);
    const found: unknown[] = [];
    new SweepReader(sweep, { onDamaged: ({ isUnreadable }) => found.push(isUnreadable) }).read();
    chmodSync(path, 0o644);
    expect(found).toEqual([true]);
    expect(readFileSync(path).length).toBeGreaterThan(0);
  });
});
