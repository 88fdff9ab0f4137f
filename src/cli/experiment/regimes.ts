import { Command } from 'commander';
import { sideBySide } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { regimePredictions, regimeRows, toyRegimePredictions } from '../../experiments/regimes.js';
import { bracketCentre } from '../../regime/analyse.js';
import { sideBySideText } from '../../text/experiment-text.js';
import { printJson, printLine } from '../../text/output.js';
import { regimesTable } from '../../text/regimes-text.js';
import { thresholdLines } from '../../text/verification-text.js';
import { shellWord } from '../report/sweep-command.js';
import {
  type ExperimentOptions,
  measuredAtEnd,
  placed,
  reportFailures,
  trainNetwork,
  valuesOf,
  withAlpha,
  withExperimentOptions,
} from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly alpha: readonly number[];
}

const STEPS = 3000;
const SEEDS = [1, 2];
const ELRS = '5e-4,1e-3,4e-3,8e-3,1.6e-2,6e-2';

async function runRegimes(options: Options): Promise<void> {
  const { out, elr, alpha, steps, json } = options;
  const seeds = valuesOf(options.seed);
  const { runs, failed } = await trainNetwork(out, options, { base: measuredAtEnd(steps), vary: { elr, seed: seeds } });
  reportFailures(failed);
  const { measured, thresholds } = judgeNetwork('network', runs, elr);
  const unit = bracketCentre(thresholds.convergence) ?? Math.sqrt(elr[0]! * elr.at(-1)!);
  const { regimesTwin } = await import('../../../toy/twins/regimes-toy.js');
  const network = regimeRows(measured, runs);
  const ratios = elr.map((value) => value / unit);
  const toy = regimesTwin(ratios, { alpha, steps, seeds });
  const predictions = sideBySide(regimePredictions(measured), toyRegimePredictions(toy));
  if (json) {
    const found = { thresholds, network, toy, predictions };
    printJson({ experiment: 'regimes', directory: out, steps, elrs: elr, ...found });
    return;
  }
  printLine(`${steps} steps per run; the k of the toy is its ELR in units of its threshold, as that of the network is`);
  printLine('in units of the middle of its bracket. Loss, EGN and R: means over the end of training.\n');
  const subjects = [
    { of: 'network', rows: network },
    { of: 'toy', rows: toy },
  ] as const;
  printLine(regimesTable(subjects));
  printLine(`\n${thresholdLines(thresholds)}\n`);
  printLine(sideBySideText(predictions));
  const commands = ['loss-egn', 'epoch-loss', 'loss'].map((name) => `regimes figure ${name} ${shellWord(out)}`);
  printLine(`\nFigures: ${commands.join(', ')}`);
}

/** `regimes experiment run regimes`. */
export const regimesCommand = (): Command =>
  withAlpha(
    withExperimentOptions(
      new Command('regimes').description(
        'The paper, T1, T4, T6: three regimes along the ELR, with loss, test error, EGN and noise share.',
      ),
      { steps: STEPS, lists: { seed: SEEDS }, elrs: ELRS },
    ),
    [1, 2, 4],
  ).action(placed(runRegimes));
