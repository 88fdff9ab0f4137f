import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/text/progress.js';

/** What a progress line writes to a stream of a number of columns; to one that is no terminal without them. */
function written(columns: number | undefined, label: string, done = 3): string {
  const pieces: string[] = [];
  const stream = { isTTY: columns !== undefined, columns, write: (piece: string) => pieces.push(piece) > 0 };
  new Progress(stream as unknown as NodeJS.WriteStream).update(done, 4, label);
  return pieces.join('');
}

describe('the progress line of a terminal', () => {
  it('takes the place of the one before and is shorter than the terminal is wide, or it would wrap and pile up', () => {
    for (const columns of [20, 40, 60, 80, 200]) {
      const line = written(columns, '3 of 12 runs').replace('\r\x1b[K', '');
      expect([...line].every((char) => char >= ' ')).toBe(true);
      expect(line.length, `${columns} columns`).toBeLessThan(columns);
      expect(line).toContain('75%');
    }
  });

  it('shortens its bar, then leaves it out, then cuts the rest', () => {
    // By hand: 26 of the bar, 4 of the per cent, 12 of the label, 15 of the time, 1 + 2 + 2 between them are 62.
    const text = '75%  3 of 12 runs  estimating time';
    expect(written(63, '3 of 12 runs')).toBe(`\r\x1b[K[${'#'.repeat(18)}${'.'.repeat(6)}]  ${text}`);
    expect(written(62, '3 of 12 runs')).toBe(`\r\x1b[K[${'#'.repeat(6)}..]  ${text}`);
    expect(written(46, '3 of 12 runs')).toBe(`\r\x1b[K${text}`);
    expect(written(30, '3 of 12 runs')).toBe('\r\x1b[K75%  3 of 12 runs …');
  });

  it('is silent at first where there is no terminal', () => {
    expect(written(undefined, '3 of 12 runs')).toBe('');
  });
});
