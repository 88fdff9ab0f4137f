import { type CellTask, evaluateTask, type PackedCells, packCells } from './cell-task.js';

/** What a thread of the pool does. */
export default (task: CellTask): PackedCells => packCells(evaluateTask(task));
