import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest as example, step } from '../../../bench/example-run.js';
import { readRecord } from '../../../src/regime/run-record.js';
import type { ElrManifest } from '../../../src/run/manifest.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import { sweepDataOf } from '../../../tui/figure/sweep-runs.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Three tensors, of which the second and third are invariant only together: shares 0.4 and 0.6. */
const manifest: ElrManifest = {
  ...example,
  status: 'failed',
  configuration: { ...configuration, steps: 40 },
  groups: ['a', 'b', 'c'],
  invariantGroups: [
    { name: 'a', tensors: ['a'] },
    { name: 'b and c', tensors: ['b', 'c'] },
  ],
};
const steps = Array.from({ length: 40 }, (_, i) =>
  step(i, {
    groups: [
      { name: 'a', share: 0.4, egn: 5, ess: 0.125 },
      { name: 'b', share: 0.2, egn: 3, ess: 0.15 },
      { name: 'c', share: 0.4, egn: 4 + i, ess: (4 + i) / 40 },
    ],
  }),
);

const directory = folder.path('run');
mkdirSync(directory);
const drawn = (count: number, large: number) => {
  writeFileSync(
    `${directory}/metrics.jsonl`,
    steps
      .slice(0, count)
      .map((each) => `${encodeStep(each)}\n`)
      .join(''),
  );
  const record = readRecord({ directory, manifest }, { large });
  return sweepDataOf([{ directory, manifest, record }], { title: '', alpha: [1], tolerance: 0.4 }).runs[0]!;
};

describe('groups in figures', () => {
  it.each([
    ['whose steps are all kept', Number.POSITIVE_INFINITY],
    ['that is read in blocks', 0],
  ])('are those that rescale together, of a run %s', (_, large) => {
    const { groups = [], measured } = drawn(40, large);
    expect(groups.map(({ name }) => name)).toEqual(['a', 'b and c']);
    expect(groups.map(({ name }) => name)).toHaveLength(measured!.shares.length);
    expect(groups[0]!.share).toEqual(Array(40).fill(0.4));
    for (const share of groups[1]!.share) expect(share).toBeCloseTo(0.6, 14);
    // g^2 = w sum g_j^2 / w_j and ess = elr g / w, by hand.
    groups[1]!.ess.forEach((ess, i) => {
      expect(ess).toBeCloseTo(0.01 * Math.sqrt((9 / 0.2 + (4 + i) ** 2 / 0.4) / 0.6), 13);
    });
  });

  it('have names before the first step', () => {
    for (const large of [0, Number.POSITIVE_INFINITY])
      expect(drawn(0, large).groups).toEqual([
        { name: 'a', share: [], ess: [] },
        { name: 'b and c', share: [], ess: [] },
      ]);
  });
});
