import { Command } from 'commander';
import { log, printJson, printLine } from '../../text/output.js';
import { forecastText } from '../../text/verification/forecast-text.js';
import { networkSpec, type ProtocolOptions, placed, withProtocolOptions } from '../experiment/experiment-options.js';

interface PredictOptions extends ProtocolOptions {
  readonly curvature?: true;
}

async function predict(options: PredictOptions): Promise<void> {
  const { steps, seed: seeds, curvature = false, out: directory, workers, json, placed: training } = options;
  const { probe } = await import('../../../deep/study/probe.js');
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const spec = { base: networkSpec(options), steps, seeds, curvature };
  const record = await probe(spec, toyTheory, { directory, workers, ...training, onNote: log });
  if (json) printJson({ directory, ...record });
  else printLine(forecastText(record));
}

/** `regimes predict`: thresholds of a network and data set before a sweep, from one cheap probe. */
export const predictCommand = (): Command =>
  withProtocolOptions(new Command('predict'), { steps: 4000, lists: { seed: [1, 2] } })
    .option('--curvature', 'also read the network from its curvature (T3), which can triple the cost')
    .action(placed(predict));
