import { formatNumber } from '../src/text/output.js';
import { stateMark, stateText } from './facts.js';
import { REGIME_STYLE } from './regime-style.js';
import { fitHeight, fitLine, type Line, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { GAP, type ViewOptions } from './view-options.js';

/** One run: cursor, ELR, mark and regime, mark of the toy at the same k. Two fit into 80 columns, three into 120. */
const CELL = 38;
const HEADING = 2;

const columnsOf = (width: number): number => Math.max(1, Math.floor((width + GAP) / (CELL + GAP)));

/** Lines that show all runs. */
export const runListLines = ({ elrs }: SweepView, width: number): number =>
  HEADING + Math.ceil(elrs.length / columnsOf(width));

function cell({ elrs, verification, sides, progress }: SweepView, place: number, cursor: number): Line {
  const elr = elrs[place]!;
  const run = verification.runs.find((candidate) => candidate.elr === elr);
  const going = progress(elr);
  const toy = REGIME_STYLE[sides.toy.points[place]!.regime];
  const bold = place === cursor;
  return [
    { text: `${bold ? '>' : ' '} ${formatNumber(elr).padEnd(8)} `, bold },
    stateMark(run?.regime, going),
    { text: ` ${stateText(run?.regime, going).slice(0, 19).padEnd(19)} toy `, bold },
    { text: toy.mark, color: toy.color, bold: true },
  ];
}

/** Every run with its regime, in columns from top to bottom; of too many, those around the cursor. */
export function runList(
  view: SweepView,
  { width, height, cursor }: Pick<ViewOptions, 'width' | 'height' | 'cursor'>,
): Line[] {
  const count = view.elrs.length;
  const columns = columnsOf(width);
  const rows = Math.min(Math.max(0, height - HEADING), Math.ceil(count / columns));
  const shown = Math.min(count, rows * columns);
  const first = Math.max(0, Math.min(count - shown, cursor - Math.floor(shown / 2)));
  const rest = shown < count ? `, ${shown} of ${count}` : '';
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_column, column): Line => {
      const place = first + column * rows + row;
      return [
        ...fitLine(place < first + shown ? cell(view, place, cursor) : [], CELL),
        { text: ' '.repeat(column < columns - 1 ? GAP : 0) },
      ];
    }).flat(),
  );
  const heading: Line = [{ text: `Runs by ELR${rest}, with the regime of the toy at the same k`, bold: true }];
  return fitHeight([plainLine(''), heading, ...lines], height) as Line[];
}
