import type { Command } from 'commander';
import { type AnnealingOptions, annealingFacts, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { reported, risingValues, trainingOf } from './experiment-options.js';

interface Options extends AnnealingOptions {
  readonly elr: readonly number[];
  readonly batch: readonly number[];
}

async function compareBatches(options: Options): Promise<Findings> {
  const { trainTempered } = await import('../../../deep/study/tempered-runs.js');
  const { out: directory, elr, batch, seed, annealSteps } = options;
  const { arms } = reported(
    await trainTempered({ elr, batch, seed }, { directory, annealSteps, training: trainingOf(options) }),
  );
  return {
    facts: { elrs: elr, ...annealingFacts(options), arms: arms.length },
    predictions: [],
    text: () => ['trained'],
  };
}

const withOwnOptions = (command: Command): Command =>
  withAnnealSteps(
    command.option(
      '--elr <list>',
      'ELRs of the smallest batches, FROM:TO:COUNT or a list',
      risingValues,
      risingValues('5e-4,1e-3,2e-3,4e-3'),
    ),
    1600,
  );

export const temperatureCommand = (): Command =>
  defineExperiment<Options>({
    name: 'temperature',
    statement: 'T16: do loss and bottom in equilibrium depend on ELR / batch alone?',
    steps: 3000,
    lists: { seed: [1, 2], batch: [16, 64] },
    leftOut: ['init'],
    withOwnOptions,
    run: compareBatches,
  });
