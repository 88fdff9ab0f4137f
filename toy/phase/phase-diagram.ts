/** Two-dimensional phase diagrams of the toy, coarse to fine, on all cores. */
import { type Axis, withParameter } from './axis.js';
import { type CellPool, withCellPool } from './cell-pool.js';
import { type Cell, type CellOptions, type CellParameters, checkCell } from './cells.js';

/** Runs of the toy over two parameters. */
export interface PhaseDiagram {
  readonly x: Axis;
  readonly y: Axis;
  /** cells[row][column]: row for the place on y, column for that on x; null if not computed yet. */
  readonly cells: readonly (readonly (Cell | null)[])[];
}

/** How a diagram is computed, and its progress callback. */
export interface PhaseOptions extends CellOptions {
  /** Threads; default: all cores. */
  readonly threads?: number;
  /** Called with the diagram at every refinement. */
  readonly onRefined?: (diagram: PhaseDiagram) => void;
  /** Called in between with the fraction of the cells that is done. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** Cells of the first picture, and of one task of a thread. */
const FIRST_PICTURE = 1500;
const CELLS_PER_TASK = 512;

interface Place {
  readonly row: number;
  readonly column: number;
}

/** The grid in refinements: each holds every 2^n-th row and column that no coarser one held. */
export function refinements(rows: number, columns: number, firstCells = FIRST_PICTURE): Place[][] {
  let stride = 1;
  while (Math.ceil(rows / stride) * Math.ceil(columns / stride) > firstCells) stride *= 2;
  const levels: Place[][] = [];
  for (let coarser = 0; stride >= 1; coarser = stride, stride /= 2) {
    const level: Place[] = [];
    for (let row = 0; row < rows; row += stride) {
      for (let column = 0; column < columns; column += stride) {
        const known = coarser > 0 && row % coarser === 0 && column % coarser === 0;
        if (!known) level.push({ row, column });
      }
    }
    levels.push(level);
    if (stride === 1) break;
  }
  return levels;
}

/**
 * Runs the toy at every pair of values of two axes, the other parameters as in `base`. The first, coarse picture is there
 * after some hundred milliseconds; aborting throws the signal's reason, after the last completed refinement has been reported. Fails
 * (UsageError) as `checkCell`, before anything is computed.
 */
export async function computePhaseDiagram(
  base: CellParameters,
  x: Axis,
  y: Axis,
  { threads, onRefined = () => {}, onProgress = () => {}, signal, ...options }: PhaseOptions = {},
): Promise<PhaseDiagram> {
  const cells: (Cell | null)[][] = y.values.map(() => x.values.map(() => null));
  const total = x.values.length * y.values.length;
  const parameters = ({ row, column }: Place): CellParameters =>
    withParameter(withParameter(base, x.name, x.values[column]!), y.name, y.values[row]!);
  // Here, since a thread's error would arrive without its class. Parameters are largest at a corner.
  for (const row of [0, y.values.length - 1])
    for (const column of [0, x.values.length - 1]) checkCell(parameters({ row, column }), options);
  let done = 0;
  const compute = async (pool: Pick<CellPool, 'run'>, places: readonly Place[]): Promise<void> => {
    const along = (value: (place: Place) => number): Float64Array => Float64Array.from(places, value);
    const results = await pool.run({
      ...{ base, names: [x.name, y.name], options },
      x: along(({ column }) => x.values[column]!),
      y: along(({ row }) => y.values[row]!),
    });
    places.forEach(({ row, column }, i) => {
      cells[row]![column] = results[i]!;
    });
    done += places.length;
    onProgress(done / total);
  };
  const [first, ...finer] = refinements(y.values.length, x.values.length);
  // The first picture is computed here: it is there before threads have started.
  await withCellPool({ threads: 1 }, (pool) => compute(pool, first!));
  signal?.throwIfAborted();
  onRefined({ x, y, cells });
  if (finer.length === 0) return { x, y, cells };
  await withCellPool({ ...(threads && { threads }), ...(signal && { signal }) }, async (pool) => {
    for (const level of finer) {
      const size = Math.min(CELLS_PER_TASK, Math.ceil(level.length / pool.threads));
      const tasks: Place[][] = [];
      for (let start = 0; start < level.length; start += size) tasks.push(level.slice(start, start + size));
      await Promise.all(tasks.map((task) => compute(pool, task)));
      signal?.throwIfAborted();
      onRefined({ x, y, cells });
    }
  });
  return { x, y, cells };
}
