import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { describeRun } from '../../../deep/study/describe-run.js';
import type { RunSpec } from '../../../deep/study/spec.js';
import { manifestText, parseManifest } from '../../../src/run/manifest-text.js';
import { elrOf, elrRate, type Rate } from '../../../src/run/rate.js';
import { RunConfigurationSchema, storedConfiguration } from '../../../src/run/stored-configuration.js';

/** Manifests as version 0.1.0 wrote them when a configuration had two fields for the rate in memory too. */
const recorded = (name: string): string => readFileSync(`test/fixtures/recorded/manifest-${name}.json`, 'utf8');

const COMMON = { trainImages: 40, batch: 16, steps: 5, seed: 3, threads: 1 };
const FULL_SPACE: RunSpec = {
  ...COMMON,
  width: 4,
  rate: { kind: 'lr', value: 0.1 },
  momentum: 0.9,
  weightDecay: 0.01,
  schedule: 'cosine',
};
const SCHEDULE: RunSpec = {
  ...{ width: 1, trainImages: 40, batch: 20, steps: 2, seed: 3, threads: 1, augment: true, corrupt: 0.2, depth: 3 },
  ...{ rate: elrRate(1e-3), schedule: 'linear', span: { from: 0, to: 0.5 } },
};

describe.each<[string, Rate, RunSpec]>([
  ['elr', elrRate(1e-2), { ...COMMON, width: 2, rate: elrRate(1e-2) }],
  ['lr-weight-decay', { kind: 'lr', value: 0.1 }, FULL_SPACE],
  ['schedule', elrRate(1e-3), SCHEDULE],
])('a manifest of an earlier program, %s', (name, rate, spec) => {
  const text = recorded(name);
  const manifest = parseManifest(text, name);

  it('has one tagged rate in memory', () => {
    expect(manifest.configuration.rate).toEqual(rate);
    expect(manifest.configuration).not.toHaveProperty('elr');
    expect(manifest.configuration.training).not.toHaveProperty('lr');
  });

  it('is written as it was, byte by byte', () => {
    expect(manifestText(manifest)).toBe(text);
  });

  it('has the configuration that the same run gets today, byte by byte', async () => {
    // Short runs were not measured then where nobody said.
    const described = await describeRun({ measure: 'none', ...spec }, { kept: true });
    const kept = JSON.stringify((JSON.parse(text) as { configuration: object }).configuration);
    expect(JSON.stringify(storedConfiguration(described))).toBe(kept);
  });
});

it('a stored configuration with both rates, or with none, is refused', () => {
  const stored = storedConfiguration(configuration);
  expect(RunConfigurationSchema.parse(stored)).toEqual(configuration);
  expect(elrOf(configuration)).toBe(0.01);
  for (const [elr, lr] of [
    [null, null],
    [0.1, 0.1],
  ])
    expect(RunConfigurationSchema.safeParse({ ...stored, elr, training: { ...stored.training, lr } }).success).toBe(
      false,
    );
});

describe('batches with replacement', () => {
  const spec: RunSpec = { ...COMMON, rate: elrRate(1e-2), width: 2 };

  it('are recorded where they were asked for, and nowhere else', async () => {
    expect(storedConfiguration(await describeRun({ ...spec, sampling: 'with' }))).toMatchObject({ sampling: 'with' });
    expect(await describeRun({ ...spec, sampling: 'without' })).toEqual(await describeRun(spec));
    expect(storedConfiguration(await describeRun(spec))).not.toHaveProperty('sampling');
  });

  it.each<[Partial<RunSpec>, RegExp]>([
    [{ order: 'sequential' }, /--sampling with and --order sequential exclude each other/],
    [{ fullBatch: true }, /--sampling with and --full-batch exclude each other/],
    [{ augment: true }, /--sampling with and --augment exclude each other/],
  ])('do not go with %j', async (other, message) => {
    await expect(describeRun({ ...spec, sampling: 'with', ...other })).rejects.toThrow(message);
  });
});
