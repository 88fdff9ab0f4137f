/** Two-dimensional phase diagrams of the toy, coarse to fine, on all cores. */
import { chunks } from '../../src/run/run-epochs.js';
import { type Axis, checkAxes, withParameter } from './axis.js';
import type { CellParameters } from './cell-parameters.js';
import { withCellPool } from './cell-pool.js';
import { type CellTask, type PackedCells, unpackCell } from './cell-task.js';
import { type Cell, type CellOptions, DEFAULT_STEPS } from './cells.js';
import { checkCell, refuseNoRate, refuseNoSteps } from './check-cells.js';

/** Runs of the toy over two parameters; while it is refined, some cells are null, and a finished one (`PhaseDiagram<Cell>`) has them all. */
export interface PhaseDiagram<Known extends Cell | null = Cell | null> {
  readonly x: Axis;
  readonly y: Axis;
  /** cells[row][column]: row for the place on y, column for that on x; null if not computed yet. */
  readonly cells: readonly (readonly Known[])[];
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

const FIRST_PICTURE = 1500;
/** A thread's task: as many cells as a kernel takes, or fewer where runs are long, since the caller's thread is busy meanwhile. */
const CELLS_PER_TASK = 256;
const STEPS_PER_TASK = CELLS_PER_TASK * 1000;
/** Fewer than these take longer by the cell, and are a task only where runs are so long that an interruption would have to wait. */
const FEW_CELLS = 32;
const MOST_STEPS_PER_TASK = 2e6;
/** A kernel takes two at a time. */
const FEWEST_CELLS = 2;

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

const numbersOf = (places: readonly Place[], of: (place: Place) => number): Float64Array => {
  const numbers = new Float64Array(places.length);
  for (const [i, place] of places.entries()) numbers[i] = of(place);
  return numbers;
};

/** Cells of a task whose runs have so many steps. */
export function cellsPerTask(steps: number): number {
  const usual = Math.min(CELLS_PER_TASK, Math.max(FEW_CELLS, Math.floor(STEPS_PER_TASK / steps)));
  return Math.max(FEWEST_CELLS, Math.min(usual, Math.floor(MOST_STEPS_PER_TASK / steps)));
}

/**
 * Runs the toy at every pair of values of two axes, the other parameters as in `base`. The first, coarse picture is there
 * after some hundred milliseconds; aborting throws the signal's reason, after the last completed refinement has been reported. Fails
 * (UsageError) as `checkAxes` and `checkCell`, before anything is computed.
 *
 * @example
 * const x = logarithmicAxis('elr', 0.1, 10, 5);
 * const y = linearAxis('noise', 0, 0.4, 3);
 * const { cells } = await computePhaseDiagram({ alpha: [1], elr: 1 }, x, y, { steps: 400 });
 * console.log(cells[0].map(({ regime }) => regime)[0]); // convergence
 */
export async function computePhaseDiagram(
  base: CellParameters,
  x: Axis,
  y: Axis,
  { threads, onRefined = () => {}, onProgress = () => {}, signal, ...options }: PhaseOptions = {},
): Promise<PhaseDiagram<Cell>> {
  refuseNoSteps(options.steps ?? DEFAULT_STEPS);
  checkAxes(x, y, options.user === undefined ? base.alpha.length : 0);
  const cells: (Cell | null)[][] = y.values.map(() => x.values.map(() => null));
  const total = x.values.length * y.values.length;
  const parameters = ({ row, column }: Place): CellParameters =>
    withParameter(withParameter(base, x.name, x.values[column]!), y.name, y.values[row]!);
  // Here, since a thread's error would arrive without its class. Parameters are largest at a corner.
  for (const row of [0, y.values.length - 1])
    for (const column of [0, x.values.length - 1]) {
      refuseNoRate(parameters({ row, column }));
      checkCell(parameters({ row, column }), options);
    }
  let done = 0;
  const [first, ...finer] = refinements(y.values.length, x.values.length);
  const taskOf = (places: readonly Place[]): CellTask => ({
    ...{ base, names: [x.name, y.name], options },
    x: numbersOf(places, ({ column }) => x.values[column]!),
    y: numbersOf(places, ({ row }) => y.values[row]!),
  });
  const keep = (places: readonly Place[], packed: PackedCells): void => {
    for (const [i, { row, column }] of places.entries()) cells[row]![column] = unpackCell(packed, i);
    done += places.length;
    onProgress(done / total);
  };
  // Small diagrams need no other threads, whose start takes longer than they do.
  const most = finer.length === 0 ? 1 : threads;
  await withCellPool({ ...(most && { threads: most }), ...(signal && { signal }) }, async (pool) => {
    const inTasks = (level: readonly Place[]) => chunks(level, cellsPerTask(options.steps ?? DEFAULT_STEPS));
    // The first picture is computed here: it is there before other threads have started.
    const levels = [
      inTasks(first!).map((places) => ({ places, result: pool.runHere(taskOf(places)) })),
      ...finer.map((level) => inTasks(level).map((places) => ({ places, result: pool.run(taskOf(places)) }))),
    ];
    // What fails is reported where it is awaited.
    for (const { result } of levels.flat()) result.catch(() => {});
    for (const level of levels) {
      for (const { places, result } of level) keep(places, await result);
      signal?.throwIfAborted();
      onRefined({ x, y, cells });
    }
  });
  return { x, y, cells: cells as Cell[][] };
}
