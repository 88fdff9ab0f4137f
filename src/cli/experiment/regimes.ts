import type { Command } from 'commander';
import { ratiosToThreshold, sideBySide } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { regimePredictions, regimeRows, toyRegimePredictions } from '../../experiments/regimes.js';
import { regimesTable } from '../../text/experiment/regimes-text.js';
import { shellWord } from '../../text/shell-words.js';
import { thresholdLines } from '../../text/verification/threshold-text.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, measuredAtEnd, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly alpha: readonly number[];
}

async function compareRegimes(options: Options): Promise<Findings> {
  const { out, elr, alpha, seed, steps } = options;
  const runs = await trainNetwork(out, options, { base: measuredAtEnd(steps), vary: { elr, seed } });
  const { measured, thresholds } = judgeNetwork('network', runs, elr);
  const { regimesTwin } = await import('../../../toy/twins/regimes-toy.js');
  const network = regimeRows(measured, runs);
  const toy = regimesTwin(ratiosToThreshold(elr, thresholds), { alpha, steps, seeds: seed });
  const commands = ['loss-egn', 'epoch-loss', 'loss'].map((name) => `regimes figure ${name} ${shellWord(out)}`);
  return {
    facts: { elrs: elr, thresholds, network, toy },
    predictions: sideBySide(regimePredictions(measured), toyRegimePredictions(toy)),
    text: (predictions) => [
      `${steps} steps per run; the k of the toy is its ELR in units of its threshold, as that of the network is\n` +
        'in units of the middle of its bracket. Loss, EGN and R: means over the end of training.',
      regimesTable([
        { of: 'network', rows: network },
        { of: 'toy', rows: toy },
      ]),
      thresholdLines(thresholds),
      predictions,
      `Figures: ${commands.join(', ')}`,
    ],
  };
}

export const regimesCommand = (): Command =>
  defineExperiment<Options>({
    name: 'regimes',
    statement: 'The paper, T1, T4, T6: three regimes along the ELR, with loss, test error, EGN and noise share.',
    steps: 3000,
    lists: { seed: [1, 2] },
    elrs: '5e-4,1e-3,4e-3,8e-3,1.6e-2,6e-2',
    alpha: [1, 2, 4],
    run: compareRegimes,
  });
