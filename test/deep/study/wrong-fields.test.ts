import { expect, it } from 'vitest';
import { describeRun } from '../../../deep/study/describe-run.js';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import type { RunSpec, SweepSpec } from '../../../deep/study/spec.js';
import { elrRate } from '../../../src/run/rate.js';
import { UsageError } from '../../../src/system/usage-error.js';

const SPEC: RunSpec = { rate: elrRate(1e-3), width: 2, trainImages: 100, batch: 10, steps: 20, threads: 1 };

/** What a program without types may give. */
const described = (fields: object) => describeRun({ ...SPEC, ...fields } as RunSpec);

it('describes a run with cadences and usual numbers', async () => {
  const cadences = { measure: { count: 2, unit: 'epochs' }, keep: { count: 5, unit: 'steps' } };
  expect(await described({ ...cadences, average: { part: 0.5 } })).toMatchObject({
    observation: { measure: { start: true, every: 20 }, keep: 5, average: 10 },
  });
});

const CADENCE = "is not a number of steps or epochs; allowed: like { count: 100, unit: 'steps' }";
const RATE = "a run needs a rate; allowed: { kind: 'elr', value } or { kind: 'lr', value }";

// Most of these would be trained, and then the manifest could not be read, or the field would have no effect.
it.each([
  [{ measure: 100 }, `measure 100 ${CADENCE}`],
  [{ keep: { count: 0, unit: 'steps' } }, `keep {"count":0,"unit":"steps"} ${CADENCE}`],
  [{ keep: { count: 2, unit: 'passes' } }, `keep {"count":2,"unit":"passes"} ${CADENCE}`],
  [{ schedule: 'step', milestones: [100] }, `milestones 100 ${CADENCE}`],
  [{ schedule: 'falling' }, 'unknown schedule falling; allowed: constant, cosine, linear, step'],
  [{ average: 0.5 }, 'average 0.5 says not of what; allowed: like { part: 0.5 } or { epoch: 30 }'],
  [{ model: 'resnet' }, 'unknown model resnet; allowed: convnet, convnet-affine, resnet18, resnet18-affine, vit'],
  [{ engine: 'gpu' }, 'unknown engine gpu; allowed: cpu, webgpu, cuda, tensorflow, eager, auto'],
  [{ width: 2.5 }, 'width of the run is not allowed: expected int, received number'],
  [{ seed: -1 }, 'seed of the run is not allowed: expected number to be >=0'],
  [{ steps: Number.NaN }, 'steps of the run is not allowed: expected number, received NaN'],
  [{ order: 'random' }, 'order of the run is not allowed: expected one of "shuffled"|"sequential"'],
  [{ momentum: 2 }, 'training.momentum of the run is not allowed: expected number to be <1'],
  [{ sampling: 'x' }, 'unknown sampling x; allowed: with, without'],
  [{ normalisation: 'mine' }, 'unknown normalisation mine; allowed: own, official'],
  [{ init: 5 }, 'init 5; allowed: a text'],
  [{ labels: 3 }, 'labels 3; allowed: a text'],
  [{ data: ['a'] }, 'data ["a"]; allowed: a text'],
  [{ augment: 'no' }, 'augment "no"; allowed: true or false'],
  [{ balanced: 0 }, 'balanced 0; allowed: true or false'],
  [{ steps: '20' }, 'steps "20"; allowed: a number'],
  [{ measure: null }, 'measure null; allowed: left out, or what `RunSpec` says of it'],
  [{ keep: null }, 'keep null; allowed: left out, or what `RunSpec` says of it'],
  [{ average: null }, 'average null; allowed: left out, or what `RunSpec` says of it'],
  [{ rate: undefined }, RATE],
  [{ rate: 0.1 }, RATE],
])('refuses %j in one line that says what is allowed', async (fields, message) => {
  await expect(described(fields)).rejects.toThrow(new UsageError(message));
});

it('refuses fields that no run has, and names those that it has', async () => {
  await expect(described({ trainimages: 400 })).rejects.toThrow(
    /^a run has no field trainimages; allowed: rate, .*trainIm/,
  );
  const sweep = (vary: object) => planSweep({ base: { steps: 20 }, vary } as SweepSpec);
  await expect(sweep({ elr: [0.1], widht: [1, 2] })).rejects.toThrow(/^a run has no field widht; allowed: rate, model/);
  await expect(planSweep({ vary: { elr: [0.1] }, epochs: 3 } as SweepSpec)).rejects.toThrow(
    new UsageError('a sweep has no field epochs; allowed: base, vary, texts; what its runs share goes into base'),
  );
  await expect(sweep({ elr: [0.1], seed: undefined })).rejects.toThrow(
    new UsageError('seed varies over a list; allowed: like [1, 2]'),
  );
  await expect(sweep({ elr: 0.1 })).rejects.toThrow(new UsageError('elr varies over a list; allowed: like [0.1]'));
});
