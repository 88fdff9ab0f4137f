import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const SMALL = ['--elr', '1e-2', '--width', '2', '--train-images', '40', '--batch', '20', '--threads', '1'];

async function keep(name: string, ...words: string[]) {
  const out = folder.path(name);
  const { code, err } = await regimes('train', ...SMALL, '--steps', '4', '--log', 'none', '--out', out, ...words);
  expect({ code, err }).toEqual({ code: 0, err: expect.any(String) });
  return { metrics: readFileSync(`${out}/metrics.jsonl`, 'utf8'), manifest: readManifest(out)! };
}

describe('a run with label noise and augmentation', () => {
  it('repeats byte for byte, says so in its manifest, and differs from the plain run and in its data', async () => {
    const words = ['--corrupt', '0.5', '--augment'];
    const [plain, one, again, noisy] = [
      await keep('plain'),
      await keep('one', ...words),
      await keep('again', ...words),
      await keep('noisy', '--corrupt', '0.5'),
    ];
    expect(again.metrics).toBe(one.metrics);
    expect(new Set([plain, one, noisy].map(({ metrics }) => metrics)).size).toBe(3);
    expect(one.manifest.configuration).toMatchObject({ corrupt: 0.5, augment: 'crop-flip' });
    expect(noisy.manifest.data.sha256).toBe(one.manifest.data.sha256);
    expect(noisy.manifest.data.sha256).not.toBe(plain.manifest.data.sha256);
    // A plain run's manifest is as it was before there were such options.
    expect(Object.keys(plain.manifest.configuration)).not.toContain('corrupt');
  });

  it.each(['0', '1.01', '-0.1', 'half'])('--corrupt %s is refused', async (share) => {
    const result = await refused('train', ...SMALL, '--corrupt', share);
    expectOneLineError(result, /corrupt.*a number greater than 0, at most 1/);
  });
});
