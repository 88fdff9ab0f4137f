import { createRequire } from 'node:module';
import type Onnxruntime from 'onnxruntime-node';
import { packageRoot } from '../../src/system/package.js';

export type { default as ort } from 'onnxruntime-node';

const require = createRequire(import.meta.url);

/** The version that this package was tested with, and asks for. */
function wantedVersion(): string {
  const { dependencies } = require(`${packageRoot()}/package.json`) as { dependencies: Record<string, string> };
  return dependencies['onnxruntime-node']!;
}

/** The installed version of onnxruntime-node; undefined where there is none. */
export function onnxruntimeVersion(): string | undefined {
  try {
    return (require('onnxruntime-node/package.json') as { version: string }).version;
  } catch {
    return undefined;
  }
}

/**
 * What to do where onnxruntime-node cannot be loaded, in one line. `failure` is what Node said; `installed` whether the
 * package is there at all.
 */
export function bindingAdvice(failure: NodeJS.ErrnoException, installed: boolean): string {
  const [reason = ''] = failure.message.split('\n');
  const install = `npm install --ignore-scripts onnxruntime-node@${wantedVersion()}`;
  const otherwise = 'or choose --engine eager, which is slow and needs no binding';
  if (!installed) return `onnxruntime-node is not installed: ${install}, ${otherwise}`;
  const machine = `${process.platform} ${process.arch}`;
  if (failure.code === 'MODULE_NOT_FOUND') {
    return `onnxruntime-node has no binding for ${machine} (${reason}): remove node_modules/onnxruntime-node and ${install}, ${otherwise}`;
  }
  return `the binding of onnxruntime-node does not load on ${machine} (${reason}): it needs glibc 2.28 or newer on Linux; remove node_modules/onnxruntime-node and ${install}, ${otherwise}`;
}

/**
 * onnxruntime, loaded at the first call: the library and the other engines work without it. Throws one line that says what
 * to do where the package or its native binding is missing or does not load.
 */
export function onnxruntime(): typeof Onnxruntime {
  // Its builds for Linux and macOS report every session to their maker unless told not to before the first one.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return require('onnxruntime-node') as typeof Onnxruntime;
  } catch (error) {
    throw new Error(bindingAdvice(error as NodeJS.ErrnoException, onnxruntimeVersion() !== undefined));
  }
}
