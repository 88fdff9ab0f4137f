import { type Cell, type CellOptions, type CellParameters, evaluateCells } from './cells.js';

export interface CellTask {
  readonly cells: readonly CellParameters[];
  readonly options: CellOptions;
}

/** What a thread of the pool does. */
export default ({ cells, options }: CellTask): Cell[] => evaluateCells(cells, options);
