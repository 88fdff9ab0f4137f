import { existsSync } from 'node:fs';
import { UsageError } from '../../../src/system/usage-error.js';
import { wantedVersion } from '../installed/find.js';
import type { Device, InstallableEngine } from '../names.js';
import { CUDA_WHEELS, TENSORFLOW_CPU_WHEELS, TENSORFLOW_GPU_WHEELS } from './locks.js';
import { addOnnxruntime } from './onnxruntime-copy.js';
import type { Recipe } from './recipe.js';
import { addTensorFlowPackage, requireCompiler } from './tensorflow-package.js';

/** What a loaded driver of NVIDIA's shows, the last one under Windows. */
const DRIVERS = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];

/** The device of an engine whose user did not choose: a GPU where there is one. */
const defaultDevice = (): Device => (DRIVERS.some((path) => existsSync(path)) ? 'gpu' : 'cpu');

const THIS_MACHINE = `${process.platform} ${process.arch}`;

function cudaRecipe(): Recipe {
  const version = wantedVersion('cuda');
  return {
    engine: 'cuda',
    device: 'gpu',
    version,
    wheels: CUDA_WHEELS,
    files:
      /^(onnxruntime\/capi\/libonnxruntime_providers_(cuda|shared)\.so|nvidia\/[^/]+\/lib\/.*|[^/]+\.dist-info\/.*)$/,
    libraries: [],
    unpackedBytes: 2.9e9,
    requirePrograms: async () => {},
    finish: addOnnxruntime,
  };
}

function tensorFlowRecipe(device: Device): Recipe {
  return {
    engine: 'tensorflow',
    device,
    version: wantedVersion('tensorflow'),
    wheels: device === 'gpu' ? TENSORFLOW_GPU_WHEELS : TENSORFLOW_CPU_WHEELS,
    files: /^(tensorflow\/(lib[^/]+|include\/.*)|nvidia\/[^/]+\/lib\/.*|[^/]+\.dist-info\/.*)$/,
    libraries: ['tensorflow'],
    unpackedBytes: device === 'gpu' ? 7.5e9 : 1.7e9,
    alsoDownloads: `from npm: @tensorflow/tfjs-node-gpu ${wantedVersion('tensorflow')} with what it needs`,
    requirePrograms: requireCompiler,
    finish: addTensorFlowPackage,
  };
}

/** How an engine is made for a device. Throws a UsageError where there are no wheels for this machine, or none for the device. */
export function recipeFor(engine: InstallableEngine, device?: Device, machine = THIS_MACHINE): Recipe {
  if (machine !== 'linux x64')
    throw new UsageError(
      `engine ${engine} can be installed on linux x64 only, not on ${machine}; --engine webgpu runs on GPUs of other machines`,
    );
  if (engine === 'tensorflow') return tensorFlowRecipe(device ?? defaultDevice());
  if (device === 'cpu') throw new UsageError('engine cuda runs on a GPU only; allowed: --device gpu');
  return cudaRecipe();
}
