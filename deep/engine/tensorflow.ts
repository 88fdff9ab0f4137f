import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import './tfjs.js';
import { UsageError } from '../../src/system/usage-error.js';
import { EagerEngine } from './eager.js';
import type { Engine } from './engine.js';
import { findInstallation } from './installed/find.js';
import { allowNumericPadding } from './tensorflow-padding.js';

/** In order of preference. Both register the tfjs backend `tensorflow`. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const BACKEND = 'tensorflow';
/** tfjs and its native backends are released together and fit only each other. */
const VERSION = '4.22.0';

const installCommand = (name: string): string => `npm install --no-save --ignore-scripts=false ${name}@${VERSION}`;

const HOW_TO_INSTALL =
  process.platform === 'linux' && process.arch === 'x64'
    ? 'regimes engine install tensorflow'
    : `${installCommand(PACKAGES[1])} (or tfjs-node-gpu)`;

/** A TensorFlow package on disk, not yet loaded. */
export interface TensorFlowPackage {
  readonly name: string;
  readonly version: string;
  /** File to import. */
  readonly main: string;
}

/** Looks in the folder of the installed engine, beside this package, in the folders of NODE_PATH, and in the current folder. */
export function findTensorFlow(directory = process.cwd()): TensorFlowPackage | undefined {
  const { state, directory: home } = findInstallation('tensorflow');
  const installed = state === 'installed' ? [join(home, 'package.json')] : [];
  const resolvers = [...installed, import.meta.url, join(directory, 'package.json')].map((place) =>
    createRequire(place),
  );
  for (const name of PACKAGES) {
    for (const resolver of resolvers) {
      try {
        const { version } = resolver(`${name}/package.json`) as { version: string };
        return { name, version, main: resolver.resolve(name) };
      } catch {
        // Not there: the next place.
      }
    }
  }
  return undefined;
}

/** tfjs-node calls two functions of node:util; Node 23 removed one, Node 22 warns of the other. */
function restoreUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}

function prepareEnvironment({ threads }: { readonly threads?: number }): void {
  const set = (name: string, value: string): void => {
    process.env[name] ??= value;
  };
  set('TF_CPP_MIN_LOG_LEVEL', '2');
  // Several processes of a sweep share a GPU: none may take all of its memory, which is TensorFlow's habit.
  set('TF_FORCE_GPU_ALLOW_GROWTH', 'true');
  // Products in float32, not in the 10 bits of TF32.
  set('NVIDIA_TF32_OVERRIDE', '0');
  if (threads === undefined) return;
  set('TF_NUM_INTRAOP_THREADS', String(threads));
  set('TF_NUM_INTEROP_THREADS', '1');
}

/** Imports the package; a copy of tfjs of its own registers again what is known, with a line each, but for `PROD`. */
async function importQuietly({ main }: TensorFlowPackage): Promise<void> {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    await import(pathToFileURL(main).href);
  } finally {
    tf.env().set('PROD', before);
  }
}

/** What the loaded backend says of itself. */
export interface TensorFlowDetails {
  readonly package: string;
  readonly version: string;
  /** Version of the native TensorFlow library. */
  readonly library: string;
  readonly gpu: boolean;
}

let loaded: Promise<TensorFlowDetails> | undefined;

/** Loads TensorFlow where the user installed it; anything else is one line with the command that helps. */
export function loadTensorFlow(options: { readonly threads?: number } = {}): Promise<TensorFlowDetails> {
  loaded ??= load(options);
  return loaded;
}

async function load(options: { readonly threads?: number }): Promise<TensorFlowDetails> {
  const found = findTensorFlow();
  if (found === undefined) throw new UsageError(`TensorFlow is not installed: ${HOW_TO_INSTALL}`);
  const { name, version } = found;
  if (version !== VERSION) throw new UsageError(`${name} ${version} does not fit: ${installCommand(name)}`);
  restoreUtilities();
  prepareEnvironment(options);
  try {
    await importQuietly(found);
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new UsageError(`${name} does not load (${line!.trim()}): npm rebuild --ignore-scripts=false ${name}`);
  }
  if (tf.findBackend(BACKEND) === null) throw new UsageError(`${name} ${version} did not register its backend`);
  allowNumericPadding(BACKEND);
  await tf.setBackend(BACKEND);
  const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
  return { package: name, version, library: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice };
}

/** The functions run op by op on a native TensorFlow. */
export async function openTensorFlow(options: { readonly threads?: number } = {}): Promise<Engine> {
  await loadTensorFlow(options);
  return new EagerEngine(BACKEND);
}
