import { createRequire } from 'node:module';
import { join } from 'node:path';
import type Onnxruntime from 'onnxruntime-node';
import { engineEnvironment, libraryFolders } from './installed/environment.js';
import { findInstallation, wantedVersion } from './installed/find.js';

export type { default as ort } from 'onnxruntime-node';

const require = createRequire(import.meta.url);

/** The installed version of onnxruntime-node; undefined where there is none. */
export function onnxruntimeVersion(): string | undefined {
  try {
    return (require('onnxruntime-node/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** Platforms that onnxruntime-node has a binding for; Macs with Intel processors are not among them. */
const BOUND = ['darwin arm64', 'linux arm64', 'linux x64', 'win32 arm64', 'win32 x64'];

interface FailedLoad {
  /** What Node said. */
  readonly error: NodeJS.ErrnoException;
  /** Whether the package is there at all. */
  readonly isInstalled: boolean;
  /** Default: this machine's. */
  readonly machine?: string;
}

/** What to do where onnxruntime-node cannot be loaded, in one line. */
export function bindingAdvice({
  error,
  isInstalled,
  machine = `${process.platform} ${process.arch}`,
}: FailedLoad): string {
  const [reason = ''] = error.message.split('\n');
  const install = `npm install --ignore-scripts onnxruntime-node@${wantedVersion('cuda')}`;
  const otherwise = '--engine eager works without it, slowly';
  if (!BOUND.includes(machine)) return `onnxruntime-node has no binding for ${machine}; ${otherwise}`;
  if (!isInstalled) return `onnxruntime-node is not installed: ${install}; ${otherwise}`;
  const again = `remove node_modules/onnxruntime-node, then ${install}; ${otherwise}`;
  if (error.code === 'MODULE_NOT_FOUND') return `onnxruntime-node lacks its binding for ${machine}: ${again}`;
  const library = machine.startsWith('linux') ? ', which needs glibc 2.28 or newer,' : '';
  return `the binding of onnxruntime-node${library} does not load (${reason}): ${again}`;
}

/**
 * What to load: in a process that was started for an installed engine `cuda` its own copy of onnxruntime-node, which has the
 * CUDA provider.
 */
function packageToLoad(): string {
  const isForCuda = libraryFolders('cuda').length > 0 && Object.keys(engineEnvironment('cuda')).length === 0;
  return isForCuda ? join(findInstallation('cuda').directory, 'node_modules', 'onnxruntime-node') : 'onnxruntime-node';
}

/** Not looked for again: a process has one onnxruntime, and every tensor of every step is made by it. */
let loaded: typeof Onnxruntime | undefined;

/**
 * onnxruntime, loaded at the first call: the library and the other engines work without it. Throws one line that says what
 * to do where the package or its native binding is missing or does not load.
 */
export function onnxruntime(): typeof Onnxruntime {
  loaded ??= load();
  return loaded;
}

function load(): typeof Onnxruntime {
  // Its builds for Linux and macOS report every session to their maker unless told not to before the first one.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return require(packageToLoad()) as typeof Onnxruntime;
  } catch (error) {
    const isInstalled = onnxruntimeVersion() !== undefined;
    throw new Error(bindingAdvice({ error: error as NodeJS.ErrnoException, isInstalled }));
  }
}
