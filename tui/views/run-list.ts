import { formatNumber } from '../../src/text/output.js';
import { NOT_COMPUTED, REGIME_STYLE } from '../line/regime-style.js';
import { fitHeight, fitLine, type Line, plainLine } from '../line/styled.js';
import { GAP } from '../line/view-options.js';
import { stateMark, stateText } from './run-state.js';
import type { Scene, Size } from './scene.js';

/** One run: cursor, ELR, mark and regime, mark of the toy at the same k where R tells one. Two fit into 80 columns, three into 120. */
const CELL = 38;
const HEADING = 2;

const columnsOf = (width: number): number => Math.max(1, Math.floor((width + GAP) / (CELL + GAP)));

/** Lines that show all runs. */
export const runListLines = ({ elrs }: Scene, width: number): number =>
  HEADING + Math.ceil(elrs.length / columnsOf(width));

function cell({ elrs, elr, data, threshold }: Scene, place: number): Line {
  const at = elrs[place]!;
  const run = data.sweep!.runs.find((candidate) => candidate.elr === at)!;
  const point = data.toy?.points[place];
  const isComputed = point !== undefined && !(Number.isNaN(point.relativeLoss) && !point.collapsed);
  const toy = isComputed ? REGIME_STYLE[point.regime] : NOT_COMPUTED;
  const bold = at === elr;
  return [
    { text: `${bold ? '>' : ' '} ${formatNumber(at).padEnd(8)} `, bold },
    stateMark(run),
    { text: ` ${stateText(run, data.work).slice(0, 19).padEnd(19)} `, bold },
    ...(threshold === undefined
      ? []
      : [
          { text: 'toy ', bold },
          { text: toy.mark, color: toy.color, bold: true },
        ]),
  ];
}

/** Every run with its regime, in columns from top to bottom; of too many, those around the cursor. */
export function runList(scene: Scene, { width, height }: Size): Line[] {
  const { elrs, elr, threshold } = scene;
  const count = elrs.length;
  const columns = columnsOf(width);
  const rows = Math.min(Math.max(0, height - HEADING), Math.ceil(count / columns));
  const shown = Math.min(count, rows * columns);
  const cursor = Math.max(0, elrs.indexOf(elr ?? Number.NaN));
  const first = Math.max(0, Math.min(count - shown, cursor - Math.floor(shown / 2)));
  const rest = shown < count ? `, ${shown} of ${count}` : '';
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_column, column): Line => {
      const place = first + column * rows + row;
      return [
        ...fitLine(place < first + shown ? cell(scene, place) : [], CELL),
        { text: ' '.repeat(column < columns - 1 ? GAP : 0) },
      ];
    }).flat(),
  );
  const heading: Line = [
    {
      text: `Runs by ELR${rest}${threshold === undefined ? '' : ', with the regime of the toy at the same k'}`,
      bold: true,
    },
  ];
  return fitHeight([plainLine(''), heading, ...lines], height) as Line[];
}
