import { type Grid, type Ink, placeOf } from './grid.js';

/** A point as parts of the axes: 0 is left and below, 1 right and above. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const dotOf = (grid: Grid, { x, y }: Place): [number, number] => [
  placeOf(x, grid.dotColumns),
  grid.dotRows - 1 - placeOf(y, grid.dotRows),
];

export const cellOf = (grid: Grid, { x, y }: Place): [number, number] => [
  placeOf(x, grid.columns),
  grid.rows - 1 - placeOf(y, grid.rows),
];

/** The part of a line inside the axes, by Liang and Barsky; undefined if there is none. */
export function clipped(from: Place, to: Place): [Place, Place] | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [start, end] = [0, 1];
  for (const [change, room] of [
    [-dx, from.x],
    [dx, 1 - from.x],
    [-dy, from.y],
    [dy, 1 - from.y],
  ] as const) {
    if (change === 0) {
      if (room < 0) return undefined;
    } else if (change < 0) start = Math.max(start, room / change);
    else end = Math.min(end, room / change);
  }
  if (!(start <= end)) return undefined;
  const at = (part: number): Place =>
    part === 0 ? from : part === 1 ? to : { x: from.x + part * dx, y: from.y + part * dy };
  return [at(start), at(end)];
}

/** Dots of a dash, and of the gap behind it; none: the line is whole. */
export interface Dashes {
  readonly length?: number;
  /** Dots of the line so far. */
  readonly done?: number;
}

/** A straight line of dots, both ends included, cut at the axes. Returns how many dots it goes on for. */
export function stroke(grid: Grid, from: Place, to: Place, ink: Ink, { length = 0, done = 0 }: Dashes = {}): number {
  const inside = clipped(from, to);
  if (inside === undefined) return 0;
  const [[x0, y0], [x1, y1]] = [dotOf(grid, inside[0]), dotOf(grid, inside[1])];
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  for (let i = 0; i <= steps; i++) {
    if (length > 0 && (done + i) % (2 * length) >= length) continue;
    const part = steps === 0 ? 0 : i / steps;
    grid.dot(Math.round(x0 + part * (x1 - x0)), Math.round(y0 + part * (y1 - y0)), ink);
  }
  return steps;
}

/** The points joined. A single one is a dot. */
export function polyline(grid: Grid, places: readonly Place[], ink: Ink, length = 0): void {
  if (places.length === 1) stroke(grid, places[0]!, places[0]!, ink);
  let done = 0;
  for (let i = 1; i < places.length; i++) done += stroke(grid, places[i - 1]!, places[i]!, ink, { length, done });
}
