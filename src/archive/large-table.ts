import { join } from 'node:path';
import type { Manifest } from '../run/manifest.js';
import { checkSteps, streamSteps } from '../run/read-steps.js';
import { METRICS_FILE } from '../run/run-directory.js';
import type { RecordedStep } from '../run/step-columns.js';
import { stepPieces } from '../run/step-pieces.js';
import { refuseDamaged } from '../run/whole-run.js';
import { stepVelocityFloor } from '../sphere/noise-floor.js';
import { countLines } from '../system/line-file.js';
import { OPTIONAL_QUANTITIES, type OptionalQuantity, type TableSteps } from './step-table.js';

/** Steps of a run that are too many to be in memory: the file is read once to check it, and again for its rows. */

/** What decides the columns of a table, and how noise floors are computed: known when every step has been seen. */
class SeenQuantities {
  readonly optional = new Set<OptionalQuantity>();
  private previous: RecordedStep | undefined;
  private gaps = 0;

  push(step: RecordedStep): void {
    for (const name of OPTIONAL_QUANTITIES) if (step[name] !== undefined) this.optional.add(name);
    if (this.previous !== undefined) this.add(this.previous, step.norm);
    this.previous = step;
  }

  /** As `recordedFloors` decides it. */
  isUpperEstimate(momentum: number): boolean {
    if (this.previous !== undefined) this.add(this.previous, this.previous.norm);
    return momentum > 0 && this.gaps > 0;
  }

  private add(step: RecordedStep, nextNorm: number): void {
    const isGap = !Number.isFinite(stepVelocityFloor(step, nextNorm)) && Number.isFinite(step.ess * step.egn);
    if (isGap) this.gaps += 1;
  }
}

/** Throws one line if the run is damaged. */
export function largeTableSteps(directory: string, manifest: Manifest): TableSteps {
  const { bytes } = countLines(join(directory, METRICS_FILE));
  const seen = new SeenQuantities();
  refuseDamaged(directory, manifest, checkSteps(directory, { bytes, each: (step) => seen.push(step) }));
  return {
    pieces: (size) => stepPieces(streamSteps(directory, bytes), { size, following: 1 }),
    optional: seen.optional,
    isUpperEstimate: seen.isUpperEstimate(manifest.configuration.training.momentum),
  };
}
