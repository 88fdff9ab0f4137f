import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { regimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const out = folder.path('sweep');
const SWEEP = 'sweep --width 1 --steps 3 --batch 16 --train-images 16 --elr 1e-3,1e-2 --workers 1'.split(' ');
const sweep = (...more: string[]) => regimes(...SWEEP, '--out', out, ...more);
const contents = () =>
  ['elr-1e-3', 'elr-1e-2'].flatMap((run) =>
    ['metrics.jsonl', 'weights.safetensors'].map((file) => readFileSync(`${out}/${run}/${file}`, 'latin1')),
  );

describe('regimes sweep with a damaged run', () => {
  it('names it and leaves it as it is, then redoes it on request, to the same bytes', async () => {
    expect((await sweep()).code).toBe(0);
    const before = contents();
    const metrics = `${out}/elr-1e-3/metrics.jsonl`;
    writeFileSync(metrics, `${readFileSync(metrics, 'utf8').split('\n')[0]}\n`);
    rmSync(`${out}/elr-1e-3/weights.safetensors`);
    const refused = await sweep();
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(
      /ELR 0\.001 failed: \S+elr-1e-3 is damaged: metrics\.jsonl has 1 of 3 steps; remove its folder or use regimes sweep --redo-damaged/,
    );
    expect(readFileSync(metrics, 'utf8').trim().split('\n')).toHaveLength(1);
    expect((await sweep('--redo-damaged')).code).toBe(0);
    expect(contents()).toEqual(before);
    writeFileSync(`${out}/elr-1e-3/manifest.json`, '{');
    expect((await sweep()).code).toBe(1);
    expect((await sweep('--redo-damaged')).code).toBe(0);
    expect(contents()).toEqual(before);
  }, 120_000);
});
