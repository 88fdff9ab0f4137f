import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { countLines, eachWholeLine, LineFile, wholeLines } from '../../../src/system/line-file.js';
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
        const lines: string[] = [];
        const end = eachWholeLine(path, (line) => lines.push(line), { piece });
        expect(lines).toEqual(content.split('\n').slice(0, -1));
        expect([...wholeLines(path, { to: Buffer.byteLength(content) })]).toEqual(lines);
        expect(countLines(path)).toEqual({ lines: lines.length, bytes: end });
        // What is left over is the last line, without its end.
        expect(Buffer.byteLength(content) - end).toBe(Buffer.byteLength(content.split('\n').at(-1)!));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.skipIf(!existsSync('/proc/self/fd'))('leave the file closed where they are not read to the end', () => {
    const path = folder.path('few');
    writeFileSync(path, 'one\ntwo\n');
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    const stop = (line: string): void => {
      throw new Error(line);
    };
    expect(() => eachWholeLine(path, stop)).toThrow(/^one$/);
    expect(open()).toBe(before);
  });

  it('may be longer than a piece, for whoever asks for one after another', () => {
    const path = folder.path('pieces');
    const texts = [3, 2 ** 20, 5, 3 * 2 ** 20, 0, 1].map((length, i) => String(i).repeat(length));
    writeFileSync(path, `${texts.join('\n')}\nunfinished`);
    const size = texts.reduce((sum, { length }) => sum + length + 1, 0);
    expect([...wholeLines(path, { to: size + 10 })].every((line, i) => line === texts[i])).toBe(true);
    expect([...wholeLines(path, { to: size })].length).toBe(6);
    // Of the lines that end before a place.
    expect([...wholeLines(path, { to: size - 2 })].length).toBe(5);
    expect(countLines(path)).toEqual({ lines: 6, bytes: size });
  });

  it('are not longer than 16 MiB', () => {
    const path = folder.path('long');
    writeFileSync(path, Buffer.alloc(2 ** 24 + 1, 'a'));
    expect(() => eachWholeLine(path, () => {})).toThrow('a line is longer than 16777216 bytes');
  });
});
