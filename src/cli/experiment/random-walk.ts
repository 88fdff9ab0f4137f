import { join } from 'node:path';
import type { Command } from 'commander';
import { sideBySide } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { type Walk, type WalkAtElr, walkCosines, walkPredictions } from '../../experiments/random-walk.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { walkTable } from '../../text/experiment/random-walk-text.js';
import { count } from '../../text/grammar/value-grammar.js';
import { shellWord } from '../../text/shell-words.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, reported, trainingOf } from './experiment-options.js';

interface Options extends ExperimentOptions {
  /** Steps that are then followed one by one. */
  readonly followedSteps: number;
}

async function compareWithWalk(options: Options): Promise<Findings> {
  const { out: directory, elr, seed, steps, followedSteps } = options;
  const { trainFollowed } = await import('../../../deep/study/followed-runs.js');
  const { walkOf } = await import('../../../deep/evaluate/kept-points.js');
  const training = trainingOf(options);
  const trained = reported(await trainFollowed({ elr, seed }, { directory, followedSteps, training }));
  const judged = judgeNetwork('network', trained.runs, elr);
  const ofSteps = (run: RecordedRun): Walk =>
    walkOf(run, { taken: run.steps.length, effectiveSteps: run.steps.columns.ess });
  const walks = judged.runs.map(({ elr: at, regime }): WalkAtElr => {
    const alike = trained.continued.filter(({ manifest }) => manifest.configuration.rate.value === at);
    return { elr: at, regime, cosines: walkCosines(alike.map(ofSteps)) };
  });
  return {
    facts: { elrs: elr, followedSteps, walks },
    predictions: sideBySide(walkPredictions(walks), []),
    text: (predictions) => [
      `${steps} steps per run, then ${followedSteps} that are followed. Cosines between weights so many steps apart, in brackets\n` +
        'those of a random walk with the same step sizes (K6).',
      regimeMatrix([judged], elr),
      walkTable(walks),
      predictions,
      `Figure: regimes figure random-walk ${shellWord(join(directory, 'followed'))}`,
    ],
  };
}

export const randomWalkCommand = (): Command =>
  defineExperiment<Options>({
    name: 'random-walk',
    statement: 'K6: weights that diverge go as a random walk, those in equilibrium stay nearer.',
    steps: 4000,
    lists: { seed: [1, 2] },
    elrs: '0.001,0.004,0.008,0.06',
    leftOut: ['projection', 'momentum', 'weightDecay'],
    withOwnOptions: (command) =>
      command.option('--followed-steps <count>', 'steps that are then taken with the weights of each kept', count, 128),
    run: compareWithWalk,
  });
