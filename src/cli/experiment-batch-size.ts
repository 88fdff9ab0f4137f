import { Command } from 'commander';
import {
  type BatchLaw,
  type BatchThreshold,
  batchSizePredictions,
  closedFormPredictions,
  fitBatchLaw,
  twinProbability,
} from '../experiments/batch-size.js';
import { type JudgedSweep, sideBySide } from '../experiments/experiment.js';
import type { Prediction } from '../prediction.js';
import { regimeMatrix, sideBySideText } from '../text/experiment-text.js';
import { formatNumber, printJson, printLine } from '../text/output.js';
import { valuesOrRange } from './arguments.js';
import { type ExperimentOptions, valuesOf, withExperimentOptions } from './experiment-options.js';
import { judgeNetwork, trainSweep } from './experiment-runs.js';
import type { Choice } from './list-options.js';
import { judgeTwin } from './toy-twin.js';

interface BatchSizeOptions extends ExperimentOptions {
  readonly elr: readonly number[];
  readonly batch: readonly Choice[];
}

const BATCHES = [8, 16, 32, 64];
const ELRS = '5e-4:4e-3:7';
const STEPS = 2000;

interface Twin {
  readonly sweeps: readonly JudgedSweep[];
  readonly predictions: readonly Prediction[];
}

const thresholdsOf = (sweeps: readonly JudgedSweep[], batches: readonly number[]): BatchThreshold[] =>
  sweeps.map(({ thresholds }, i) => ({ batch: batches[i]!, convergence: thresholds.convergence }));

/** The toy with Bernoulli noise of the same E[s^2] at every batch size, at the same k; none where noise cannot have it. */
async function twinOf(law: BatchLaw | undefined, options: BatchSizeOptions): Promise<Twin> {
  const batches = valuesOf(options.batch);
  if (law === undefined || !(law.sum > 0 && law.spread >= 0)) return { sweeps: [], predictions: [] };
  const { samplingThreshold } = await import('../../toy/noise.js');
  const { alpha, steps, seed, elr } = options;
  const ratios = elr.map((value) => value * law.sum);
  const sweeps: JudgedSweep[] = [];
  for (const batch of batches) {
    const probability = twinProbability(law, batch);
    const trajectory = (of: number) => ({ steps, seed: of, probability });
    sweeps.push(await judgeTwin(`batch ${batch}`, { alpha, ratios, seeds: valuesOf(seed), trajectory }));
  }
  const thresholds = thresholdsOf(sweeps, batches);
  const closedForm = (batch: number): number => samplingThreshold([1], twinProbability(law, batch));
  const predictions = [...batchSizePredictions(thresholds), ...closedFormPredictions(thresholds, closedForm)];
  return { sweeps, predictions };
}

function lawText(law: BatchLaw | undefined, { sweeps }: Twin): string {
  if (law === undefined) return 'No law: fewer than two batch sizes are bracketed. Choose other --elr.';
  const { sum, sumError, spread, spreadError, line } = law;
  const value = (of: number, error: number): string => `${formatNumber(of)} +- ${formatNumber(error, 2)}`;
  const fit =
    `1/ELR_c = S (1 + v / batch): S = ${value(sum, sumError)}, v = ${value(spread, spreadError)}, ` +
    `chi^2 = ${formatNumber(line.chiSquared, 3)} for ${line.degrees}`;
  const none = 'No twin: noise has no such v, for which larger batches would have lower thresholds.';
  return sweeps.length === 0 ? `${fit}\n${none}` : `${fit}\nThe toy has noise of that v; its ELRs are k = ELR x S.`;
}

async function runBatchSize(options: BatchSizeOptions): Promise<void> {
  const { out, elr, batch, steps, json } = options;
  const batches = valuesOf(batch);
  const { runs, failed } = await trainSweep(out, options, { elr }, ['elr', 'seed', 'batch']);
  const ofBatch = (size: number) => runs.filter(({ manifest }) => manifest.configuration.batch === size);
  const sweeps = batches.map((size) => judgeNetwork(`batch ${size}`, ofBatch(size)));
  const thresholds = thresholdsOf(sweeps, batches);
  const law = fitBatchLaw(thresholds);
  const twin = await twinOf(law, options);
  const predictions = sideBySide(batchSizePredictions(thresholds), twin.predictions);
  if (failed > 0) process.exitCode = 1;
  if (json) {
    const { line, ...fitted } = law ?? {};
    printJson({ experiment: 'batch-size', directory: out, steps, elrs: elr, law: law ? fitted : null, predictions });
    return;
  }
  printLine(`Thresholds after ${steps} steps a run, whatever the batch size.\n`);
  printLine(
    regimeMatrix(
      [...sweeps, ...twin.sweeps],
      elr.map((value) => formatNumber(value, 3)),
    ),
  );
  printLine(`\n${lawText(law, twin)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run batch-size`. */
export const batchSizeCommand = (): Command =>
  withExperimentOptions(
    new Command('batch-size').description('T10: smaller batches lower the threshold, 1 / ELR_c = S (1 + v / batch).'),
    'batch-size',
    { steps: STEPS, lists: { batch: BATCHES } },
  )
    .option(
      '--elr <list>',
      'ELRs that bracket the thresholds, FROM:TO:COUNT or a list',
      valuesOrRange,
      valuesOrRange(ELRS),
    )
    .action(runBatchSize);
