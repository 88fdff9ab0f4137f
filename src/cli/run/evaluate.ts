import { dirname } from 'node:path';
import { Command } from 'commander';
import type { WeightsQuality } from '../../../deep/evaluate/evaluate-weights.js';
import type { PassSetting, Weights } from '../../../deep/observe/batch-pass.js';
import { isWhole } from '../../archive/official-arrays.js';
import type { Normalisation } from '../../run/image-settings.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { refuseOutFile } from '../options/out-file.js';
import { type ExaminationOptions, openExamination, withExaminationOptions } from './examination.js';

interface EvaluateOptions extends ExaminationOptions {
  readonly info?: string;
  readonly json?: true;
}

const TITLES = ['images', 'normalised with', 'loss', 'accuracy'] as const;

/** Whose constants pixels were normalised with. */
const pixelsText = (normalisation: Normalisation, set: string): string =>
  `pixels normalised with the ${normalisation === 'official' ? 'official constants (of CIFAR-10)' : `constants of ${set}`}`;

function qualityText(files: number, { train, test, norm }: WeightsQuality, pixels: string): string {
  const statistics = files === 1 ? 'running statistics' : 're-estimated statistics';
  const rows = Object.entries({ train, test }).flatMap(([name, { training, evaluation }]) => [
    [name, 'statistics of each batch', formatNumber(training.loss), formatNumber(training.accuracy)],
    [name, statistics, formatNumber(evaluation.loss), formatNumber(evaluation.accuracy)],
  ]);
  const columns = TITLES.map((title, i) => (i < 2 ? { title } : { title, align: 'right' as const }));
  return `${files === 1 ? '' : `average of ${files}; `}joint norm ${formatNumber(norm)}; ${pixels}\n\n${formatTable(columns, rows)}`;
}

function refuseInfoFile(path: string): void {
  if (!path.endsWith('.npz')) throw new UsageError(`--info ${path}; allowed: a file that ends in .npz`);
  refuseOutFile(path, '--info');
}

async function writeInfo(path: string, setting: PassSetting, weights: Weights): Promise<void> {
  const { officialInfo } = await import('../../../deep/evaluate/official-info.js');
  const { encodeNpz } = await import('../../system/npy.js');
  const arrays = await officialInfo(setting, weights);
  makeDirectory(dirname(path));
  writeAtomically(path, encodeNpz(arrays, new Set([...arrays.keys()].filter(isWhole))));
}

async function evaluate(files: readonly string[], { json, info, ...options }: EvaluateOptions): Promise<void> {
  if (info !== undefined && files.length > 1)
    throw new UsageError(`--info measures one file; ${files.length} are given, whose average would be evaluated`);
  if (info !== undefined) refuseInfoFile(info);
  const { setting, normalisation, weights } = await openExamination(files, options);
  const { evaluateWeights } = await import('../../../deep/evaluate/evaluate-weights.js');
  const quality = await evaluateWeights(setting, weights);
  // What is known already is not lost where the file cannot be written.
  if (json) printJson({ files, normalisation, ...quality });
  else printLine(qualityText(files.length, quality, pixelsText(normalisation, setting.data.name)));
  if (info !== undefined) await writeInfo(info, setting, weights[0]!);
}

/** `regimes evaluate`: weights on disk, or the average of several, on all images. */
export const evaluateCommand = (): Command =>
  withExaminationOptions(
    new Command('evaluate').argument('<file...>', 'safetensors files written by runs, or state dicts of PyTorch'),
  )
    .option(
      '--info <file>',
      'also write what the official get_info measures batch by batch (gradients, outliers, class probabilities), as .npz',
    )
    .option('--json', 'print JSON only')
    .action(evaluate);
