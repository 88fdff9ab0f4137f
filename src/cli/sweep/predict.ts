import { Command } from 'commander';
import { forecastText } from '../../text/forecast-text.js';
import { log, printJson, printLine } from '../../text/output.js';
import { networkSpec, type ProtocolOptions, valuesOf, withProtocolOptions } from '../experiment/experiment-options.js';
import { trainWithProgress } from './train-with-progress.js';

interface PredictOptions extends ProtocolOptions {
  readonly curvature?: true;
}

async function predict(options: PredictOptions): Promise<void> {
  const { steps, seed, curvature = false, out: directory, workers, json } = options;
  const { probe } = await import('../../../deep/study/probe.js');
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const spec = { base: networkSpec(options), steps, seeds: valuesOf(seed), curvature };
  const record = await probe(spec, toyTheory, { directory, workers, train: trainWithProgress, onNote: log });
  if (json) printJson({ directory, ...record });
  else printLine(forecastText(record));
}

/** `regimes predict`: thresholds of a network and data set before a sweep, from one cheap probe. */
export const predictCommand = (): Command =>
  withProtocolOptions(
    new Command('predict').description(
      'Predict the thresholds of a network before a sweep, from a probe that costs a fifth of ten runs of 4,000 steps or more, ' +
        'and a larger part of shorter ones. Very short runs find divergence, and convergence is said to end at a sixteenth of it: no other ' +
        'reading has done better. Short runs show their noise (T14) and the equilibrium curve (T4), whose readings stand beside.',
    ),
    { steps: 4000, lists: { seed: [1, 2] } },
  )
    .option('--curvature', 'also read the network from its curvature (T3), which can triple the cost')
    .action(predict);
