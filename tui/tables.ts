import { type FittedColumn, fitTable } from '../src/text/narrow-table.js';
import { formatNumber } from '../src/text/output.js';
import { predictionTable, summary, thresholdLines } from '../src/text/verification-text.js';
import { stateMark, stateText } from './facts.js';
import { fitHeight, type Line, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { firstFitting, paragraph, scrolled, title, type ViewOptions, WAITING } from './view-options.js';

const right = (name: string): FittedColumn => ({ title: name, align: 'right' });

/** `why` has a place of its own below the table. */
const COLUMNS: readonly FittedColumn[] = [
  { title: ' ' },
  right('ELR'),
  { title: 'regime' },
  right('loss'),
  { ...right('accuracy'), dropOrder: 2 },
  { ...right('EGN'), dropOrder: 1 },
  right('ESS'),
];

function row({ elrs, verification, progress }: SweepView, place: number, cursor: number): string[] {
  const elr = elrs[place]!;
  const run = verification.runs.find((candidate) => candidate.elr === elr);
  const going = progress(elr);
  const numbers = run === undefined ? [] : [run.loss, run.accuracy, run.egn, run.ess];
  return [
    place === cursor ? '>' : ' ',
    formatNumber(elr),
    `${stateMark(run?.regime, going).text} ${stateText(run?.regime, going)}`,
    ...Array.from({ length: 4 }, (_, i) => (i < numbers.length ? formatNumber(numbers[i]!) : '-')),
  ];
}

/** Why the run at the cursor counts as what it counts as. */
function reason({ elrs, verification, progress }: SweepView, cursor: number): string {
  const elr = elrs[cursor]!;
  const { failure, state } = progress(elr);
  if (state === 'waiting') return `ELR ${formatNumber(elr)}: not started`;
  if (failure !== null) return `ELR ${formatNumber(elr)} failed: ${failure}`;
  const run = verification.runs.find((candidate) => candidate.elr === elr);
  return `ELR ${formatNumber(elr)}: ${run?.evidence.reason ?? 'no step yet'}`;
}

const REASON_LINES = 2;

/** Every run with its regime and numbers, the one under the cursor with the reason; of too many, those around it. */
export function runs(view: SweepView, { width, height, cursor }: ViewOptions): Line[] {
  const { elrs, verification } = view;
  if (elrs.length === 0) return fitHeight([plainLine(WAITING)], height) as Line[];
  const above = thresholdLines(verification.thresholds)
    .split('\n')
    .map((line) => plainLine(firstFitting(width, line)));
  const rows = elrs.map((_, place) => row(view, place, cursor));
  const [head, ...lines] = fitTable(COLUMNS, rows, width).split('\n');
  const room = Math.max(1, height - above.length - 1 - 1 - 1 - REASON_LINES);
  const first = Math.max(0, Math.min(lines.length - room, cursor - Math.floor(room / 2)));
  const shown = lines
    .slice(first, first + room)
    .map((text, i): Line => [{ text, ...(first + i === cursor ? { bold: true } : {}) }]);
  const why = paragraph(reason(view, cursor), width).slice(0, REASON_LINES);
  return fitHeight([...above, plainLine(''), title(head!), ...shown, plainLine(''), ...why], height) as Line[];
}

/** All lines of the table of predictions. */
export function tableLines({ verification: { runs: measured, predictions } }: SweepView, width: number): Line[] {
  if (measured.length === 0) return [plainLine(WAITING)];
  const [head, ...lines] = predictionTable(predictions, width).split('\n').map(plainLine);
  return [title(head!.map(({ text }) => text).join('')), ...lines, plainLine(''), plainLine(summary(predictions))];
}

/** Every prediction with its verdict; the head stays while the rest scrolls. */
export function table(view: SweepView, { width, height, scroll }: ViewOptions): Line[] {
  const [head, ...lines] = tableLines(view, width);
  return [head!, ...scrolled(lines, { height: height - 1, scroll })];
}
