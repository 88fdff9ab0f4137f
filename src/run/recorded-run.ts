import type { ElrManifest, Manifest } from './manifest.js';
import type { StepColumns } from './step-columns.js';

/** A run by its folder, whatever is read of its steps. */
export interface StoredManifest {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** A run as read from disk, finished or not. */
export interface RecordedRun extends StoredManifest {
  readonly steps: StepColumns;
}

/** Whether a run has taken all its steps. */
export const hasFinished = ({ manifest }: RecordedRun): boolean => manifest.status === 'finished';

/** The manifest of a run as if it had been planned to take fewer steps, and had taken them: what shorter training would show. */
export const shortenedManifest = <Known extends Manifest>(manifest: Known, steps: number): Known => ({
  ...manifest,
  status: 'finished',
  configuration: { ...manifest.configuration, steps },
});

/** A run at a fixed ELR. */
export interface SweepRun extends RecordedRun {
  readonly manifest: ElrManifest;
}

/** Whether a run is at a fixed ELR. */
export const hasElr = <Run extends Pick<RecordedRun, 'manifest'>>(
  run: Run,
): run is Run & { readonly manifest: ElrManifest } => run.manifest.configuration.rate.kind === 'elr';

/** Whether training stopped because its numbers were no longer finite: it would again, and is as informative as a completed run. */
export function brokeOnNumbers({ steps }: Pick<SweepRun, 'steps'>): boolean {
  const last = steps.at(-1);
  return last !== undefined && !(Number.isFinite(last.loss) && Number.isFinite(last.egn));
}
