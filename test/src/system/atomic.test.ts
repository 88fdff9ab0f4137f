import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../../src/system/atomic.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('a file that is written at once', () => {
  it('takes the place of an older one, and leaves nothing beside it', () => {
    const path = folder.path('plain.csv');
    writeAtomically(path, 'old');
    writeAtomically(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(dirname(path))).toEqual(['plain.csv']);
  });

  it.skipIf(process.platform === 'win32')('never takes the place of a pipe or a device, but goes into it', () => {
    const pipe = folder.path('pipe.csv');
    const link = folder.path('link.csv');
    execFileSync('mkfifo', [pipe]);
    symlinkSync(pipe, link);
    // Open for both, so that neither side waits for the other.
    const reader = openSync(pipe, 'r+');
    try {
      for (const [path, text] of [
        [pipe, 'a,b'],
        [link, 'c,d'],
      ] as const) {
        writeAtomically(path, text);
        expect(lstatSync(pipe).isFIFO()).toBe(true);
        expect(lstatSync(link).isSymbolicLink()).toBe(true);
        const bytes = Buffer.alloc(10);
        expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe(text);
      }
    } finally {
      closeSync(reader);
    }
  });
});
