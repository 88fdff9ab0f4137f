import { cellBorders } from '../figure/cell-ranges.js';
import { decimate } from '../figure/decimate.js';
import type { Drawable } from '../figure/drawable.js';
import type { Figure, FigureCells, FigurePoint } from '../figure/figure.js';
import { type DrawableSeries, piecesOf } from '../figure/pieces.js';
import type { Range } from '../figure/scale.js';
import { elrColor, elrSpan } from './elr-colors.js';
import { GROUND, INK, lineColor, lookOf, REGIME_LOOK } from './palette.js';
import { DASH, hasError } from './vega-legend.js';

/** Rows of vega's data, a table a kind of mark. */
export type Row = Readonly<Record<string, unknown>>;

/** More points than pixels of a line are drawn over each other. */
const BUCKETS = 1000;

/** A point beyond the axes lies on their border. */
const within = (value: number, [low, high]: Range): number => Math.min(high, Math.max(low, value));

const isLine = ({ kind }: { kind: string }): boolean => kind === 'line' || kind === 'path';

/** Colour of each line: that of its ELR where lines differ in it, else that of its regime. */
export function lineColors(
  series: readonly Pick<DrawableSeries, 'regime' | 'ending' | 'kind' | 'look' | 'elr'>[],
): string[] {
  const span = elrSpan(series);
  return series.map((one, place) => {
    if (span !== undefined && one.elr !== undefined) return elrColor(one.elr, span);
    if (one.kind === 'theory') return one.look === 'faint' ? INK.level : INK.theory;
    if (one.look === 'faint') return INK.faint;
    return (isLine(one) ? lookOf(one)?.color : undefined) ?? lineColor(place);
  });
}

const widthOf = ({ kind, look, selected = false }: DrawableSeries): number =>
  selected ? 3 : look === 'faint' ? 1 : kind === 'path' ? 1.2 : 1.8;

function dashOf({ kind, look, elr }: DrawableSeries): readonly number[] {
  if (look === 'dashed') return DASH.theory;
  return kind === 'theory' && elr !== undefined ? DASH.level : [];
}

/** Whether some of a line may be in the frame. The renderer of PNG ends the process at a clipped line of which nothing is. */
function isInFrame(piece: readonly FigurePoint[], { xRange, yRange }: Drawable): boolean {
  const meets = (axis: 'x' | 'y', [low, high]: Range): boolean =>
    piece.some((point) => point[axis] >= low) && piece.some((point) => point[axis] <= high);
  return meets('x', xRange) && meets('y', yRange);
}

/** Layers of lines: what is measured, with the levels of a plane behind it, and the theory over it. */
export type LineLayer = 'measured' | 'theory';

function layerOf({ kind, look }: DrawableSeries): LineLayer | undefined {
  if (kind === 'theory') return look === 'faint' ? 'measured' : 'theory';
  return kind === 'line' || kind === 'path' ? 'measured' : undefined;
}

/** Points of the lines of a layer, each with the line it belongs to. */
export function lineRows(shown: Drawable, layer: LineLayer): Row[] {
  const { series } = shown;
  const colors = lineColors(series);
  return series.flatMap((one, place) => {
    if (layerOf(one) !== layer) return [];
    const look = { color: colors[place], width: widthOf(one), dash: dashOf(one) };
    const pieces = one.pieces.filter((piece) => isInFrame(piece, shown));
    return pieces.flatMap((piece, i) =>
      (one.kind === 'line' ? decimate(piece, BUCKETS) : piece).map(({ x, y }) => ({
        ...{ line: `${place}.${i}`, x, y },
        ...look,
      })),
    );
  });
}

/** A white rim tells marks apart that overlap; a mark as thin as a cross would be lost in it. */
export const rimOf = (shape: string | undefined, color: string): string => (shape?.startsWith('M') ? color : '#ffffff');

function pointRow(point: FigurePoint, place: number, shown: Drawable): Row {
  const { x, y, error, selected = false } = point;
  const { color, shape } = lookOf(point) ?? { color: lineColor(place), shape: 'circle' };
  const hasError = error !== undefined && error > 0 && Number.isFinite(error);
  return {
    ...{ x: within(x, shown.xRange), y: within(y, shown.yRange), color, shape, selected, rim: rimOf(shape, color) },
    ...(hasError && { low: within(y - error, shown.yRange), high: within(y + error, shown.yRange) }),
  };
}

export const pointRows = (shown: Drawable): Row[] =>
  shown.series.flatMap(({ kind, pieces }, place) =>
    kind === 'points' ? pieces.flat().map((point) => pointRow(point, place, shown)) : [],
  );

/** The bands of theories around their lines, cut at the frame; as wide as the standard error to either side. */
export const errorBandRows = (shown: Drawable): Row[] =>
  shown.series.flatMap(({ kind, pieces }, place) =>
    kind !== 'theory'
      ? []
      : pieces
          .filter((piece) => isInFrame(piece, shown))
          .flatMap((piece) => piecesOf(piece, hasError))
          .flatMap((piece, i) =>
            piece.map(({ x, y, error }) => ({
              ...{
                line: `${place}.${i}`,
                x,
                low: within(y - error!, shown.yRange),
                high: within(y + error!, shown.yRange),
              },
            })),
          ),
  );

/** Spans of the horizontal axis, as far as they lie on it. */
export const bracketRows = ({ bands = [] }: Pick<Figure, 'bands'>, { xRange }: Drawable): Row[] =>
  bands.map(({ from, to }) => ({ x: within(from, xRange), x2: within(to, xRange) })).filter(({ x, x2 }) => x < x2);

/** Rectangles of a diagram. */
export function cellRows(cells: FigureCells, { x, y }: Pick<Figure, 'x' | 'y'>): Row[] {
  const [columns, rows] = [cellBorders(cells.x, x.scale), cellBorders(cells.y, y.scale)];
  return cells.values.flatMap((values, row) =>
    values.flatMap((value, column): Row[] =>
      value === null || (typeof value === 'number' && Number.isNaN(value))
        ? []
        : [
            {
              ...{ x: columns[column], x2: columns[column + 1], y: rows[row], y2: rows[row + 1] },
              ...(typeof value === 'number' ? { value } : { color: GROUND[value] }),
            },
          ],
    ),
  );
}

const BAR = { measured: [-0.38, -0.01], predicted: [0.01, 0.38] } as const;

/** Bars of categories: measured left, predicted right of the middle of their place. */
export const barRows = ({ series, yRange }: Drawable): Row[] =>
  series.flatMap(({ kind, pieces }) => {
    if (kind !== 'measured bars' && kind !== 'predicted bars') return [];
    const isMeasured = kind === 'measured bars';
    const [left, right] = BAR[isMeasured ? 'measured' : 'predicted'];
    return pieces.flat().map(({ x, y, error = Number.NaN, regime = 'undecided' }) => ({
      ...{ x: x + left, x2: x + right, y, base: Math.max(0, yRange[0]), middle: x + (left + right) / 2 },
      color: isMeasured ? REGIME_LOOK[regime].color : '#ffffff',
      stroke: isMeasured ? REGIME_LOOK[regime].color : INK.theory,
      ...(error > 0 && Number.isFinite(error) && { low: within(y - error, yRange), high: within(y + error, yRange) }),
    }));
  });
