import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import { annealRun } from '../../../deep/study/anneal-run.js';
import { lengthenRuns } from '../../../deep/study/lengthen.js';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import { runStudy } from '../../../deep/study/run-study.js';
import type { SweepSpec } from '../../../deep/study/spec.js';
import { readAnnealing } from '../../../src/run/annealing-record.js';
import { readSteps } from '../../../src/run/read-steps.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { isFinished, readSweepPlan } from '../../../src/sweep/directory.js';
import { extendSweep } from '../../../src/sweep/extend-sweep.js';
import { refinedRuns, sweepGroups } from '../../../src/sweep/groups.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** An epoch has four steps, so that ten end inside one. */
const base = { width: 1, trainImages: 32, batch: 8, seed: 3 } as const;
const plan = (steps: number, more: SweepSpec['base'] = { measure: 'none' }, elr = [0.01, 0.02]) =>
  planSweep({ base: { ...base, ...more, steps }, vary: { elr } });

const RUN = 'elr-1e-2';
const bytes = (directory: string, file: string): Buffer => readFileSync(join(directory, RUN, file));

describe('lengthening', () => {
  it('leaves the steps and weights of a run that was that long from the start, through an interruption too', async () => {
    const [short, long] = [folder.path('short'), folder.path('long')];
    await runStudy(await plan(10), { directory: short, workers: 1 });
    await runStudy(await plan(25), { directory: long, workers: 1 });
    const lengthened = lengthenRuns(short, [RUN], { factor: 2.5 });
    expect(lengthened.map(({ configuration, lengthenedFrom }) => [configuration.steps, lengthenedFrom])).toEqual([
      [25, 10],
    ]);
    const stop = new AbortController();
    const stopped = recordRun(prepareRun(lengthened[0]!.configuration), join(short, RUN), {
      ...{ resume: true, signal: stop.signal },
      onStep: ({ step }) => step === 13 && stop.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(readManifest(join(short, RUN))).toMatchObject({ status: 'running', outcome: null });
    expect(readSteps(join(short, RUN))).toHaveLength(14);
    await runStudy(readSweepPlan(short), { directory: short, workers: 1 });
    for (const file of ['metrics.jsonl', 'weights.safetensors']) {
      expect(bytes(short, file).equals(bytes(long, file))).toBe(true);
    }
    expect(readManifest(join(short, RUN))).toMatchObject({ status: 'finished', configuration: { steps: 25 } });
    expect(existsSync(join(short, RUN, 'checkpoint-10.safetensors'))).toBe(false);
    // The other run is as it was.
    expect(readManifest(join(short, 'elr-2e-2'))!.configuration.steps).toBe(10);
  });

  it('leaves the sweep what it was: the same command goes on with it, and runs added later have the steps asked for', async () => {
    const directory = folder.path('same');
    const asked = await plan(6, { measure: 'none' }, [0.01]);
    await runStudy(asked, { directory, workers: 1 });
    lengthenRuns(directory, [RUN]);
    // The plan as it was before takes the longer run to its end.
    await runStudy(asked, { directory, workers: 1 });
    const [run] = readSweepPlan(directory).runs;
    expect(run).toMatchObject({ lengthenedFrom: 6, configuration: { steps: 12 } });
    expect(isFinished(directory, run!)).toBe(true);
    const [group] = sweepGroups(readSweepPlan(directory).runs);
    expect(refinedRuns(group!, 0.5)[0]!.configuration.steps).toBe(6);
    expect(extendSweep(directory, await plan(6, { measure: 'none' }, [0.01, 0.3])).runs).toHaveLength(2);
    await expect(async () => extendSweep(directory, await plan(7, { measure: 'none' }, [0.01]))).rejects.toThrow(
      'steps 6, not 7',
    );
    // A second time: from where it is now.
    expect(lengthenRuns(directory, [RUN])[0]).toMatchObject({ lengthenedFrom: 6, configuration: { steps: 24 } });
  });

  it('keeps a measurement at the first end, and otherwise those of a run that was that long; removes what was kept about its last weights', async () => {
    const [short, long] = [folder.path('measured'), folder.path('measured-long')];
    const measure = { count: 1, unit: 'epochs' } as const;
    await runStudy(await plan(8, { measure }, [0.01]), { directory: short, workers: 1 });
    await runStudy(await plan(16, { measure }, [0.01]), { directory: long, workers: 1 });
    writeFileSync(join(short, RUN, 'curvature.json'), '{}');
    lengthenRuns(short, [RUN]);
    await runStudy(readSweepPlan(short), { directory: short, workers: 1 });
    expect(bytes(short, 'measurements.jsonl').equals(bytes(long, 'measurements.jsonl'))).toBe(true);
    expect(existsSync(join(short, RUN, 'curvature.json'))).toBe(false);
  });

  it('refuses what would be another run than a longer one, and what is not finished', async () => {
    const refused = async (name: string, more: SweepSpec['base'], message: string): Promise<void> => {
      const directory = folder.path(name);
      await runStudy(await plan(6, more, [0.01]), { directory, workers: 1 });
      const before = readFileSync(join(directory, 'sweep.json'), 'utf8');
      expect(() => lengthenRuns(directory, [RUN])).toThrow(message);
      expect(readFileSync(join(directory, 'sweep.json'), 'utf8')).toBe(before);
    };
    await refused('momentum', { measure: 'none', momentum: 0.9 }, 'momentum 0.9: a finished run does not keep');
    await refused('cosine', { measure: 'none', schedule: 'cosine' }, 'schedule cosine');
    await refused('measured-inside', {}, 'its 6 steps do not end with an epoch of 4');
    const unfinished = folder.path('unfinished');
    extendSweep(unfinished, await plan(6));
    expect(() => lengthenRuns(unfinished, [RUN])).toThrow('is not finished');
    expect(() => lengthenRuns(unfinished, ['elr-5'])).toThrow('has no run elr-5');
  });
});

describe('annealing a run of a sweep', () => {
  it('goes on from its last weights, keeps with the run what that lost, and trains once', async () => {
    const directory = folder.path('annealed');
    await runStudy(await plan(12), { directory, workers: 1 });
    const run = readSweepPlan(directory).runs[0]!;
    const lost = await annealRun(directory, run, { annealSteps: 6 });
    const kept = readAnnealing(join(directory, RUN))!;
    expect(kept).toMatchObject({ steps: 12, annealSteps: 6, factor: 1e-3, lost: lost.lost });
    // Means by hand: the last quarter of twelve steps before, the last epoch of four after.
    const before = [...readSteps(join(directory, RUN)).columns.loss].slice(-3);
    const annealed = `${directory}-annealed-after-12`;
    const { folder: name } = readSweepPlan(annealed).runs[0]!;
    const after = [...readSteps(join(annealed, name)).columns.loss];
    // Six steps end in the second epoch; one more epoch measures.
    expect(after).toHaveLength(12);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(lost.loss.value).toBeCloseTo(mean(before), 12);
    expect(lost.annealed.value).toBeCloseTo(mean(after.slice(-4)), 12);
    const first = readManifest(join(annealed, name))!.created;
    await annealRun(directory, run, { annealSteps: 6 });
    expect(readManifest(join(annealed, name))!.created).toBe(first);
    await expect(annealRun(directory, { ...run, folder: 'elr-9' })).rejects.toThrow('elr-9 is not finished');
  });
});
