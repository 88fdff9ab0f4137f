import { lineChart } from '../src/text/line-chart.js';
import { FACTS, networkFacts, toyFacts } from './facts.js';
import { regimeLegend } from './regime-style.js';
import { besides, fitHeight, type Line, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { TOY_STEPS, toyRun } from './toy-run.js';
import { firstFitting, GAP, halfWidth, paragraph, title, type ViewOptions, WAITING } from './view-options.js';

const SHORTEST_LABEL = 5;

/** The widest chart of `width` columns: how wide its labels are shows only once it is drawn. */
function widestChart(losses: ArrayLike<number>, width: number, rows: number): string[] {
  for (let columns = width - SHORTEST_LABEL; ; columns--) {
    const lines = lineChart(losses, { columns, rows }).split('\n');
    if (columns <= 1 || lines.every((line) => line.length <= width || line.startsWith('('))) return lines;
  }
}

/** The axis below: the first step under the first point, the number of steps under the last one. */
function stepAxis(lines: readonly string[], steps: number, points: number): Line {
  const start = Math.max(0, lines[0]!.search(/[┤┼]/)) + 1;
  const text = `step 0${`${steps}`.padStart(Math.max(`${steps}`.length + 1, points - 6))}`;
  return [{ text: `${' '.repeat(start)}${text}`, dim: true }];
}

/** Loss against step in exactly `height` lines: the chart, its axis, and what it could not draw. */
export function lossChart(losses: ArrayLike<number>, width: number, height: number): Line[] {
  if (losses.length === 0) return fitHeight([plainLine('no step yet')], height) as Line[];
  const draw = (rows: number): { drawn: string[]; notes: Line[] } => {
    const lines = widestChart(losses, width, Math.max(1, rows));
    const notes = lines.filter((line) => line.startsWith('(')).flatMap((line) => paragraph(line, width));
    return { drawn: lines.filter((line) => !line.startsWith('(')), notes };
  };
  const first = draw(height - 2);
  const { drawn, notes } = first.notes.length > 0 ? draw(height - 2 - first.notes.length) : first;
  if (drawn.length === 0) return fitHeight(notes, height) as Line[];
  const labels = drawn[0]!.search(/[┤┼]/) + 1;
  const axis = stepAxis(drawn, losses.length, Math.min(losses.length, width - labels));
  return fitHeight([...drawn.map(plainLine), axis, ...notes], height) as Line[];
}

/** Loss against step at the cursor's k, toy and network. */
export function curves(view: SweepView, { width, height, cursor }: ViewOptions): Line[] {
  const elr = view.elrs[cursor];
  const toyElr = view.sides.toyElrs[cursor];
  if (elr === undefined || toyElr === undefined) return fitHeight([plainLine(WAITING)], height) as Line[];
  const half = halfWidth(width);
  const chartHeight = Math.max(4, height - FACTS - 2);
  const steps = view.losses(elr);
  const heading = (name: string, count: number): Line =>
    title(
      firstFitting(
        half,
        `${name}: loss against step, ${count} steps`,
        `${name}: loss, ${count} steps`,
        `${name}: loss`,
      ),
    );
  const left = [
    heading(view.sides.toy.title, TOY_STEPS),
    ...lossChart(toyRun(view, toyElr).trajectory.loss, half, chartHeight),
    ...toyFacts(view, toyElr, half),
  ];
  const right = [
    heading(view.sides.network.title, steps.length),
    ...lossChart(steps, half, chartHeight),
    ...networkFacts(view, elr, half),
  ];
  return fitHeight([regimeLegend(width), ...besides(left, right, half, GAP)], height) as Line[];
}
