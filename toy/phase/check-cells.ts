/** What cells cannot be computed with, refused before anything is. */
import { UsageError } from '../../src/system/usage-error.js';
import { type BatchOptions, checkBatches } from '../dynamics/mini-batches.js';
import type { CellParameters, ParameterColumns } from './cell-parameters.js';

/** Batches of a finite set, where cells draw them. */
interface WithBatches {
  readonly batches?: BatchOptions;
}

/** Refuses cells, or columns of them, that have no rate (UsageError). */
export function refuseNoRate({ elr, learningRate }: { readonly elr?: unknown; readonly learningRate?: unknown }): void {
  if (elr === undefined && learningRate === undefined)
    throw new UsageError('a cell has no rate; allowed: elr or learningRate, as a parameter or on an axis');
}

/** Refuses what is no number of steps (UsageError). */
export function refuseNoSteps(steps: number): void {
  if (!(Number.isSafeInteger(steps) && steps >= 1))
    throw new UsageError(`the number of steps is ${steps}; allowed: a whole number from 1 on`);
}

/** Refuses a cell that has not the parameters, and as many groups, as the first of those that it is computed with (UsageError). */
export function refuseOtherParameters(cell: CellParameters, first: CellParameters): void {
  const parameters = ({ alpha, ...others }: CellParameters): string => {
    const named = Object.entries(others).filter(([, value]) => value !== undefined);
    const names = named.map(([name]) => name).sort();
    return `alpha of ${alpha.length}${names.map((name) => `, ${name}`).join('')}`;
  };
  const [found, allowed] = [parameters(cell), parameters(first)];
  if (found !== allowed) throw new UsageError(`a cell has ${found}; allowed: what the first has, ${allowed}`);
}

/** The batches of a cell: those of the options, with its own numbers of samples. */
export const batchesOf = (
  batches: BatchOptions,
  { samples, batch }: Pick<CellParameters, 'samples' | 'batch'>,
): BatchOptions => ({
  samples: samples ?? batches.samples,
  batchSize: batch ?? batches.batchSize,
  sampling: batches.sampling,
});

/** Refuses a weight decay that takes away the whole norm in a step, or more, and batches larger than the set (UsageError). */
export function checkCell(cell: CellParameters, { batches }: WithBatches = {}): void {
  const { learningRate, weightDecay } = cell;
  if (batches !== undefined) checkBatches(batchesOf(batches, cell));
  if (learningRate === undefined || weightDecay === undefined || learningRate * weightDecay < 1) return;
  throw new UsageError(
    `learning rate and weight decay are ${learningRate} and ${weightDecay}; allowed: their product below 1`,
  );
}

/** The same of each of many cells. */
export function checkColumns({ count, ...columns }: ParameterColumns, options: WithBatches): void {
  const { learningRate, weightDecay, samples, batch } = columns;
  if ((learningRate === undefined || weightDecay === undefined) && options.batches === undefined) return;
  const named = Object.entries({ learningRate, weightDecay, samples, batch }).filter(([, numbers]) => numbers);
  for (let i = 0; i < count; i += 1)
    checkCell({ alpha: [], ...Object.fromEntries(named.map(([name, numbers]) => [name, numbers![i]])) }, options);
}
