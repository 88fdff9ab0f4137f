import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, installEngine } from '../../../../deep/engine/install/install.js';
import type { InstallationPlan } from '../../../../deep/engine/install/plan-installation.js';
import type { Recipe } from '../../../../deep/engine/install/recipe.js';
import { recipeFor } from '../../../../deep/engine/install/recipes.js';
import { expectOneLineError, type Result, regimesWith, temporaryFolder } from '../../../cli.js';
import { wheelIndex } from '../../../deep/engine/install/wheel-index.js';
import { programs } from './fake-programs.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const isLinux = process.platform === 'linux' && process.arch === 'x64';
const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const isInstallable = isLinux && hasPip;

const INSTALL_PROCESS = fileURLToPath(new URL('../../../deep/engine/install/install-process.js', import.meta.url));

/** Stands in for 250 MB of native code; long enough to be stopped in the middle. */
const PROVIDER = 'cuda provider '.repeat(20_000);

/** Wheels like those of the engine cuda, with things besides native libraries, which are left out. */
const CUDA_WHEELS = [
  { name: 'nvidia-cublas', version: '13.1', files: { 'nvidia/cu13/lib/libcublas.so.13': 'cublas' } },
  {
    name: 'nvidia-cudnn-cu13',
    version: '9.2',
    files: { 'nvidia/cudnn/lib/libcudnn.so.9': 'cudnn', 'nvidia/cudnn/include/cudnn.h': '' },
  },
  {
    name: 'onnxruntime-gpu',
    version: '1.30.0',
    files: {
      'onnxruntime/__init__.py': '',
      'onnxruntime/capi/libonnxruntime_providers_cuda.so': PROVIDER,
      'onnxruntime/capi/libonnxruntime_providers_shared.so': 'shared',
      'onnxruntime/capi/libonnxruntime_providers_tensorrt.so': 'tensorrt',
    },
  },
];

describe.runIf(isInstallable)('regimes engine install cuda', () => {
  const before = { ...process.env };
  let index: Awaited<ReturnType<typeof wheelIndex>>;
  const engines = folder.path('engines');
  const home = join(engines, 'cuda');
  const call = (...words: string[]): Promise<Result> => regimesWith({ REGIMES_ENGINES: engines }, 'engine', ...words);
  const install = (changes: Partial<Recipe> = {}): Promise<Installed> => {
    const recipe = { ...recipeFor('cuda'), wheels: index.lock, ...changes };
    return installEngine({ engine: 'cuda', folder: engines }, { recipe });
  };
  const state = async (): Promise<Record<string, unknown>> => JSON.parse((await call('list', '--json')).out).engines[0];

  beforeAll(async () => {
    index = await wheelIndex(CUDA_WHEELS);
    Object.assign(process.env, index.environment);
  });
  afterAll(() => {
    for (const name of Object.keys(index.environment)) delete process.env[name];
    Object.assign(process.env, before);
    index.close();
  });

  it('keeps nothing of a wheel that differs from its checksum', async () => {
    index.spoilt.add('nvidia-cudnn-cu13');
    await expect(install()).rejects.toThrow(/^nvidia-cudnn-cu13 9\.2: pip download: .* checksum /);
    expect(readdirSync(join(home, 'downloads'))).toEqual([expect.stringMatching(/^nvidia_cublas/)]);
    expect(await state()).toMatchObject({ engine: 'cuda', state: 'incomplete' });
    index.spoilt.clear();
  });

  it('goes on after it was killed in the middle, without the wheels that are here', async () => {
    index.stuck.add('onnxruntime-gpu');
    index.taken.length = 0;
    const child = spawn(process.execPath, [INSTALL_PROCESS, engines, JSON.stringify(index.lock)], {
      env: { ...process.env, ...index.environment },
      stdio: 'ignore',
      // A group of its own, so that pip dies with it.
      detached: true,
    });
    await until(() => index.taken.some((file) => file.startsWith('onnxruntime')));
    process.kill(-child.pid!, 'SIGKILL');
    await ended(child);
    expect(await state()).toMatchObject({ state: 'incomplete' });

    index.stuck.clear();
    expect(await install()).toMatchObject({ isNew: true, state: 'installed', directory: home });
    expect(index.taken.map((file) => file.split('-')[0])).toEqual([
      'nvidia_cudnn_cu13',
      'onnxruntime_gpu',
      'onnxruntime_gpu',
    ]);
  });

  it('puts the provider beside a copy of the binding, and keeps of the wheels what is used', async () => {
    const binding = join(home, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    expect(readFileSync(join(binding, 'libonnxruntime_providers_cuda.so'), 'utf8')).toBe(PROVIDER);
    expect(readdirSync(binding).toSorted()).toEqual([
      'libonnxruntime.so.1',
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
      'onnxruntime_binding.node',
    ]);
    const kept = readdirSync(join(home, 'wheels'), { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(home, 'wheels', name)).isFile() && !name.includes('dist-info'))
      .toSorted();
    expect(kept).toEqual([
      'nvidia/cu13/lib/libcublas.so.13',
      'nvidia/cudnn/lib/libcudnn.so.9',
      'onnxruntime/capi/libonnxruntime_providers_cuda.so',
      'onnxruntime/capi/libonnxruntime_providers_shared.so',
    ]);
    expect(readdirSync(home).toSorted()).toEqual(['engine.json', 'node_modules', 'wheels', 'wheels.txt']);
  });

  it('is listed with its size, and installed once', async () => {
    expect(await state()).toMatchObject({
      state: 'installed',
      directory: home,
      version: '1.30.0',
      device: 'gpu',
      wheels: index.lock.map(({ file: _, ...wheel }) => wheel),
    });
    expect((await state()).bytes).toBeGreaterThan(PROVIDER.length);
    index.taken.length = 0;
    expect((await call('install', 'cuda')).out).toMatch(/^here already: /);
    expect(index.taken).toEqual([]);
  });

  it('is tried before it trains, and found to have no provider that loads', async () => {
    const train = ['train', '--elr', '1e-3', '--engine', 'cuda', '--steps', '1'];
    const { code, err } = await regimesWith({ REGIMES_ENGINES: engines }, ...train);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^error: engine cuda does not work here: [^\n]+\n$/),
    });
    expect(err).not.toContain('not installed');
  });

  it('is removed as a whole', async () => {
    expect((await call('remove', 'cuda')).out).toMatch(/^removed: /);
    expect(existsSync(home)).toBe(false);
    expectOneLineError(await call('remove', 'cuda'), /engine cuda is not installed in /);
  });

  it('refuses a disk that is too small before anything is downloaded', async () => {
    index.taken.length = 0;
    const wanted = /^not enough disk space: 1000000000\.0 GB are needed in .*cuda, \d+\.\d GB are free$/;
    await expect(install({ unpackedBytes: 1e18 })).rejects.toThrow(wanted);
    expect(index.taken).toEqual([]);
  });
});

describe('regimes engine install --dry-run', () => {
  const call = (...words: string[]): Promise<Result> =>
    regimesWith({ REGIMES_ENGINES: folder.path('dry') }, 'engine', 'install', ...words, '--dry-run');

  it.runIf(isLinux).each([
    ['cuda', 'gpu', 'onnxruntime-gpu', '1.30.0'],
    ['tensorflow', 'gpu', 'tensorflow', '2.20.0'],
    ['tensorflow', 'cpu', 'tensorflow_cpu', '2.20.0'],
  ])('says what %s for %s would download, and does nothing', async (engine, device, name, version) => {
    const { code, out, err } = await call(engine, '--device', device, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const plan = JSON.parse(out) as InstallationPlan;
    expect(plan).toMatchObject({ engine, device, directory: folder.path('dry', engine) });
    expect(plan.wheels).toContainEqual(expect.objectContaining({ name, version }));
    for (const wheel of plan.wheels) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      // The name of a wheel's file begins with its name and version.
      expect(wheel.file.startsWith(`${wheel.name.replaceAll('-', '_')}-${wheel.version}-`)).toBe(true);
    }
    expect(plan.bytes).toBe(plan.wheels.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(plan.missingBytes).toBe(plan.bytes);
    expect(plan.neededBytes).toBeGreaterThan(plan.bytes);
    expect(existsSync(folder.path('dry'))).toBe(false);
  });

  it.runIf(isLinux)('has a table for people', async () => {
    const { out } = await call('cuda');
    expect(out).toMatch(/^onnxruntime-gpu +1\.30\.0 +\d+$/m);
    expect(out).toMatch(/^engine cuda for a GPU: \d+ MB to download from PyPI$/m);
  });
});

describe('what is missing for an installation is one line', () => {
  const python = (name: string, script: string) => programs(folder.path(name), { python3: script });
  const install = (environment: NodeJS.ProcessEnv, ...words: string[]): Promise<Result> =>
    regimesWith({ REGIMES_ENGINES: folder.path('none'), ...environment }, 'engine', 'install', ...words);

  it.runIf(isInstallable)('programs', async () => {
    const none = programs(folder.path('no-programs'), {});
    expectOneLineError(await install({ PATH: none }, 'cuda'), /python3 cannot be run .*: pip for Python 3 is needed/);
    const noPip = python('no-pip', 'echo "No module named pip" >&2; exit 1');
    expectOneLineError(await install({ PATH: noPip }, 'cuda'), /python3 has no pip: .*apt install python3-pip/);
    const old = python('old-pip', 'echo "pip 20.0.2 from /usr/lib (python 3.8)"');
    expectOneLineError(await install({ PATH: old }, 'cuda'), /pip 20\.0 is too old; 20\.3 or newer is needed/);
    expectOneLineError(
      await install({ PATH: none }, 'tensorflow', '--device', 'cpu'),
      /g\+\+ cannot be run .*apt install g\+\+/,
    );
    expect(existsSync(folder.path('none'))).toBe(false);
  });

  it('a machine or a device without wheels', async () => {
    expect(() => recipeFor('cuda', undefined, 'darwin arm64')).toThrow(/linux x64 only, not on darwin arm64/);
    expect(() => recipeFor('cuda', 'cpu', 'linux x64')).toThrow(/cuda runs on a GPU only/);
    expectOneLineError(await install({}, 'webgpu'), /Allowed: cuda, tensorflow\./);
  });

  it.runIf(isInstallable)('a folder that LD_LIBRARY_PATH cannot name', async () => {
    expectOneLineError(await install({}, 'cuda', '--dir', folder.path('a:b')), /has a ":" in it/);
  });
});

/** Waits for something that happens in another process. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20);
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));
