import type { ElrManifest, Manifest } from '../run/manifest.js';
import type { StepColumns } from '../run/step-columns.js';

/** A run as read from disk, finished or not. */
export interface RecordedRun {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly steps: StepColumns;
}

/** Whether a run has taken all its steps. */
export const hasFinished = ({ manifest }: RecordedRun): boolean => manifest.status === 'finished';

/**
 * Runs as they were after their first `steps` steps, as if they had been planned that way: what shorter training would show.
 * Runs with fewer steps are left out.
 */
export const shortened = <Run extends RecordedRun>(runs: readonly Run[], steps: number): Run[] =>
  runs
    .filter((run) => run.steps.length >= steps)
    .map((run) => ({
      ...run,
      manifest: { ...run.manifest, status: 'finished', configuration: { ...run.manifest.configuration, steps } },
      steps: run.steps.slice(0, steps),
    }));

/** A run at a fixed ELR. */
export interface SweepRun extends RecordedRun {
  readonly manifest: ElrManifest;
}

/** Whether a run is at a fixed ELR. */
export const hasElr = (run: RecordedRun): run is SweepRun => run.manifest.configuration.rate.kind === 'elr';

/** Whether training stopped because its numbers were no longer finite: it would again, and is as informative as a completed run. */
export function brokeOnNumbers({ steps }: Pick<SweepRun, 'steps'>): boolean {
  const last = steps.at(-1);
  return last !== undefined && !(Number.isFinite(last.loss) && Number.isFinite(last.egn));
}
