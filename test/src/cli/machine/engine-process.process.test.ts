import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installEngine } from '../../../../deep/engine/install/install.js';
import { recipeFor } from '../../../../deep/engine/install/recipes.js';
import { engineEnvironment } from '../../../../deep/engine/installed/environment.js';
import { readSweep } from '../../../../src/sweep/directory.js';
import { MAIN, regimes, regimesProcess, temporaryFolder } from '../../../cli.js';
import { wheelIndex } from '../../../deep/engine/install/wheel-index.js';
import { programs } from './fake-programs.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const ENGINES = folder.path('engines');
const HOME = join(ENGINES, 'tensorflow');
const LIBRARIES = [join(HOME, 'wheels/tensorflow'), join(HOME, 'wheels/nvidia/cudnn/lib')];
const ROOT = fileURLToPath(new URL('../../../../package.json', import.meta.url));
const ENVIRONMENT = { REGIMES_ENGINES: ENGINES, FAKE_TENSORFLOW_ROOT: ROOT, LD_LIBRARY_PATH: '/of/the/user' };

const WHEELS = [
  {
    name: 'tensorflow-cpu',
    version: '2.20.0',
    files: { 'tensorflow/libtensorflow_cc.so.2': 'cc', 'tensorflow/include/c_api.h': '', 'tensorflow/python/a.py': '' },
  },
  { name: 'nvidia-cudnn-cu12', version: '9.3', files: { 'nvidia/cudnn/lib/libcudnn.so.9': 'cudnn' } },
];

/** What npm and the compiler leave behind, and what the compiler was told. */
const PROGRAMS = {
  npm: `[ "$1" = --version ] && exit 0
mkdir -p node_modules/@tensorflow/tfjs-node-gpu node_modules/node-api-headers/include
cp "${fileURLToPath(new URL('./fake-tensorflow.cjs', import.meta.url))}" node_modules/@tensorflow/tfjs-node-gpu/index.js
echo '{"name":"@tensorflow/tfjs-node-gpu","version":"4.22.0"}' > node_modules/@tensorflow/tfjs-node-gpu/package.json`,
  'g++': `[ "$1" = --version ] && exit 0
printf '%s\\n' "$@" > "${folder.path('compiled.txt')}"`,
};

/** The engine, installed by programs that stand in for npm and the compiler. */
async function install(): Promise<Installed> {
  const index = await wheelIndex(WHEELS);
  const before = { ...process.env };
  Object.assign(process.env, index.environment);
  process.env.PATH = `${programs(folder.path('programs'), PROGRAMS)}:${process.env.PATH}`;
  try {
    const recipe = { ...recipeFor('tensorflow', 'cpu'), wheels: index.lock };
    return await installEngine({ engine: 'tensorflow', folder: ENGINES }, { recipe });
  } finally {
    for (const name of Object.keys(index.environment)) delete process.env[name];
    Object.assign(process.env, before);
    index.close();
  }
}

const SMALL = '--width 1 --train-images 8 --batch 4 --threads 1'.split(' ');
const TRAIN = ['train', '--elr', '1e-3', ...SMALL, '--steps', '2'];

interface Started {
  readonly pid: number;
  readonly parent: number;
  readonly path: string;
}

/** The processes that have loaded TensorFlow since the last call. */
function started(): Started[] {
  const path = join(ENGINES, 'processes.txt');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  rmSync(path);
  return lines.map((line) => {
    const [pid, parent, value] = line.split(' ');
    return { pid: Number(pid), parent: Number(parent), path: value! };
  });
}

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('an installed engine', () => {
  beforeAll(async () => {
    expect(await install()).toMatchObject({ state: 'installed', record: { engine: 'tensorflow', device: 'cpu' } });
  });

  it('is compiled against the TensorFlow of its wheel', () => {
    const words = readFileSync(folder.path('compiled.txt'), 'utf8').trim().split('\n');
    const home = join(HOME, 'node_modules/@tensorflow/tfjs-node-gpu');
    expect(words).toEqual(
      expect.arrayContaining([
        ...['-shared', '-DNAPI_VERSION=8', `-I${join(LIBRARIES[0]!, 'include')}`, `-L${LIBRARIES[0]}`],
        ...['-o', join(home, 'lib/napi-v8/tfjs_binding.node'), join(home, 'binding/tfjs_backend.cc')],
        '-Wl,-rpath,$ORIGIN/../../../../../wheels/tensorflow',
      ]),
    );
  });

  it('needs its folders first in LD_LIBRARY_PATH, before those of others', () => {
    const before = process.env.REGIMES_ENGINES;
    process.env.REGIMES_ENGINES = ENGINES;
    const path = LIBRARIES.join(':');
    expect(engineEnvironment('tensorflow', {})).toEqual({ LD_LIBRARY_PATH: path });
    expect(engineEnvironment('tensorflow', { LD_LIBRARY_PATH: '/a:/b' })).toEqual({ LD_LIBRARY_PATH: `${path}:/a:/b` });
    expect(engineEnvironment('tensorflow', { LD_LIBRARY_PATH: `/a:${path}` })).toEqual({
      LD_LIBRARY_PATH: `${path}:/a`,
    });
    expect(engineEnvironment('tensorflow', { LD_LIBRARY_PATH: `${path}:/a` })).toEqual({});
    expect(engineEnvironment('cpu', {})).toEqual({});
    if (before === undefined) delete process.env.REGIMES_ENGINES;
    else process.env.REGIMES_ENGINES = before;
  });

  it('trains by the same command, in a process that was started with it, as the same backend does', async () => {
    const { code, out, err } = await regimesProcess(ENVIRONMENT, ...TRAIN, '--engine', 'tensorflow', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe((await regimes(...TRAIN, '--engine', 'eager', '--json')).out);
    // A trial, and the training itself; neither in the process of the command.
    const processes = started();
    expect(processes.map(({ path }) => path)).toEqual(Array(2).fill([...LIBRARIES, '/of/the/user'].join(':')));
    expect(new Set(processes.map(({ parent }) => parent)).size).toBe(1);
  });

  it('trains the runs of a sweep, whose command needs no process of its own', async () => {
    const out = folder.path('sweep');
    const words = [
      '--elr',
      '1e-3',
      ...SMALL.slice(0, 6),
      '--steps',
      '1',
      '--measure',
      'none',
      '--engine',
      'tensorflow',
    ];
    const { code } = await regimesProcess(ENVIRONMENT, 'sweep', ...words, '--workers', '1', '--out', out);
    expect(code).toBe(0);
    expect(readSweep(out).map(({ manifest }) => [manifest.configuration.engine, manifest.status])).toEqual([
      ['tensorflow', 'finished'],
    ]);
    expect(started()).toHaveLength(2);
  });

  it('has the exit code and the one line of the command', async () => {
    const again = ['train', '--resume', '--out', folder.path('sweep', 'elr-1e-3'), '--engine', 'tensorflow'];
    const { code, out, err } = await regimesProcess(ENVIRONMENT, ...again);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(/^error: [^\n]+\n$/) });
  });

  it('ends with the process that started it, also where that is killed', async () => {
    started();
    const words = [...TRAIN.slice(0, -1), '100000', '--engine', 'tensorflow', '--log', 'step'];
    const command = spawn(process.execPath, [MAIN, ...words], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => command.stdout.once('data', resolve));
    const training = started().at(-1)!;
    expect(training.parent).toBe(command.pid);
    command.kill('SIGKILL');
    await ended(command);
    // The test's own limit of time is what fails where it goes on.
    while (isAtWork(training.pid)) await setTimeout(20);
  });

  it('hands on a signal, and ends as the training does', async () => {
    const words = [...TRAIN.slice(0, -1), '100000', '--engine', 'tensorflow', '--log', 'step'];
    const command = spawn(process.execPath, [MAIN, ...words], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => command.stdout.once('data', resolve));
    command.kill('SIGTERM');
    expect(await ended(command)).toBe(128 + 15);
    expect(isAtWork(started().at(-1)!.pid)).toBe(false);
  });
});

/** Whether a process has not ended; one that nobody has asked how it ended is still in the table of processes. */
function isAtWork(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', resolve));
