import { Command } from 'commander';
import type { LinearPath } from '../../../deep/evaluate/linear-path.js';
import { MOST_PATH_POINTS } from '../../system/bounds.js';
import { countUpTo } from '../../text/grammar/value-grammar.js';
import { formatNumber, formatTable, printJson, printLine, rightAligned } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { usualGlyphs } from '../terminal/usual-glyphs.js';
import { type ExaminationOptions, openExamination, withExaminationOptions } from './examination.js';

interface PathOptions extends ExaminationOptions {
  readonly points: number;
  readonly straight?: boolean;
  readonly json?: true;
}

const TITLES = ['t', 'train loss', 'train accuracy', 'test loss', 'test accuracy'] as const;
const HEIGHT = 16;

function pathText({ ends, points, barrier }: LinearPath): string {
  const rows = points.map(({ t, train, test }) =>
    [t, train.loss, train.accuracy, test.loss, test.accuracy].map((value) => formatNumber(value)),
  );
  const columns = TITLES.map(rightAligned);
  return [
    `between the ends: cosine ${formatNumber(ends.cosine)}, distance ${formatNumber(ends.distance)}`,
    `training-loss barrier above the line between the ends: ${formatNumber(barrier)}`,
    formatTable(columns, rows),
  ].join('\n\n');
}

async function printCurves({ points }: LinearPath): Promise<void> {
  const { curveFigure } = await import('../../../tui/figure/command-curves.js');
  const { printFigure } = await import('../figure/print-figure.js');
  for (const images of ['train', 'test'] as const) {
    const losses = points.map((point) => point[images].loss);
    printLine();
    printFigure(curveFigure(`${images} loss along the line`, losses, { label: 't', y: `${images} loss`, last: 1 }), {
      ...{ height: HEIGHT, glyphs: usualGlyphs('box') },
    });
  }
}

async function path(from: string, to: string, { points, straight = false, json, ...options }: PathOptions) {
  const { setting, weights } = await openExamination([from, to], options);
  const { linearPath } = await import('../../../deep/evaluate/linear-path.js');
  const progress = new Progress();
  let done = 0;
  const onPoint = (): void => {
    done += 1;
    progress.update(done, points, `${done} of ${points} points`);
  };
  const found = await linearPath(setting, weights[0]!, weights[1]!, { points, straight, onPoint }).finally(() =>
    progress.end(),
  );
  if (json) printJson({ from, to, sphere: !straight, ...found });
  else {
    printLine(pathText(found));
    await printCurves(found);
  }
}

/** `regimes path`: along the line between two weights on disk. */
export const pathCommand = (): Command =>
  withExaminationOptions(
    new Command('path')
      .argument('<from>', 'safetensors file written by a run, or state dict of PyTorch')
      .argument('<to>', 'weights of the same network'),
  )
    .option('--points <count>', 'number of points, both ends included', countUpTo(MOST_PATH_POINTS, 2), 11)
    .option('--straight', 'do not project the scale-invariant parameters back to the sphere')
    .option('--json', 'print JSON only')
    .action(path);
