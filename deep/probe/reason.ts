import type { EngineName } from '../engine/names.js';

export interface ProbeEnd {
  /** Message of the error that was caught, where one was. */
  readonly failure?: string;
  readonly stderr: string;
  /** How the process ended, where it said nothing: a signal or an exit code. */
  readonly ended?: string;
}

const INSTALL_CUDA = 'regimes engine install cuda';

const NO_DEVICE = 'no NVIDIA GPU, or no driver for it';

/** onnxruntime's messages begin with the place in its source and end with what went wrong. */
const withoutPlace = (line: string): string => line.replace(/^.*? was false\. /, '').trim();

const firstLine = (text: string): string => withoutPlace(text.trim().split('\n')[0] ?? '');

function webgpuReason({ failure = '', stderr }: ProbeEnd): string | undefined {
  if (!/WebGPU adapter/.test(failure)) return undefined;
  return /Couldn't load Vulkan/.test(stderr)
    ? 'no GPU adapter: the Vulkan loader is not installed (Debian: libvulkan1), nor is a driver'
    : 'no GPU adapter: no driver for Vulkan, Metal or Direct3D 12 found';
}

function cudaReason({ failure = '', stderr }: ProbeEnd): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return 'onnxruntime-node has CUDA on Linux x64 only; webgpu runs on the same GPUs';
  }
  if (/libonnxruntime_providers_\w+\.so: cannot open/.test(stderr)) {
    return `the CUDA provider of onnxruntime-node is not installed: ${INSTALL_CUDA}`;
  }
  const library = /(lib[\w.+-]+): cannot open shared object file/.exec(stderr)?.[1];
  if (library === 'libcuda.so.1') return NO_DEVICE;
  if (library !== undefined) return `${library} is missing: ${INSTALL_CUDA} gets it`;
  if (/driver version is insufficient/i.test(failure + stderr))
    return 'the NVIDIA driver is too old for CUDA 13: version 580 or newer is needed';
  return /CUDA failure|no CUDA-capable device/i.test(failure + stderr) ? NO_DEVICE : undefined;
}

/** Why an engine does not work here, in one line. */
export function reasonOf(engine: EngineName, end: ProbeEnd): string {
  const known =
    engine === 'webgpu'
      ? webgpuReason(end)
      : engine === 'cuda' && end.ended === undefined
        ? cudaReason(end)
        : undefined;
  if (known !== undefined) return known;
  if (end.failure !== undefined) return firstLine(end.failure) || 'it failed without a message';
  return `its process ended (${end.ended})`;
}
