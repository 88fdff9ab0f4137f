import { fitTable } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import { predictionTable, summary, thresholdLines } from '../../src/text/verification-text.js';
import { fitHeight, type Line, plainLine } from '../line/styled.js';
import { firstFitting, paragraph, scrolled, title } from '../line/view-options.js';
import { comparisonLines } from './comparison.js';
import { RUN_COLUMNS, runRow } from './run-rows.js';
import type { Scene, Size } from './scene.js';

/** Why the run at the cursor counts as what it counts as. */
function reason({ run, data }: Scene): string {
  if (run === undefined) return '';
  const elr = `ELR ${formatNumber(run.elr)}`;
  if (run.state === 'waiting') return `${elr}: not started`;
  if (run.problem !== null) return `${elr} ${run.state}: ${run.problem}`;
  if (run.state === 'interrupted') return `${elr}: stopped at step ${run.step} of ${run.steps}; w continues it`;
  const seeds = (data.sweep?.verification.runs ?? []).find(
    (each) => each.elr === run.elr && each.members !== undefined,
  );
  return `${elr}: ${(seeds ?? run.measured)?.evidence.reason ?? 'no step yet'}`;
}

/** Filter, order and selection as a line, or the keys that set them. */
function listLine({ state, listed, data }: Scene, width: number): Line {
  const { filter, sort, selected, baseline } = state;
  const all = data.sweep?.runs.length ?? 0;
  const shown = listed.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const parts = [
    filter === '' ? '' : `filter "${filter}": ${shown} of ${all} runs`,
    sort.by === 'elr' && !sort.falling ? '' : `by ${sort.by}${sort.falling ? ', falling' : ''}`,
    selected.length > 0 ? `+ ${selected.length} selected` : '',
    baseline === undefined ? '' : '# baseline',
  ].filter((part) => part !== '');
  const text = parts.length > 0 ? parts.join('  ') : '/ filter, such as elr>1e-3  s sort  Space select  p baseline';
  return [{ text: firstFitting(width, text), dim: true }];
}

/** Of the screen, what the reason of a row may take. */
const REASON_SHARE = 1 / 3;
/** Lines of a comparison from which on it has a place below the runs. */
const COMPARISON = { smallest: 4, share: 0.45 };

/** Every run with its regime and numbers, the one under the cursor with the reason; of too many, those around it. */
export function runTable(scene: Scene, { width, height }: Size): Line[] {
  const { listed, elr, data } = scene;
  const above = thresholdLines(data.sweep!.verification.thresholds)
    .split('\n')
    .map((line) => plainLine(firstFitting(width, line)));
  const rows = listed.map((row) => runRow(scene, row));
  const [head, ...lines] = fitTable(RUN_COLUMNS, rows, width).split('\n');
  const compared = comparisonLines(scene, width);
  const why = paragraph(reason(scene), width).slice(0, Math.max(2, Math.floor(height * REASON_SHARE)));
  const room = Math.max(1, height - above.length - 1 - 1 - why.length);
  const below = compared.length === 0 ? 0 : Math.min(compared.length + 1, Math.floor(room * COMPARISON.share));
  const table = Math.max(1, room - (below < COMPARISON.smallest ? 0 : below));
  const cursor = Math.max(
    0,
    listed.findIndex((run) => run.elr === elr),
  );
  const first = Math.max(0, Math.min(lines.length - table, cursor - Math.floor(table / 2)));
  const shown = lines
    .slice(first, first + table)
    .map((text, i): Line => [{ text, ...(listed[first + i]!.elr === elr ? { bold: true } : {}) }]);
  const none = listed.length > 0 ? [] : [plainLine('No run matches the filter; Esc clears it.')];
  return fitHeight(
    [
      ...above,
      listLine(scene, width),
      title(head!),
      ...(shown.length > 0 ? shown : none),
      ...why,
      ...(compared.length === 0 ? [] : [plainLine(''), ...compared]),
    ],
    height,
  ) as Line[];
}

/** All lines of the table of predictions. */
export function predictionLines({ data }: Scene, width: number): Line[] {
  const { runs, predictions } = data.sweep!.verification;
  if (runs.length === 0) return [plainLine('No run has taken a step yet.')];
  const [head, ...lines] = predictionTable(predictions, width).split('\n').map(plainLine);
  return [title(head!.map(({ text }) => text).join('')), ...lines, plainLine(''), plainLine(summary(predictions))];
}

/** Every prediction with its verdict; the head stays while the rest scrolls. */
export function predictionView(scene: Scene, { width, height }: Size): Line[] {
  const [head, ...lines] = predictionLines(scene, width);
  return [head!, ...scrolled(lines, { height: height - 1, scroll: scene.state.scroll })];
}
