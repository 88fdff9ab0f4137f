import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomSource } from '../src/numerics/random.js';

const RECORD = 1 + 3 * 32 * 32;

/** A CIFAR-10 folder of random images, `perFile` in each of the six files; image i has label i modulo 10. */
export function writeCifar(directory: string, perFile: number): string {
  mkdirSync(directory, { recursive: true });
  const random = randomSource(11);
  const names = [...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), 'test_batch.bin'];
  for (const [file, name] of names.entries()) {
    const bytes = new Uint8Array(perFile * RECORD);
    for (let i = 0; i < perFile; i += 1) {
      const record = bytes.subarray(i * RECORD, (i + 1) * RECORD);
      for (let j = 1; j < RECORD; j += 1) record[j] = random.below(256);
      record[0] = (file * perFile + i) % 10;
    }
    writeFileSync(join(directory, name), bytes);
  }
  return directory;
}
