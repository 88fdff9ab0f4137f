import { describe, expect, it } from 'vitest';
import { refuseAbove, refuseMemory } from '../../../src/system/bounds.js';
import { explainedError } from '../../../src/system/explain-error.js';
import { UsageError } from '../../../src/system/usage-error.js';

describe('what is larger than it can be', () => {
  it('is refused in one line with the bound', () => {
    expect(() => refuseMemory('this', 2e9, 1e9)).toThrow(
      new UsageError('this needs at least 2.00 GB of memory; this machine has 1.00 GB'),
    );
    expect(() => refuseMemory('this', 1e9, 1e9)).not.toThrow();
    expect(() => refuseMemory('this', 1e18)).toThrow(UsageError);
    expect(() => refuseAbove('--depth', 101, 100)).toThrow(
      new UsageError('--depth 101 is too large; allowed: at most 100'),
    );
    expect(() => refuseAbove('--depth', 100, 100)).not.toThrow();
  });
});

describe('an error of the runtime', () => {
  it('says which file, what was wanted of it, and why not', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open '/x'"), {
      ...{ code: 'EACCES', syscall: 'open', path: '/x' },
    });
    expect(explainedError(error)).toBe('/x cannot be opened (EACCES: permission denied)');
  });

  it('says that memory was short, of the heap, of buffers and of the stack', () => {
    for (const make of [() => new Float64Array(2 ** 53 - 1), () => 'x'.repeat(2 ** 30)]) {
      let message = '';
      try {
        make();
      } catch (error) {
        message = explainedError(error);
      }
      expect(message).toMatch(/^not enough memory: this is larger than what can be held/);
    }
    const deep = (): number => 1 + deep();
    let message = '';
    try {
      deep();
    } catch (error) {
      message = explainedError(error);
    }
    expect(message).toMatch(/^not enough memory: this is nested too deeply/);
  });

  it('is a text where it is none of the runtime', () => {
    expect(explainedError(new Error('what it says'))).toBe('what it says');
    expect(explainedError('thrown text')).toBe('thrown text');
  });
});
