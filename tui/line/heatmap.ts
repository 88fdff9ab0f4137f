import { formatNumber } from '../../src/text/output.js';
import type { Cell } from '../../toy/phase/cells.js';
import type { PhaseDiagram } from '../../toy/phase/phase-diagram.js';
import { cellStyle, type HeatmapQuantity, heatmapLegend, valueLimits } from './heatmap-style.js';
import { joinSpans, type Line, type Span } from './styled.js';

export interface HeatmapOptions {
  readonly quantity: HeatmapQuantity;
  readonly width: number;
  readonly height: number;
  /** Half blocks in colour show twice as many rows; without colour each cell is a mark. */
  readonly color: boolean;
}

const LABEL = 9;

/** Nearest cell of a diagram to a place of the picture; y grows upwards. */
function sample({ cells }: PhaseDiagram, row: number, rows: number, column: number, columns: number): Cell | null {
  const at = (place: number, places: number, size: number): number =>
    Math.min(size - 1, Math.floor(((place + 0.5) * size) / places));
  const y = cells.length - 1 - at(row, rows, cells.length);
  const x = at(column, columns, cells[0]!.length);
  return cells[y]![x] ?? nearestKnown(cells, y, x);
}

/** While a diagram is coarse, the computed cell below and left of a place stands for it. */
function nearestKnown(cells: PhaseDiagram['cells'], y: number, x: number): Cell | null {
  for (let stride = 2; stride <= 1024; stride *= 2) {
    const known = cells[y - (y % stride)]?.[x - (x % stride)];
    if (known) return known;
  }
  return null;
}

/** One line of the picture: two rows of cells by half blocks in colour, one row of marks without. */
function pictureRow(
  diagram: PhaseDiagram,
  row: number,
  columns: number,
  { quantity, height, color }: HeatmapOptions,
  limits: [number, number],
): Line {
  const style = (place: number, places: number, column: number) =>
    cellStyle(sample(diagram, place, places, column, columns), quantity, limits);
  const span = (column: number): Span => {
    if (!color) return { text: style(row, height, column).mark };
    const [top, bottom] = [2 * row, 2 * row + 1].map((half) => style(half, 2 * height, column));
    return { text: '▀', color: top!.color, background: bottom!.color };
  };
  return joinSpans(Array.from({ length: columns }, (_, column) => span(column)));
}

/** A phase diagram as a picture with axes and legend: `height + 3` lines of at most `width` columns. */
export function heatmap(diagram: PhaseDiagram, options: HeatmapOptions): Line[] {
  const { width, height, quantity } = options;
  const columns = Math.max(1, width - LABEL - 1);
  const limits = valueLimits(diagram, quantity);
  const { x, y } = diagram;
  const tick = (row: number): string => {
    const place = Math.round(((height - 1 - row) / Math.max(1, height - 1)) * (y.values.length - 1));
    return row % 4 === 0 || row === height - 1 ? formatNumber(y.values[place]!, 3) : '';
  };
  const rows = Array.from(
    { length: height },
    (_, row): Line => [
      { text: `${tick(row).padStart(LABEL)}┤` },
      ...pictureRow(diagram, row, columns, options, limits),
    ],
  );
  const [first, last] = [x.values[0]!, x.values.at(-1)!].map((value) => formatNumber(value, 3));
  const middle = `${x.name} (${x.scale})`;
  const gap = Math.max(2, columns - first!.length - middle.length - last!.length);
  const axis = `${first}${' '.repeat(Math.floor(gap / 2))}${middle}${' '.repeat(Math.ceil(gap / 2))}${last}`;
  return [
    [{ text: `${y.name} (${y.scale})` }],
    ...rows,
    [{ text: `${' '.repeat(LABEL + 1)}${axis}` }],
    heatmapLegend(diagram, quantity, options.color),
  ];
}
