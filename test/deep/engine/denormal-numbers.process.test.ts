import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./denormal-numbers.js', import.meta.url));

// What onnxruntime is asked for with `set_denormal_as_zero` depends on the first session of a process and on the thread
// that computes: the same products were 0 at one call and not at the next, and numbers of JavaScript vanished, too.
describe('numbers below the normal ones', () => {
  it.each([
    ['1', 'plain'],
    ['2', 'plain'],
    ['1', 'blocked'],
    ['2', 'blocked'],
  ])('are the same at every call and in this program, %s threads, %s layout', (threads, layout) => {
    const printed = execFileSync(process.execPath, [SCRIPT, threads, layout], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({ zeros: [0, 0, 0, 0], here: [true, true, true] });
  });
});
