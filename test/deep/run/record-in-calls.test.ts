import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import { prepareRun } from '../../../deep/run/prepare.js';
import { type RecordOptions, recordRun } from '../../../deep/run/record.js';
import { describeRun } from '../../../deep/study/describe-run.js';
import type { RunSpec } from '../../../deep/study/spec.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

// Five batches an epoch. Weights are kept and measured, and checkpoints written, amid epochs.
const SPEC: RunSpec = {
  ...{ model: 'convnet-affine', width: 2, trainImages: 40, batch: 8, threads: 1, seed: 2 },
  ...{ rate: { kind: 'lr', value: 0.05 }, momentum: 0.9, weightDecay: 1e-3 },
  ...{ keep: { count: 3, unit: 'steps' }, average: { part: 0.5 } },
};

/** Steps of a call as long as epochs allow. */
const inCalls: RecordOptions = { stepEngine: () => new CompiledEngine({ threads: 1, stepsPerCall: 16 }) };

/** Records a run; the message of what ended it, if it failed. */
async function record(name: string, spec: RunSpec, options: RecordOptions): Promise<string | undefined> {
  const run = prepareRun(await describeRun(spec));
  return recordRun(run, folder.path(name), options).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** The files of a run, byte by byte; of the manifest, how it ended. */
function filesOf(name: string): Record<string, string> {
  const contents = readdirSync(folder.path(name)).map((file) => {
    const text = readFileSync(join(folder.path(name), file), 'latin1');
    return [file, file === 'manifest.json' ? text.replace(/"(created|seconds|sha256)": [^\n]*/g, '') : text];
  });
  return Object.fromEntries(contents);
}

it('a run in calls of several steps leaves the files of one in single steps, also where it is stopped amid a call', async () => {
  const spec = { ...SPEC, steps: 13 };
  expect(await record('one', spec, {})).toBeUndefined();
  expect(Object.keys(filesOf('one'))).toContain('weights-12.safetensors');
  expect(await record('calls', spec, inCalls)).toBeUndefined();
  expect(filesOf('calls')).toEqual(filesOf('one'));

  const abort = new AbortController();
  const stopAt = ({ step }: { readonly step: number }): void => {
    if (step === 6) abort.abort(new Error('stopped'));
  };
  const stopped = { ...inCalls, checkpointEvery: 4, signal: abort.signal, onStep: stopAt };
  expect(await record('stopped', spec, stopped)).toBe('stopped');
  const taken: number[] = [];
  const onStep = ({ step }: { readonly step: number }) => taken.push(step);
  expect(await record('stopped', spec, { ...inCalls, resume: true, onStep })).toBeUndefined();
  expect(taken[0]).toBe(7);
  expect(filesOf('stopped')).toEqual(filesOf('one'));
});

it('a run whose numbers are none any more ends at the same step, amid a call', async () => {
  const spec = { ...SPEC, rate: { kind: 'lr', value: 1e30 }, steps: 10 } as const;
  const failures = [await record('one-diverged', spec, {}), await record('calls-diverged', spec, inCalls)];
  expect(failures[0]).toMatch(/not finite at step [1-3]$/);
  expect(failures[1]).toBe(failures[0]);
  expect(filesOf('calls-diverged')).toEqual(filesOf('one-diverged'));
});
