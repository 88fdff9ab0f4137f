import type { NamedFigure } from '../data/export-client.js';
import type { SweepSnapshot } from '../data/sweep-snapshot.js';
import type { ToyAnswer, ToyTask } from '../data/toy-messages.js';
import type { WorkState } from '../data/work-state.js';

/** What becomes known while the application runs. */
export interface SourceListener {
  onSweep(sweep: SweepSnapshot): void;
  onToy(toy: ToyAnswer): void;
  /** How the work of this process stands. */
  onWork(work: WorkState): void;
  /** Why the sweep cannot be read at the moment, in a line. */
  onProblem(message: string): void;
  /** What nobody expected: the application ends. */
  onError(error: Error): void;
}

/** Where the application has what it shows from; all computing is elsewhere, and is heard of when it is done. */
export interface AppSource {
  /** What is trained, until the sweep says it. */
  readonly title: string;
  /** Tolerance of divergence, the same for toy and network. */
  readonly tolerance: number;
  /** Alphas to begin with. */
  readonly alpha: readonly number[];
  /** Begins to tell; answers how to stop it. */
  listen(listener: SourceListener): () => void;
  askToy(task: Omit<ToyTask, 'quick'>): void;
  chooseSetting(setting: number): void;
  /** Begins, or goes on with, what is planned, or stops it; a line that says why not, where it cannot. */
  toggleWork(): string | undefined;
  /** Writes figures to files; what came of it, in a line. */
  exportFigures(figures: readonly NamedFigure[]): Promise<string>;
}
