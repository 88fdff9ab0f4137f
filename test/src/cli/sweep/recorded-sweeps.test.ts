import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { planSweep } from '../../../../deep/study/plan-sweep.js';
import type { SweepSpec } from '../../../../deep/study/spec.js';
import { sweepCommand } from '../../../../src/cli/sweep/sweep.js';
import { sweepSpecOf } from '../../../../src/cli/sweep/sweep-spec.js';
import { elrOf } from '../../../../src/run/rate.js';
import { readSweepPlan } from '../../../../src/sweep/directory.js';
import { extendSweep } from '../../../../src/sweep/extend-sweep.js';
import { RATES_AND_SEED, refinedRuns } from '../../../../src/sweep/groups.js';
import { groupsOnDisk } from '../../../../src/sweep/groups-on-disk.js';
import { temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A sweep.json as version 0.1.0 wrote it when plans were made by the command line. */
const recorded = (name: string): string => readFileSync(`test/fixtures/recorded/sweep-${name}.json`, 'utf8');
const written = (name: string): string => readFileSync(folder.path(name, 'sweep.json'), 'utf8');

/** The sweep that a command line asks for. */
function specOf(words: string): SweepSpec {
  let spec: SweepSpec | undefined;
  const command = sweepCommand().action((options, own) => {
    spec = sweepSpecOf(options, own);
  });
  command.parse(words.split(' '), { from: 'user' });
  return spec!;
}

describe('sweep.json is that of the earlier program, byte by byte', () => {
  it.each([
    ['batch', '--elr 1e-3,1e-2 --batch 10,20 --epochs 2e0'],
    [
      'schedules',
      '--elr 1e-4:1e-2:3 --schedule constant,cosine,linear --batch 20 --steps 2 --measure 1 --keep 1 --average 0',
    ],
    [
      'milestones',
      '--lr 0.1 --schedule step --milestones 1,1e/3 --batch 20,40 --epochs 2 --momentum 0.9 --weight-decay 1e-3',
    ],
    [
      'seeds',
      '--elr 1e-3 --seed 3,1,2 --batch 20 --steps 2 --span 0:0.5 --schedule linear --checkpoint-every 1e --augment --corrupt 0.2 --depth 3',
    ],
    ['refine-before', '--elr 3e-3,1 --seed 1,2 --batch 20 --steps 60'],
    ['span', '--elr 1e-3 --span 0:1,0.25:.5 --schedule cosine --batch 20 --train-images 40,60'],
  ])('%s: sweep %s', async (name, words) => {
    const own = words.includes('--train-images') ? '' : '--train-images 40 ';
    // Short runs were not measured then where nobody said.
    const measured = words.includes('--measure') ? '' : '--measure none ';
    const plan = await planSweep(specOf(`--width 1 ${measured}${own}${words} --out ${folder.path(name)}`));
    extendSweep(folder.path(name), plan);
    expect(written(name)).toBe(recorded(name));
  });

  it('and is continued by the command that began it, which did not say whether to measure', async () => {
    const directory = folder.path('continued');
    mkdirSync(directory);
    writeFileSync(`${directory}/sweep.json`, recorded('batch'));
    const words = `--width 1 --train-images 40 --elr 1e-3,1e-2 --batch 10,20 --epochs 2e0 --out ${directory}`;
    extendSweep(directory, await planSweep(specOf(words)));
    expect(written('continued')).toBe(recorded('batch'));
    const measured = await planSweep(specOf(`${words} --measure 1e`));
    expect(() => extendSweep(directory, measured)).toThrow(/observation not given/);
  });

  it('where runs were added about a threshold', () => {
    const directory = folder.path('refine');
    mkdirSync(directory);
    writeFileSync(`${directory}/sweep.json`, recorded('refine-before'));
    const before = readSweepPlan(directory);
    const after = JSON.parse(recorded('refine')) as { runs: { varied: { elr: number }; refined?: true }[] };
    const elrs = new Set(after.runs.filter(({ refined }) => refined).map(({ varied }) => varied.elr));
    expect([before.runs.map(({ configuration }) => elrOf(configuration)), elrs.size]).toEqual([[3e-3, 1, 3e-3, 1], 2]);
    for (const elr of elrs) {
      const [group] = groupsOnDisk(directory, [], RATES_AND_SEED);
      extendSweep(directory, { ...before, runs: refinedRuns(group!, elr) });
    }
    expect(written('refine')).toBe(recorded('refine'));
  });
});
