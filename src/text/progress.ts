import { cutWords } from './narrow-table.js';
import { TimeLeft } from './time-left.js';

/** A progress line on stderr: a bar with the time left in a terminal, one line now and then elsewhere. */

const BAR = 24;
const SHORT_BAR = 8;
/** Columns of a terminal that does not say how many it has. */
const USUAL = 80;
const SECONDS_BETWEEN_LINES = 15;
/** What is done sooner needs no line. */
const SECONDS_TO_FIRST_LINE = 2;

export const formatDuration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

export interface ProgressState {
  readonly fraction: number;
  readonly label: string;
  /** Seconds left; undefined while nothing is known. */
  readonly secondsLeft: number | undefined;
}

/** The bar as text, in at most `width` columns: shorter, then left out, then cut. */
function progressLine({ fraction, label, secondsLeft }: ProgressState, width = Number.POSITIVE_INFINITY): string {
  const left = secondsLeft === undefined ? 'estimating time' : `${formatDuration(secondsLeft)} left`;
  const percent = `${String(Math.floor(100 * fraction)).padStart(3)}%`;
  const bar = (size: number): string => {
    const filled = Math.round(size * Math.min(1, fraction));
    return `[${'#'.repeat(filled)}${'.'.repeat(size - filled)}] ${percent}  ${label}  ${left}`;
  };
  const texts = [bar(BAR), bar(SHORT_BAR), `${percent}  ${label}  ${left}`.trimStart()];
  return texts.find((text) => text.length <= width) ?? cutWords(texts.at(-1)!, width);
}

export class Progress {
  private readonly begin = performance.now();
  private readonly timeLeft = new TimeLeft();
  private nextLine: number;

  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    { firstLineAfter = SECONDS_TO_FIRST_LINE }: { readonly firstLineAfter?: number } = {},
  ) {
    this.nextLine = firstLineAfter;
  }

  /** `done` of `total` units of work; time left is judged from the pace. */
  update(done: number, total: number, label: string): void {
    const seconds = (performance.now() - this.begin) / 1000;
    const secondsLeft = this.timeLeft.seconds(done, total);
    const state = { fraction: total > 0 ? done / total : 1, label, secondsLeft };
    // A line that wraps cannot be taken back: it would pile up.
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K${progressLine(state, (this.stream.columns || USUAL) - 1)}`);
    else if (seconds >= this.nextLine) {
      this.nextLine = seconds + SECONDS_BETWEEN_LINES;
      this.stream.write(`${progressLine(state)}\n`);
    }
  }

  /** Leaves the terminal's line. */
  end(): void {
    if (this.stream.isTTY) this.stream.write('\r\x1b[K');
  }
}
