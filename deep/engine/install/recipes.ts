import { existsSync } from 'node:fs';
import { UsageError } from '../../../src/system/usage-error.js';
import { wantedVersion } from '../installed/find.js';
import type { Device, InstallableEngine } from '../names.js';
import { addOnnxruntime } from './onnxruntime-copy.js';
import type { Recipe } from './recipe.js';
import { addTensorFlowPackage, requireCompiler } from './tensorflow-package.js';

/** The TensorFlow that the binding of tfjs-node has been compiled with and tried (docs/tensorflow.md). */
const TENSORFLOW = '2.20.0';

/** What a loaded driver of NVIDIA's shows, the last one under Windows. */
const DRIVERS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];

/** The device of an engine whose user did not choose: a GPU where there is one. */
export const defaultDevice = (): Device => (DRIVERS.some((path) => existsSync(path)) ? 'gpu' : 'cpu');

function cudaRecipe(): Recipe {
  const version = wantedVersion('cuda');
  return {
    engine: 'cuda',
    device: 'gpu',
    version,
    requirement: `onnxruntime-gpu[cuda,cudnn]==${version}`,
    wheels: /^(onnxruntime[-_.]gpu|nvidia[-_.].*)$/i,
    files:
      /^(onnxruntime\/capi\/libonnxruntime_providers_(cuda|shared)\.so|nvidia\/[^/]+\/lib\/.*|[^/]+\.dist-info\/.*)$/,
    libraries: [],
    addedBytes: 50e6,
    requirePrograms: async () => {},
    finish: addOnnxruntime,
  };
}

function tensorFlowRecipe(device: Device): Recipe {
  return {
    engine: 'tensorflow',
    device,
    version: wantedVersion('tensorflow'),
    requirement: device === 'gpu' ? `tensorflow[and-cuda]==${TENSORFLOW}` : `tensorflow-cpu==${TENSORFLOW}`,
    wheels: /^(tensorflow([-_.]cpu)?|nvidia[-_.].*)$/i,
    files: /^(tensorflow\/(lib[^/]+|include\/.*)|nvidia\/[^/]+\/lib\/.*|[^/]+\.dist-info\/.*)$/,
    libraries: ['tensorflow'],
    addedBytes: 400e6,
    alsoDownloads: `from npm: @tensorflow/tfjs-node-gpu ${wantedVersion('tensorflow')} with what it needs`,
    requirePrograms: requireCompiler,
    finish: addTensorFlowPackage,
  };
}

/** How an engine is made for a device. Throws a UsageError where there are no wheels for this machine, or none for the device. */
export function recipeFor(engine: InstallableEngine, device?: Device): Recipe {
  const machine = `${process.platform} ${process.arch}`;
  if (machine !== 'linux x64')
    throw new UsageError(
      `engine ${engine} can be installed on linux x64 only, not on ${machine}; --engine webgpu runs on GPUs of other machines`,
    );
  if (engine === 'tensorflow') return tensorFlowRecipe(device ?? defaultDevice());
  if (device === 'cpu') throw new UsageError('engine cuda runs on a GPU only; allowed: --device gpu');
  return cudaRecipe();
}
