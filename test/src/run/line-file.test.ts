import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { LineFile } from '../../../src/run/line-file.js';
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
