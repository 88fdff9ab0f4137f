import { UsageError } from '../../src/system/usage-error.js';
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

/** Throws a UsageError where a program without types gives a field that no run has: it would be of no effect. */
export function refuseUnknownFields(spec: RunSpec): void {
  const unknown = Object.keys(spec).find((name) => !(name in FIELDS));
  if (unknown !== undefined)
    throw new UsageError(`a run has no field ${unknown}; allowed: ${Object.keys(FIELDS).join(', ')}`);
}
