import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { LineFile, readWholeLines } from '../../../src/system/line-file.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('a file of lines', () => {
  it('is there from its first line on, and says how long it is', () => {
    const path = folder.path('new');
    const lines = new LineFile(path, 0);
    expect(lines.settled()).toBe(0);
    lines.close();
    expect(existsSync(path)).toBe(false);
    lines.append('é');
    expect(lines.settled()).toBe(3);
    lines.close();
    expect(readFileSync(path, 'utf8')).toBe('é\n');
  });

  it('goes on behind the bytes that count', () => {
    const path = folder.path('old');
    writeFileSync(path, 'one\ntwo\nthr');
    const lines = new LineFile(path, 4);
    lines.append('three');
    expect(lines.settled()).toBe(10);
    lines.close();
    expect(readFileSync(path, 'utf8')).toBe('one\nthree\n');
  });
});

describe('the lines of a file', () => {
  it('are the whole ones, whatever the pieces it is read by', () => {
    const path = folder.path('lines');
    const text = fc.array(fc.constantFrom('a', 'é', '\u{1f600}', '\n', ' '), { maxLength: 30 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (characters, piece) => {
        const content = characters.join('');
        writeFileSync(path, content);
        expect([...readWholeLines(path, piece)]).toEqual(content.split('\n').slice(0, -1));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.skipIf(!existsSync('/proc/self/fd'))('leave the file closed where they are not read to the end', () => {
    const path = folder.path('few');
    writeFileSync(path, 'one\ntwo\n');
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const line of readWholeLines(path)) {
      expect(line).toBe('one');
      break;
    }
    expect(open()).toBe(before);
  });
});
