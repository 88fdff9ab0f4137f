import { Command } from 'commander';
import type { WeightsQuality } from '../../../deep/evaluate/evaluate-weights.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { type ExaminationOptions, openExamination, withExaminationOptions } from './examination.js';

interface EvaluateOptions extends ExaminationOptions {
  readonly json?: true;
}

const TITLES = ['images', 'normalised with', 'loss', 'accuracy'] as const;

function qualityText(files: number, { train, test, norm }: WeightsQuality): string {
  const statistics = files === 1 ? 'running statistics' : 're-estimated statistics';
  const rows = Object.entries({ train, test }).flatMap(([name, { training, evaluation }]) => [
    [name, 'statistics of each batch', formatNumber(training.loss), formatNumber(training.accuracy)],
    [name, statistics, formatNumber(evaluation.loss), formatNumber(evaluation.accuracy)],
  ]);
  const columns = TITLES.map((title, i) => (i < 2 ? { title } : { title, align: 'right' as const }));
  return `${files === 1 ? '' : `average of ${files}; `}joint norm ${formatNumber(norm)}\n\n${formatTable(columns, rows)}`;
}

async function evaluate(files: readonly string[], { json, ...options }: EvaluateOptions): Promise<void> {
  const { setting, weights } = await openExamination(files, options);
  const { evaluateWeights } = await import('../../../deep/evaluate/evaluate-weights.js');
  const quality = await evaluateWeights(setting, weights);
  if (json) printJson({ files, ...quality });
  else printLine(qualityText(files.length, quality));
}

/** `regimes evaluate`: weights on disk, or the average of several, on all images. */
export const evaluateCommand = (): Command =>
  withExaminationOptions(new Command('evaluate').argument('<file...>', 'safetensors files written by runs'))
    .option('--json', 'print JSON only')
    .action(evaluate);
