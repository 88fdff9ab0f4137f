import { siblingModule } from '../../src/system/sibling-module.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import { LatestAnswer } from './latest-answer.js';
import type { ToyAnswer, ToyTask } from './toy-messages.js';

/** A run of the toy may take seconds; nobody waits for one that is out of date. */
const PATIENCE = 50;

export interface ToyClientOptions {
  /** The worker's module; default: the one beside this. */
  readonly module?: string;
  onAnswer(toy: ToyAnswer): void;
  onError(error: Error): void;
}

/** The phase diagram that is known, and to what task it is the answer. */
interface KnownPhase {
  readonly task: ToyTask;
  readonly phase: PhaseDiagram;
}

type Asked = Omit<ToyTask, 'quick'>;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether two tasks are about the same toy: a phase diagram does not depend on the cursor. */
const isOfSameToy = (a: Asked, b: Asked): boolean => a.tolerance === b.tolerance && isSame(a.settings, b.settings);

/**
 * Computes results of the toy on two threads: first a quick one with few steps and cells, then a finer one. A phase diagram is computed once
 * for a toy: while the cursor moves, or another view is shown, it stays.
 */
export class ToyClient {
  private readonly quick: LatestAnswer<ToyTask, ToyAnswer>;
  private readonly fine: LatestAnswer<ToyTask, ToyAnswer>;
  private asked = 0;
  private answered = 0;
  private task: Asked | undefined;
  private known: KnownPhase | undefined;

  constructor({ onAnswer, onError, module = siblingModule(import.meta.url, 'toy-worker') }: ToyClientOptions) {
    this.quick = new LatestAnswer<ToyTask, ToyAnswer>({
      module,
      onError,
      onAnswer: (toy) => {
        // The finer answer to the same question may have been first.
        if (this.answered < this.asked) onAnswer(this.withPhase(toy));
      },
    });
    this.fine = new LatestAnswer<ToyTask, ToyAnswer>({
      module,
      patience: PATIENCE,
      onError,
      onAnswer: (toy) => {
        this.answered = this.asked;
        onAnswer(this.withPhase(toy));
      },
    });
  }

  ask(task: Asked): void {
    this.asked += 1;
    this.task = task;
    const known = this.knownOf(task);
    const isFine = known?.task.quick === false;
    this.quick.ask({ ...task, phase: known === undefined ? task.phase : undefined, quick: true });
    this.fine.ask({ ...task, phase: isFine ? undefined : task.phase, quick: false });
  }

  /** The known diagram, where it is the one that a task wants. */
  private knownOf(task: Asked): KnownPhase | undefined {
    const { known } = this;
    return known !== undefined && isOfSameToy(known.task, task) && isSame(known.task.phase, task.phase)
      ? known
      : undefined;
  }

  /** The answer to the task that was asked last, with the diagram of this toy where one is known. */
  private withPhase(toy: ToyAnswer): ToyAnswer {
    const { quick } = toy.task;
    if (toy.phase !== undefined) this.known = { task: toy.task, phase: toy.phase };
    const task = { ...(this.task ?? toy.task), quick };
    const phase = this.known !== undefined && isOfSameToy(this.known.task, task) ? this.known.phase : undefined;
    return { ...toy, task, phase };
  }

  close = async (): Promise<void> => {
    await Promise.all([this.quick.close(), this.fine.close()]);
  };
}
