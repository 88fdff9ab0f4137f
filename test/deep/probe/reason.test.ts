import { describe, expect, it } from 'vitest';
import { adapterFrom } from '../../../deep/probe/adapter.js';
import { reasonOf } from '../../../deep/probe/reason.js';

/** As onnxruntime 1.30 and its Vulkan backend wrote them. */
const NO_ADAPTER =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize' +
  '(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success' +
  ' was false. Failed to get a WebGPU adapter: No supported adapters\n';
const NO_LOADER =
  "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory\n";
const NO_CUDA = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';

describe('why an engine does not work', () => {
  it('names what is missing for webgpu', () => {
    expect(reasonOf('webgpu', { failure: NO_ADAPTER, stderr: NO_LOADER })).toMatch(/^no GPU adapter: .*loader/);
    expect(reasonOf('webgpu', { failure: NO_ADAPTER, stderr: '' })).toMatch(/^no GPU adapter: no driver/);
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('names what is missing for cuda', () => {
    const cannotOpen = (file: string) =>
      `[E:onnxruntime] /somewhere/${file}: cannot open shared object file: No such file`;
    const reason = (stderr: string) => reasonOf('cuda', { failure: NO_CUDA, stderr });
    expect(reason(cannotOpen('libonnxruntime_providers_shared.so'))).toMatch(
      /not installed: regimes engine install cuda$/,
    );
    expect(reason(cannotOpen('libcudnn.so.9'))).toMatch(/^libcudnn.so.9 is missing/);
    expect(reason(cannotOpen('libcuda.so.1'))).toMatch(/^no NVIDIA GPU, or no driver/);
    expect(reason('CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version')).toMatch(
      /580 or newer/,
    );
    expect(reason('CUDA failure 100: no CUDA-capable device is detected')).toMatch(/^no NVIDIA GPU/);
  });

  it('is one line otherwise, also of a process that died', () => {
    expect(reasonOf('tensorflow', { failure: 'first\nsecond', stderr: '' })).toBe('first');
    expect(reasonOf('webgpu', { ended: 'SIGSEGV', stderr: 'noise' })).toBe('its process ended (SIGSEGV)');
    expect(reasonOf('cuda', { ended: 'no answer within 60 s', stderr: '' })).toBe(
      'its process ended (no answer within 60 s)',
    );
  });
});

describe('the adapter', () => {
  const chosen = (name: string) =>
    adapterFrom(`[Vulkan Loader] DRIVER: Using "${name}" with driver: "/usr/lib/x.so"\n`);

  it('is what the Vulkan loader says it is, in software or not', () => {
    expect(chosen('SwiftShader Device (Subzero)')).toEqual({ name: 'SwiftShader Device (Subzero)', software: true });
    expect(chosen('llvmpipe (LLVM 15.0.6, 256 bits)')).toMatchObject({ software: true });
    expect(chosen('NVIDIA GeForce RTX 3060')).toEqual({ name: 'NVIDIA GeForce RTX 3060', software: false });
    expect(adapterFrom('nothing of the kind')).toBeUndefined();
  });
});
