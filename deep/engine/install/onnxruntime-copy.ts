import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyTree } from '../../../src/system/copy-tree.js';
import { disk } from '../../../src/system/disk.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { onnxruntimeVersion } from '../onnxruntime.js';
import { WHEELS } from './folders.js';

const require = createRequire(import.meta.url);

/** The folder of an npm package, by its main file: a package may hide its package.json. */
function folderOf(name: string, from: NodeJS.Require = require): string {
  let folder = dirname(from.resolve(name));
  while (!existsSync(join(folder, 'package.json')) || !folder.endsWith(name)) folder = dirname(folder);
  return folder;
}

const BINDING = join('bin', 'napi-v6', 'linux', 'x64');
const PROVIDERS = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/**
 * Gives an engine's folder a copy of onnxruntime-node of its own, with the CUDA provider of the wheel beside its binding:
 * that is where onnxruntime looks for providers, and the copy in node_modules is left as npm made it. Wheel and npm package
 * of one version are one build.
 */
export async function addOnnxruntime(directory: string): Promise<void> {
  if (onnxruntimeVersion() === undefined)
    throw new UsageError('onnxruntime-node is not installed: npm install --ignore-scripts onnxruntime-node');
  const [from, to] = [folderOf('onnxruntime-node'), join(directory, 'node_modules', 'onnxruntime-node')];
  disk().removeTree(join(directory, 'node_modules'));
  for (const part of ['package.json', 'dist', BINDING]) copyTree(join(from, part), join(to, part));
  const common = folderOf('onnxruntime-common', createRequire(join(from, 'package.json')));
  copyTree(common, join(directory, 'node_modules', 'onnxruntime-common'));
  for (const name of PROVIDERS) {
    const [source, target] = [join(directory, WHEELS, 'onnxruntime', 'capi', name), join(to, BINDING, name)];
    if (!existsSync(source)) throw new Error(`the wheel onnxruntime-gpu has no ${name}`);
    disk().remove(target);
    disk().link(source, target);
  }
}
