import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Examination } from '../../../../deep/probe/examine.js';
import type { ProbeReport } from '../../../../deep/probe/probe.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { readSweep } from '../../../../src/sweep/directory.js';
import {
  expectOneLineError,
  json,
  refused,
  regimes,
  regimesProcess,
  regimesWith,
  temporaryFolder,
} from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A trial of an engine is a process of a second: the same trial is made once in this file. */
vi.mock(import('../../../../deep/probe/probe.js'), async (load) => {
  const original = await load();
  const made = new Map<string, Promise<ProbeReport>>();
  const probeEngine: typeof original.probeEngine = (task, timeout) => {
    const key = JSON.stringify([task, timeout]);
    const report = made.get(key) ?? original.probeEngine(task, timeout);
    made.set(key, report);
    return report;
  };
  return { ...original, probeEngine };
});

const SMALL = '--width 2 --train-images 16 --batch 8 --steps 1'.split(' ');
const TRAIN = ['train', '--elr', '1e-3', ...SMALL];

/** What works on this machine, told by the program itself: these tests hold with and without a GPU. */
const examination = json('doctor') as unknown as Promise<Examination>;
const stateOf = async (name: string) => (await examination).engines.find(({ engine }) => engine === name)!;
const NATIVE = ['webgpu', 'cuda', 'tensorflow'];

describe('regimes doctor', () => {
  it('tries every engine and names what it found', async () => {
    const { version, node, cores, onnxruntime, engines, data } = await examination;
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(node).toEqual({ version: process.version, supported: true, wanted: '>=20' });
    expect(cores).toBeGreaterThan(0);
    expect(onnxruntime).toMatch(/^\d+\.\d+\.\d+$/);
    expect(engines.map(({ engine }) => engine)).toEqual(['cpu', 'webgpu', 'cuda', 'tensorflow', 'eager']);
    expect(data[0]).toEqual({ name: 'fashion-mnist', found: true, detail: '2000 + 500 images, come with the package' });
    expect(data.map(({ name }) => name)).toEqual([
      'fashion-mnist',
      'cifar10',
      'cifar100',
      'mnist',
      'fashion-mnist-full',
      'svhn',
      'stl10',
    ]);
    for (const { works, reason, stepMilliseconds, deviation } of engines) {
      if (!works) expect(reason).toMatch(/^[^\n]{10,}$/);
      else {
        expect(stepMilliseconds).toBeGreaterThan(0);
        expect(deviation).toBeLessThan(1e-4);
      }
    }
    for (const name of ['cpu', 'eager']) expect(await stateOf(name)).toMatchObject({ works: true });
  });

  it('has a table for people', async () => {
    const { code, out, err } = await regimesWith({ NO_COLOR: '1' }, 'doctor');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Node +v\d+\.\d+\.\d+, supported$/m);
    expect(out).toMatch(/^cpu +yes +\S+ +\S+ +-$/m);
    expect(out).not.toContain('\x1b');
  });
});

describe('--engine', () => {
  it('refuses what is no engine', async () => {
    expectOneLineError(
      await refused(...TRAIN, '--engine', 'gpu'),
      /Allowed: cpu, webgpu, cuda, tensorflow, eager, auto\./,
    );
    expectOneLineError(await refused('engine', 'inspect', '--engine', 'eager'), /Allowed: cpu, webgpu, cuda\./);
  });

  it.each(NATIVE)('refuses %s where it does not work, with the reason', async (engine) => {
    const { works, reason } = await stateOf(engine);
    if (works) return;
    const result = await regimes(...TRAIN, '--engine', engine);
    expectOneLineError(result, new RegExp(`^error: engine ${engine} does not work here: `));
    expect(result.err).toContain(reason);
  });

  it('auto says what it chose, and the run on disk keeps that', async () => {
    const out = folder.path('run');
    const { code, err } = await regimes(...TRAIN, '--engine', 'auto', '--out', out, '--log', 'none');
    expect(code).toBe(0);
    const { engine } = readManifest(out)!.configuration;
    expect(err).toMatch(new RegExp(`^engine ${engine}\\b[^\n]*; left out: [^\n]+\n`));
    const states = await Promise.all(NATIVE.map(stateOf));
    if (states.every(({ works, software }) => !works || software)) expect(engine).toBe('cpu');
  });

  it('auto is decided once for all runs of a sweep', async () => {
    const out = folder.path('sweep');
    const { code, err } = await regimes('sweep', '--elr', '1e-3,1e-2', ...SMALL, '--engine', 'auto', '--out', out);
    expect(code).toBe(0);
    expect(err.match(/left out: /g)).toHaveLength(1);
    const engines = readSweep(out).map(({ manifest }) => manifest.configuration.engine);
    expect(engines).toHaveLength(2);
    expect(engines).not.toContain('auto');
    expect(new Set(engines).size).toBe(1);
  });
});

describe('--engine tensorflow with a package that is of no use', () => {
  /** A folder of modules with a package of that version whose main file is `code`. */
  function modules(name: string, version: string, code: string): string {
    const root = folder.path(name);
    const directory = join(root, '@tensorflow', 'tfjs-node');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version }));
    writeFileSync(join(directory, 'index.js'), code);
    return root;
  }

  it.each([
    ['another version', '3.21.1', '', /tfjs-node 3\.21\.1 does not fit: npm install .*tfjs-node@4\.22\.0/],
    [
      'no native library',
      '4.22.0',
      'throw new Error("no binding\\nfound")',
      /does not load \(no binding\): npm rebuild /,
    ],
    ['a crash', '4.22.0', 'process.abort()', /its process ended \(SIGABRT\)/],
  ])('%s', async (name, version, code, expected) => {
    if ((await examination).tensorflow !== null) return;
    const NODE_PATH = modules(name, version, code);
    expectOneLineError(await regimesProcess({ NODE_PATH }, ...TRAIN, '--engine', 'tensorflow'), expected);
  });
});

describe('regimes engine inspect', () => {
  const WORDS = 'engine inspect --width 2 --batch 4 --threads 1 --steps 2'.split(' ');

  it('adds up', async () => {
    const found = await json(...WORDS);
    const { operators, millisecondsPerRun, millisecondsPerStep, millisecondsOutsideKernels } = found as unknown as {
      operators: { operator: string; provider: string; count: number; milliseconds: number; bytes: number }[];
      millisecondsPerRun: number;
      millisecondsPerStep: number;
      millisecondsOutsideKernels: number;
    };
    expect(found).toMatchObject({ model: 'convnet', width: 2, batch: 4, engine: 'cpu', threads: 1, steps: 2, runs: 2 });
    expect(found.compilation).toMatchObject({ modelBytes: expect.any(Number) });
    const conv = operators.find(({ operator }) => operator === 'Conv')!;
    expect(conv.provider).toBe('cpu');
    // Four layers forward, the gradient of the inputs in three; those of the kernels may be convolutions too.
    expect(conv.count).toBeGreaterThanOrEqual(7);
    expect(conv.bytes).toBeGreaterThan(0);
    const inKernels = operators.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    expect(inKernels + millisecondsOutsideKernels).toBeCloseTo(millisecondsPerRun, 6);
    expect(millisecondsPerStep).toBeGreaterThan(millisecondsPerRun);
  });

  it('has a table for people and leaves no file', async () => {
    const TMPDIR = folder.path('temporary');
    mkdirSync(TMPDIR);
    const { code, out, err } = await regimesWith({ TMPDIR }, ...WORDS);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Conv +cpu +\d+ +\d+\.\d+ +\d+\.\d% +\d+\.\d+$/m);
    expect(out).toMatch(/^trace \S+ ms, session \S+ ms, model \S+ bytes$/m);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});
