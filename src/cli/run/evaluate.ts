import { Command } from 'commander';
import type { WeightsQuality } from '../../../deep/evaluate/evaluate-weights.js';
import type { Normalisation } from '../../run/normalisation.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { type ExaminationOptions, openExamination, withExaminationOptions } from './examination.js';

interface EvaluateOptions extends ExaminationOptions {
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

async function evaluate(files: readonly string[], { json, ...options }: EvaluateOptions): Promise<void> {
  const { setting, normalisation, weights } = await openExamination(files, options);
  const { evaluateWeights } = await import('../../../deep/evaluate/evaluate-weights.js');
  const quality = await evaluateWeights(setting, weights);
  if (json) printJson({ files, normalisation, ...quality });
  else printLine(qualityText(files.length, quality, pixelsText(normalisation, setting.data.name)));
}

/** `regimes evaluate`: weights on disk, or the average of several, on all images. */
export const evaluateCommand = (): Command =>
  withExaminationOptions(
    new Command('evaluate').argument('<file...>', 'safetensors files written by runs, or state dicts of PyTorch'),
  )
    .option('--json', 'print JSON only')
    .action(evaluate);
