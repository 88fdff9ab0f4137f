import { fitTable } from '../../src/text/narrow-table.js';
import { formatNumber } from '../../src/text/output.js';
import { counts, predictionTable, summary } from '../../src/text/verification/prediction-table.js';
import { thresholdLines } from '../../src/text/verification/threshold-text.js';
import { fitHeight, type Line, plainLine } from '../line/styled.js';
import { firstFitting, paragraph, title } from '../line/view-options.js';
import { comparisonLines } from './comparison.js';
import { filterProblem } from './listed-runs.js';
import { RUN_COLUMNS, runRow } from './run-rows.js';
import type { Scene, Size } from './scene.js';

/** Why the run at the cursor counts as what it counts as. */
export function reasonText({ run, data }: Scene): string {
  if (run === undefined) return '';
  const elr = `ELR ${formatNumber(run.elr)}`;
  if (run.state === 'waiting') return `${elr}: not started`;
  if (run.problem !== null) return `${elr} ${run.state}: ${run.problem}`;
  const byKey = data.sweep?.isSweep === false ? '' : '; w continues it';
  if (run.state === 'interrupted') return `${elr}: stopped at step ${run.step} of ${run.steps}${byKey}`;
  const seeds = (data.sweep?.verification.runs ?? []).find(
    (each) => each.elr === run.elr && each.members !== undefined,
  );
  return `${elr}: ${(seeds ?? run.measured)?.evidence.reason ?? 'no step yet'}`;
}

/** Filter, order and selection as a line, or the keys that set them. */
export function listText({ state, listed, data }: Scene): string {
  const { filter, sort, selected, baseline } = state;
  const all = data.sweep?.runs.length ?? 0;
  const shown = listed.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const parts = [
    filter === '' ? '' : `filter "${filter}": ${shown} of ${all} runs`,
    sort.by === 'elr' && !sort.falling ? '' : `by ${sort.by}${sort.falling ? ', falling' : ''}`,
    selected.length > 0 ? `+ ${selected.length} selected` : '',
    baseline === undefined ? '' : '# baseline',
  ].filter((part) => part !== '');
  return parts.length > 0
    ? parts.join('  ')
    : '/ filter, such as elr>1e-3  s sort  Enter curves  Space select  p baseline';
}

/** Of the screen, what the reason of a row may take. */
const REASON_SHARE = 1 / 3;
/** Lines of a comparison from which on it has a place below the runs. */
const COMPARISON = { smallest: 4, share: 0.45 };

/** Every run with its regime and numbers, the one under the cursor with the reason; of too many, those around it. */
export function runTable(scene: Scene, { width, height }: Size): Line[] {
  const { listed, elr, data, state } = scene;
  const above = thresholdLines(data.sweep!.verification.thresholds)
    .split('\n')
    .map((line) => plainLine(firstFitting(width, line)));
  const rows = listed.map((row) => runRow(scene, row));
  const [head, ...lines] = fitTable(RUN_COLUMNS, rows, width).split('\n');
  const problem = filterProblem(state.filter, data.sweep!.runs);
  const said = problem === undefined ? [] : paragraph(`${problem}; Esc clears the filter`, width);
  const compared = comparisonLines(scene, width);
  const why = paragraph(reasonText(scene), width).slice(0, Math.max(2, Math.floor(height * REASON_SHARE)));
  const room = Math.max(1, height - above.length - 1 - 1 - said.length - why.length);
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
  const none =
    listed.length > 0 || problem !== undefined ? [] : [plainLine('No run matches the filter; Esc clears it.')];
  return fitHeight(
    [
      ...above,
      [{ text: firstFitting(width, listText(scene)), dim: true }],
      title(head!),
      ...said,
      ...(shown.length > 0 ? shown : none),
      ...why,
      ...(compared.length === 0 ? [] : [plainLine(''), ...compared]),
    ],
    height,
  ) as Line[];
}

/** In place of words that have no room in the table: here they are in the explanation. */
const BELOW = 'see below';

/** The table of predictions as its head, the lines of each row, and the count of verdicts. */
function predictionRows({ predictions }: Scene, width: number): { head: string; rows: string[][] } {
  // What is said below the table stands in the explanation of each row.
  const [table = ''] = predictionTable(predictions, width - TAG.length).split('\n\n');
  const [head = '', ...lines] = table.replaceAll(BELOW, '  (Enter)').split('\n');
  const rows: string[][] = [];
  // A row that is wrapped goes on in lines without a verdict.
  for (const line of lines) {
    if (line.startsWith(' ')) rows.at(-1)?.push(line);
    else rows.push([line]);
  }
  return { head, rows };
}

/** Before the chosen row; as many blanks before the others. */
const TAG = '> ';

/** Below the predictions: how many hold and fail, of those that are shown too, and the keys of the table. */
function predictionFoot({ data, predictions, state }: Scene, width: number): Line {
  const all = summary(data.sweep!.verification.predictions);
  if (state.rowFilter === '')
    return plainLine(
      firstFitting(width, `${all} Enter explains a row, / filters.`, `${all} Enter explains a row.`, all),
    );
  const found = `"${state.rowFilter}": ${predictions.length} of ${data.sweep!.verification.predictions.length}`;
  const texts = [`${found}: ${counts(predictions)}; Esc shows all.`, `${found}; Esc shows all.`, found] as const;
  return plainLine(firstFitting(width, ...texts));
}

/** Every prediction with its verdict, the chosen one in view; the head stays while the rest scrolls. */
export function predictionView(scene: Scene, { width, height }: Size): Line[] {
  if (scene.data.sweep!.verification.runs.length === 0)
    return fitHeight([plainLine('No run has taken a step yet.')], height) as Line[];
  const { head, rows } = predictionRows(scene, width);
  const chosen = Math.min(scene.state.row, rows.length - 1);
  const lines = rows.flatMap((row, i) =>
    row.map((text, j): Line => [{ text: `${i === chosen && j === 0 ? TAG : '  '}${text}`, bold: i === chosen }]),
  );
  const foot = predictionFoot(scene, width);
  if (rows.length === 0) lines.push(plainLine('  No prediction matches the filter.'));
  const room = Math.max(1, height - 2);
  const at = rows.slice(0, chosen).reduce((sum, row) => sum + row.length, 0);
  const first = Math.max(0, Math.min(lines.length - room, at - Math.floor(room / 2)));
  const body = fitHeight(lines.slice(first, first + room), room);
  return fitHeight([title(`  ${head}`), ...body, foot], height) as Line[];
}
