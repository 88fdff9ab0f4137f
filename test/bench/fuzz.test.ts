import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../bench/example-run.js';
import { isLabelText, isSvhn } from '../../bench/fuzz/data-oracles.js';
import { type FuzzFailure, fuzz } from '../../bench/fuzz/fuzz.js';
import { areSteps, isBuiltAs, isTiled } from '../../bench/fuzz/oracles.js';
import { encodeStep } from '../../src/run/run-writer.js';
import { encodeSafetensors } from '../../src/system/safetensors.js';
import { temporaryFolder } from '../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** docs/reliability.md has the counts of 20,000, which `npm run fuzz` tries. */
const COUNT = 1800;

describe('files that were changed at random', () => {
  it('are refused in one line or rightly taken, by every reader', () => {
    mkdirSync(folder.path('fuzz'));
    const { counts, failures } = fuzz(folder.path('fuzz'), { count: COUNT, seed: 7 });
    const lines = failures.map(
      ({ kind, target, seed, message }: FuzzFailure) => `${kind} ${target} ${seed} ${message}`,
    );
    expect(lines).toEqual([]);
    const all = [...counts.values()];
    expect(all.reduce((sum, { tried }) => sum + tried, 0)).toBe(COUNT);
    // Every reader was tried with files that it refuses: the changes are no empty ones.
    expect(all.every(({ tried, refused }) => refused > tried / 3)).toBe(true);
  }, 240_000);
});

describe('the second opinion', () => {
  const lines = (...steps: string[]): Buffer => Buffer.from(steps.map((line) => `${line}\n`).join(''));

  it('takes steps in order, and none that are wrong', () => {
    const [first, second] = [encodeStep(step(0)), encodeStep(step(1))];
    expect(areSteps(lines(first, second))).toBe(true);
    for (const wrong of [[second], [first, first], [first, 'null'], [first, second.replace('0.5', '2')]])
      expect(areSteps(lines(...wrong))).toBe(false);
  });

  it('takes records of the same fields', () => {
    expect(isBuiltAs({ a: [1, 'NaN'], b: null }, { a: [2], b: 'x' })).toBe(true);
    for (const wrong of [{ a: 1 }, { a: ['x'], b: 'x' }, { a: [1], b: 'x', c: 1 }, 5, []])
      expect(isBuiltAs(wrong, { a: [2], b: 'x' })).toBe(false);
  });

  it('takes label files of a class number a line', () => {
    expect(isLabelText(Buffer.from(' 3\r\n07\n\n'), 2, 10)).toBe(true);
    for (const wrong of ['3\n10\n', '3\n', '3\n-1\n', '3\n1.0\n', '3\n\n7\n', '3\n\x007\n'])
      expect(isLabelText(Buffer.from(wrong), 2, 10)).toBe(false);
  });

  it('takes house numbers as SciPy writes them, and none that are wrong', () => {
    const bytes = readFileSync(new URL('../fixtures/mat/test_32x32.mat', import.meta.url));
    expect(isSvhn(bytes)).toBe(true);
    const changed = (change: (copy: Buffer) => unknown): Buffer => {
      const copy = Buffer.from(bytes);
      change(copy);
      return copy;
    };
    // The class of the last image, a double at the end; the rank of the images, in the tag of their shape.
    expect(isSvhn(changed((copy) => copy.writeDoubleLE(11, bytes.length - 8)))).toBe(false);
    expect(isSvhn(changed((copy) => copy.writeUInt32LE(12, 156)))).toBe(false);
    expect(isSvhn(Buffer.concat([bytes, bytes.subarray(128)]))).toBe(false);
    for (const wrong of [Buffer.concat([bytes, Buffer.alloc(4)]), bytes.subarray(0, bytes.length - 8)])
      expect(() => isSvhn(wrong)).toThrow();
  });

  it('takes tensors that fill their file', () => {
    const bytes = Buffer.from(encodeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]])));
    expect(isTiled(bytes)).toBe(true);
    expect(isTiled(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe(false);
    expect(isTiled(bytes.subarray(0, bytes.length - 1))).toBe(false);
  });
});
