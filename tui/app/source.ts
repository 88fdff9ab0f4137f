import type { NamedFigure } from '../data/export-client.js';
import type { SweepSnapshot } from '../data/sweep-snapshot.js';
import type { ToyAnswer, ToyTask } from '../data/toy-messages.js';
import type { WorkState } from '../data/work-state.js';
import type { Act } from '../views/offers.js';

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

/** The data source of the application. Computation runs in background threads and reports results to the listener. */
export interface AppSource {
  /** What is trained, until the sweep says it. */
  readonly title: string;
  /** Tolerance of divergence, the same for toy and network. */
  readonly tolerance: number;
  /** Alphas to begin with. */
  readonly alpha: readonly number[];
  /** Subscribes a listener; returns a function that unsubscribes it. */
  listen(listener: SourceListener): () => void;
  askToy(task: Omit<ToyTask, 'quick'>): void;
  chooseSetting(setting: number): void;
  /** Starts, continues or stops the planned training; returns a line with the reason if it cannot. */
  toggleWork(): string | undefined;
  /** Trains what a key has offered; returns a line with the reason if it cannot. */
  act(act: Act): string | undefined;
  /** Writes figures to files; resolves to one line about the result. */
  exportFigures(figures: readonly NamedFigure[]): Promise<string>;
}
