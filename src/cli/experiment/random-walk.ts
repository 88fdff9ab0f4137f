import { join } from 'node:path';
import { Command } from 'commander';
import { sideBySide } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { type WalkAtElr, walkCosines, walkPredictions } from '../../experiments/random-walk.js';
import { regimeMatrix, sideBySideText } from '../../text/experiment-text.js';
import { printJson, printLine } from '../../text/output.js';
import { walkTable } from '../../text/random-walk-text.js';
import { count } from '../../text/value-grammar.js';
import { shellWord } from '../report/sweep-command.js';
import {
  type ExperimentOptions,
  placed,
  reportFailures,
  trainingOf,
  valuesOf,
  withExperimentOptions,
} from './experiment-options.js';

interface Options extends ExperimentOptions {
  /** Steps that are then followed one by one. */
  readonly followedSteps: number;
}

const STEPS = 4000;
const FOLLOWED = 128;
const SEEDS = [1, 2];
const ELRS = '0.001,0.004,0.008,0.06';

async function runRandomWalk(options: Options): Promise<void> {
  const { out: directory, elr, seed, steps, followedSteps, json } = options;
  const { trainFollowed } = await import('../../../deep/study/followed-runs.js');
  const { walkOf } = await import('../../../deep/evaluate/kept-points.js');
  const training = trainingOf(options);
  const trained = await trainFollowed({ elr, seed: valuesOf(seed) }, { directory, followedSteps, training });
  reportFailures(trained.failed);
  const judged = judgeNetwork('network', trained.runs, elr);
  const walks = judged.runs.map(({ elr: at, regime }): WalkAtElr => {
    const alike = trained.followed.filter(({ manifest }) => manifest.configuration.rate.value === at);
    return { elr: at, regime, cosines: walkCosines(alike.map(walkOf)) };
  });
  const predictions = sideBySide(walkPredictions(walks), []);
  if (json) {
    printJson({ experiment: 'random-walk', directory, steps, elrs: elr, followedSteps, walks, predictions });
    return;
  }
  printLine(
    `${steps} steps per run, then ${followedSteps} that are followed. Cosines between weights so many steps apart, in brackets`,
  );
  printLine('those of a random walk with the same step sizes (K6).\n');
  printLine(regimeMatrix([judged], elr));
  printLine(`\n${walkTable(walks)}\n`);
  printLine(sideBySideText(predictions));
  printLine(`\nFigure: regimes figure random-walk ${shellWord(join(directory, 'followed'))}`);
}

/** `regimes experiment run random-walk`. */
export const randomWalkCommand = (): Command =>
  withExperimentOptions(
    new Command('random-walk').description(
      'K6: weights that diverge go as a random walk, those in equilibrium stay nearer.',
    ),
    { steps: STEPS, lists: { seed: SEEDS }, elrs: ELRS, leftOut: ['projection', 'momentum', 'weightDecay'] },
  )
    .option('--followed-steps <count>', 'steps that are then taken with the weights of each kept', count, FOLLOWED)
    .action(placed(runRandomWalk));
