import { Command } from 'commander';
import type { RunCurvatureOptions } from '../../../deep/curvature/run-curvature.js';
import {
  CURVATURE_MATRICES,
  type Curvature,
  type CurvatureMatrix,
  IMAGE_SUBSETS,
  type ImageSubset,
} from '../../run/curvature-record.js';
import { MOST_EIGENVALUES, MOST_PROBES } from '../../system/bounds.js';
import { count, countUpTo, fraction, oneOf, seed } from '../../text/grammar/value-grammar.js';
import { formatNumber, log, printLine } from '../../text/output.js';
import { type CurvatureOfRun, curvatureTable, groupTable, spectrumText } from '../../text/run/curvature-text.js';
import { type LeftOut, leavingOut } from './left-out.js';
import { measureRuns, type RunAtHand, threadsOption } from './run-folders.js';

interface CurvatureOptions {
  readonly of: CurvatureMatrix;
  readonly subset: ImageSubset;
  readonly at?: number;
  readonly top: number;
  readonly groups?: true;
  readonly trace?: number;
  readonly spectrum?: number;
  readonly images?: number;
  readonly batch?: number;
  readonly tolerance: number;
  readonly products: number;
  readonly seed: number;
  readonly threads: number;
  readonly json?: true;
}

const measurementOptions = ({ products, trace, spectrum, threads: _, json: __, ...rest }: CurvatureOptions) =>
  ({
    ...rest,
    ...{ maximumProducts: products, traceProbes: trace ?? 0, spectrumStarts: spectrum ?? 0 },
  }) satisfies RunCurvatureOptions;

async function measure({ folder, engine }: RunAtHand, options: CurvatureOptions): Promise<Curvature> {
  const { curvatureOfRun } = await import('../../../deep/curvature/run-curvature.js');
  const curvature = await curvatureOfRun(engine, folder, measurementOptions(options), log);
  log(`${folder}: ${curvature.products} products in ${formatNumber(curvature.seconds)} s`);
  return curvature;
}

function printRuns(runs: readonly CurvatureOfRun[]): void {
  printLine(curvatureTable(runs));
  for (const { run, curvature } of runs) {
    if (curvature.groups.length > 0) printLine(`\n${run}\n${groupTable(curvature)}`);
    if (curvature.spectrum !== null)
      printLine(`\n${run}: lower ends of bins, share of all eigenvalues\n${spectrumText(curvature)}`);
  }
}

async function curvature(leftOut: LeftOut, directory: string, options: CurvatureOptions): Promise<void> {
  const runs = await measureRuns(directory, { ...options, leftOut }, (run) => measure(run, options));
  if (!options.json) printRuns(runs.map(({ measurement, ...run }) => ({ ...run, curvature: measurement })));
}

/** `regimes curvature`: the spectrum of the Hessian or a Fisher matrix at the weights of runs. */
export const curvatureCommand = (): Command =>
  new Command('curvature')
    .argument('<dir>', 'folder of a run or of a sweep')
    .option(
      '--of <matrix>',
      'hessian; fisher, with labels drawn from the network; or empirical-fisher, with the given labels',
      oneOf(CURVATURE_MATRICES),
      'hessian',
    )
    .option(
      '--subset <images>',
      'all; clean or corrupted: the images whose labels --corrupt or --labels left alone or replaced',
      oneOf(IMAGE_SUBSETS),
      'all',
    )
    .option('--at <step>', 'at the weights kept after this step (default: the final weights)', seed)
    .option('--top <count>', 'number of largest eigenvalues', countUpTo(MOST_EIGENVALUES), 1)
    .option('--groups', 'also the largest eigenvalue of each scale-invariant group')
    .option('--trace <probes>', 'estimate the trace, with this many random vectors', countUpTo(MOST_PROBES))
    .option(
      '--spectrum <starts>',
      'estimate the spectral density, from this many random starts',
      countUpTo(MOST_PROBES),
    )
    .option('--images <count>', 'number of training images to average over (default: 1024)', count)
    .option(
      '--batch <count>',
      'batch size, each batch normalised by its own statistics (default: that of the run)',
      count,
    )
    .option('--tolerance <fraction>', 'accuracy of the eigenvalues, relative to the largest', fraction, 0.01)
    .option('--products <count>', 'maximum number of products with the matrix', count, 100)
    .option('--seed <number>', 'seed of the random vectors', seed, 1)
    .addOption(threadsOption())
    .option('--json', 'print JSON lines only')
    .action(leavingOut(curvature));
