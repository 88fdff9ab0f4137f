import { siblingModule } from '../../src/system/sibling-module.js';
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

/** Computes results of the toy on two threads: first a quick one with few steps and cells, then a finer one. */
export class ToyClient {
  private readonly quick: LatestAnswer<ToyTask, ToyAnswer>;
  private readonly fine: LatestAnswer<ToyTask, ToyAnswer>;
  private asked = 0;
  private answered = 0;

  constructor({ onAnswer, onError, module = siblingModule(import.meta.url, 'toy-worker') }: ToyClientOptions) {
    this.quick = new LatestAnswer<ToyTask, ToyAnswer>({
      module,
      onError,
      onAnswer: (toy) => {
        // The finer answer to the same question may have been first.
        if (this.answered < this.asked) onAnswer(toy);
      },
    });
    this.fine = new LatestAnswer<ToyTask, ToyAnswer>({
      module,
      patience: PATIENCE,
      onError,
      onAnswer: (toy) => {
        this.answered = this.asked;
        onAnswer(toy);
      },
    });
  }

  ask(task: Omit<ToyTask, 'quick'>): void {
    this.asked += 1;
    this.quick.ask({ ...task, quick: true });
    this.fine.ask({ ...task, quick: false });
  }

  close = async (): Promise<void> => {
    await Promise.all([this.quick.close(), this.fine.close()]);
  };
}
