import { describe, expect, it } from 'vitest';
import { bindingAdvice, onnxruntime, onnxruntimeVersion } from '../../../deep/engine/onnxruntime.js';

const failure = (message: string, code: string) => Object.assign(new Error(message), { code });

// The messages are those of Node 20.20 and 24.21 where the package, its binding, and the library beside it were removed.
describe('advice where onnxruntime-node cannot be loaded', () => {
  const missing = failure("Cannot find module 'onnxruntime-node'\nRequire stack:\n- x.js", 'MODULE_NOT_FOUND');
  const install = /npm install --ignore-scripts onnxruntime-node@1\.30\.0; --engine eager works without it, slowly$/;

  it('names the command that installs it', () => {
    const line = bindingAdvice({ error: missing, isInstalled: false, machine: 'linux x64' });
    expect(line).toMatch(/^onnxruntime-node is not installed: /);
    expect(line).toMatch(install);
    expect(line).not.toContain('\n');
  });
  it('tells a removed binding from one that does not load', () => {
    const removed = failure(
      "Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'",
      'MODULE_NOT_FOUND',
    );
    const line = bindingAdvice({ error: removed, isInstalled: true, machine: 'linux x64' });
    expect(line).toMatch(/^onnxruntime-node lacks its binding for linux x64: remove .*, then /);
    const broken = failure('libonnxruntime.so.1: cannot open shared object file: No such file', 'ERR_DLOPEN_FAILED');
    const other = bindingAdvice({ error: broken, isInstalled: true, machine: 'linux x64' });
    expect(other).toMatch(/glibc 2\.28 or newer, does not load \(libonnxruntime\.so\.1: cannot open/);
    expect(other).toMatch(install);
  });
  it('sends nobody to install what does not exist for the machine', () => {
    const line = bindingAdvice({ error: missing, isInstalled: true, machine: 'darwin x64' });
    expect(line).toBe('onnxruntime-node has no binding for darwin x64; --engine eager works without it, slowly');
  });
  it('is not needed here', () => {
    expect(onnxruntimeVersion()).toBe('1.30.0');
    expect(onnxruntime().InferenceSession.create).toBeTypeOf('function');
  });
});
