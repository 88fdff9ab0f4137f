import { expect, it } from 'vitest';
import { configurationOf } from '../../../deep/study/configuration.js';
import type { RunSpec } from '../../../deep/study/spec.js';
import { elrRate } from '../../../src/run/rate.js';
import { UsageError } from '../../../src/system/usage-error.js';

const SURROUNDINGS = { trainImages: 100, testImages: 20, threads: 1, engine: 'cpu' } as const;
const SPEC: RunSpec = { rate: elrRate(1e-3), width: 2, batch: 10, steps: 20 };

/** What a program without types may give. */
const described = (fields: object) => () => configurationOf({ ...SPEC, ...fields } as RunSpec, SURROUNDINGS);

it('describes a run with cadences and usual numbers', () => {
  expect(described({ measure: { count: 2, unit: 'epochs' }, keep: { count: 5, unit: 'steps' } })()).toMatchObject({
    observation: { measure: { start: true, every: 20 }, keep: 5 },
  });
});

// Each of these would be trained, and its manifest could not be read, or the field would have no effect.
it.each([
  [{ measure: 100 }, /^measure 100 is not a number of steps or epochs; allowed: like \{ count: 100, unit: 'steps' \}$/],
  [{ keep: { count: 0, unit: 'steps' } }, /^keep .* is not a number of steps or epochs; allowed/],
  [{ keep: { count: 2, unit: 'passes' } }, /^keep .* is not a number of steps or epochs; allowed/],
  [{ width: 2.5 }, /^width of the run is not allowed: expected int, received number$/],
  [{ seed: -1 }, /^seed of the run is not allowed: expected number to be >=0$/],
  [{ steps: Number.NaN }, /^steps of the run is not allowed: expected number, received NaN$/],
  [{ batch: '10' }, /^batch of the run is not allowed: expected number, received string$/],
  [{ order: 'random' }, /^order of the run is not allowed: expected one of "shuffled"\|"sequential"$/],
  [{ rate: undefined }, /^a run needs a rate; allowed: \{ kind: 'elr', value \} or \{ kind: 'lr', value \}$/],
  [{ rate: 0.1 }, /^a run needs a rate; allowed/],
  [{ trainimages: 400 }, /^a run has no field trainimages; allowed: rate, model, .*trainImages/],
])('refuses %j in one line that says what is allowed', (fields, message) => {
  expect(described(fields)).toThrow(UsageError);
  expect(described(fields)).toThrow(message);
});
