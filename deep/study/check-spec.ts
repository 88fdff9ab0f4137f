import { SCHEDULES } from '../../src/run/training-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import { ENGINE_CHOICES } from '../engine/names.js';
import { MODELS } from '../models/names.js';
import type { RunSpec } from './spec.js';

/** Every field of a spec, which the compiler keeps complete. */
const FIELDS = {
  ...{ rate: true, model: true, width: true, depth: true, norm: true, groups: true, lastLayer: true, data: true },
  ...{ trainImages: true, balanced: true, validation: true, shuffledLabels: true, corrupt: true, noiseSeed: true },
  ...{ labels: true, augment: true, normalisation: true, batch: true, steps: true, epochs: true, seed: true },
  ...{ order: true, sampling: true, init: true, engine: true, threads: true },
  ...{ projection: true, weightDecay: true, momentum: true, freeLr: true, loss: true, fullBatch: true },
  ...{ schedule: true, factor: true, span: true, scheduleBy: true, milestones: true, lastLayerSeed: true },
  ...{ initScale: true, measure: true, average: true, keep: true },
} satisfies Record<keyof RunSpec, true>;

const CHOICES = { model: MODELS, engine: ENGINE_CHOICES, schedule: SCHEDULES } as const;

/**
 * Throws a UsageError where a program without types gives what no run has, a name that is none, or no rate. Values of the other fields
 * are checked as part of the configuration (`checkedConfiguration`).
 */
export function checkSpec(spec: RunSpec): void {
  const unknown = Object.keys(spec).find((name) => !(name in FIELDS));
  if (unknown !== undefined)
    throw new UsageError(`a run has no field ${unknown}; allowed: ${Object.keys(FIELDS).join(', ')}`);
  if (spec.rate?.kind !== 'elr' && spec.rate?.kind !== 'lr')
    throw new UsageError("a run needs a rate; allowed: { kind: 'elr', value } or { kind: 'lr', value }");
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = spec[name as keyof typeof CHOICES];
    if (value !== undefined && !(allowed as readonly string[]).includes(value))
      throw new UsageError(`unknown ${name} ${value}; allowed: ${allowed.join(', ')}`);
  }
}
