import { NORMALISATIONS, SAMPLINGS } from '../../src/run/image-settings.js';
import { SCHEDULES } from '../../src/run/training-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import { ENGINE_CHOICES } from '../engine/names.js';
import { MODELS } from '../models/names.js';
import type { RunSpec, SweepSpec } from './spec.js';

/** What each kind of field is written as. */
const KINDS = {
  text: { allowed: 'a text', is: (value: unknown) => typeof value === 'string' },
  number: { allowed: 'a number', is: (value: unknown) => typeof value === 'number' },
  flag: { allowed: 'true or false', is: (value: unknown) => typeof value === 'boolean' },
  /** What is checked where it is read: an object, or a word in its place. */
  composed: { allowed: 'left out, or what `RunSpec` says of it', is: (value: unknown) => value !== null },
} as const;

/** Every field of a spec with its kind, which the compiler keeps complete. */
const FIELDS = {
  ...{ rate: 'composed', model: 'text', width: 'number', depth: 'number', norm: 'text', groups: 'number' },
  ...{ lastLayer: 'text', data: 'text', trainImages: 'number', balanced: 'flag', validation: 'number' },
  ...{ shuffledLabels: 'flag', corrupt: 'number', noiseSeed: 'number', labels: 'text', augment: 'flag' },
  ...{ normalisation: 'text', batch: 'number', steps: 'number', epochs: 'number', seed: 'number', order: 'text' },
  ...{ sampling: 'text', init: 'text', engine: 'text', threads: 'number', projection: 'text' },
  ...{ weightDecay: 'number', momentum: 'number', freeLr: 'number', loss: 'text', fullBatch: 'flag' },
  ...{ schedule: 'text', factor: 'number', span: 'composed', scheduleBy: 'text', milestones: 'composed' },
  ...{ lastLayerSeed: 'number', initScale: 'number', measure: 'composed', average: 'composed', keep: 'composed' },
} as const satisfies Record<keyof RunSpec, keyof typeof KINDS>;

const CHOICES = {
  ...{ model: MODELS, engine: ENGINE_CHOICES, schedule: SCHEDULES },
  ...{ sampling: SAMPLINGS, normalisation: NORMALISATIONS },
} as const;

/** Throws a UsageError where a field is not of its kind. */
function refuseOtherKinds(spec: RunSpec): void {
  for (const [name, value] of Object.entries(spec)) {
    const { allowed, is } = KINDS[FIELDS[name as keyof RunSpec]];
    if (value !== undefined && !is(value))
      throw new UsageError(`${name} ${JSON.stringify(value)}; allowed: ${allowed}`);
  }
}

/**
 * Throws a UsageError where a program without types gives a field that no run has, a value of another kind, an unknown name, or no
 * rate. Other values are checked as part of the configuration (`checkedConfiguration`).
 */
export function checkSpec(spec: RunSpec): void {
  const unknown = Object.keys(spec).find((name) => !(name in FIELDS));
  if (unknown !== undefined)
    throw new UsageError(`a run has no field ${unknown}; allowed: ${Object.keys(FIELDS).join(', ')}`);
  if (spec.rate?.kind !== 'elr' && spec.rate?.kind !== 'lr')
    throw new UsageError("a run needs a rate; allowed: { kind: 'elr', value } or { kind: 'lr', value }");
  refuseOtherKinds(spec);
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = spec[name as keyof typeof CHOICES];
    if (value !== undefined && !(allowed as readonly string[]).includes(value))
      throw new UsageError(`unknown ${name} ${value}; allowed: ${allowed.join(', ')}`);
  }
}

const SWEEP_FIELDS = { base: true, vary: true, texts: true } satisfies Record<keyof SweepSpec, true>;

/** The same of what no sweep has, before the runs are looked at. */
export function checkSweepSpec(sweep: SweepSpec): void {
  const unknown = Object.keys(sweep).find((name) => !(name in SWEEP_FIELDS));
  if (unknown !== undefined)
    throw new UsageError(
      `a sweep has no field ${unknown}; allowed: ${Object.keys(SWEEP_FIELDS).join(', ')}; what its runs share goes into base`,
    );
}
