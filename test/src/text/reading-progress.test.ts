import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { fileChecksum } from '../../../src/system/file-checksum.js';
import { eachWholeLine } from '../../../src/system/line-file.js';
import { listenToReading } from '../../../src/system/reading.js';
import { showReading } from '../../../src/text/reading-progress.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const path = folder.path('lines');
writeFileSync(path, '0123456789\n'.repeat(1000));

/** What is printed while a file is read in pieces of a hundred bytes. */
function printed(options: { large?: number; patience?: number }, isTTY: boolean, read = () => eachLine()): string {
  let text = '';
  const stream = { isTTY, write: (piece: string) => (text += piece) } as unknown as NodeJS.WriteStream;
  const giveBack = listenToReading(showReading({ stream, ...options }));
  try {
    read();
  } finally {
    giveBack();
  }
  return text;
}
const eachLine = (): unknown => eachWholeLine(path, () => {}, { piece: 100 });

it('shows how far a large file has come, and leaves the line in a terminal', () => {
  const text = printed({ large: 1000, patience: 0 }, true);
  expect(text).toContain(`50%  reading ${path}, 0 MB`);
  expect(text.endsWith('\r\x1b[K')).toBe(true);
  // One line elsewhere, and no more within fifteen seconds.
  expect(printed({ large: 1000, patience: 0 }, false).trim().split('\n').length).toBe(1);
  expect(printed({ large: 1000, patience: 0 }, false, () => fileChecksum(path))).toContain(`reading ${path}`);
});

it('is silent about small files, quick ones, and where nobody listens', () => {
  expect(printed({ large: 20_000, patience: 0 }, true)).toBe('');
  expect(printed({ large: 1000, patience: 60 }, true)).toBe('');
  expect(
    printed({ large: 1000, patience: 0 }, true, () => {
      const giveBack = listenToReading(undefined);
      eachLine();
      giveBack();
    }),
  ).toBe('');
});
