import { Command } from 'commander';
import { oscillationPeriod } from '../../../toy/chaos/oscillation.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import type { Rate } from '../../../toy/dynamics/trajectory.js';
import { checkCell } from '../../../toy/phase/check-cells.js';
import { refuseMemory } from '../../system/bounds.js';
import { defined } from '../../system/defined.js';
import { count, positiveNumber } from '../../text/grammar/value-grammar.js';
import { log, printJson } from '../../text/output.js';
import { cellParameters, checkRate, withMotionOptions } from './motion-options.js';
import { lastHalf, printText, type SimulateOptions, summarise, theoryOf } from './simulate-text.js';
import { stochasticOptions } from './stochastic-options.js';
import { readSubject, toyToleranceOption, withRunningOptions } from './subject-options.js';

async function simulate(options: SimulateOptions): Promise<void> {
  const { alpha, elr, lr, starts, seed, json, steps, tolerance } = options;
  const cell = cellParameters(alpha, options, elr);
  checkRate(cell);
  checkCell(cell);
  const subject = await readSubject(options);
  // A run keeps four numbers of every step, and three of every group.
  const numbers = starts * steps * (4 + 3 * (alpha?.length ?? 1));
  refuseMemory(`--starts ${starts} of --steps ${steps}`, 8 * numbers);
  const { weightDecay, momentum, probability, noise, projection } = options;
  const { secondMoment } = cell;
  const stochastic = stochasticOptions(options, cell);
  const known = defined({ weightDecay, momentum, probability, noise, secondMoment, ...stochastic, projection });
  const rate: Rate = elr ?? { learningRate: lr! };
  const runs = Array.from({ length: starts }, (_, i) =>
    simulateToy(subject, rate, { ...known, steps, tolerance, seed: seed + i }),
  );
  for (const { collapsed, decision } of runs) if (collapsed) log(`no averages: ${decision.evidence.reason}`);
  if (!json) {
    await printText(options, subject, runs);
    return;
  }
  const each = runs.map(({ decision, loss }, i) => ({ seed: seed + i, regime: decision.regime, loss }));
  const collapsed = runs.some((run) => run.collapsed !== undefined);
  const period = weightDecay ? { period: oscillationPeriod(lastHalf(runs[0]!.trajectory.loss)) } : {};
  const { share } = theoryOf(options, runs[0]!);
  const summary = summarise(runs);
  const noiseShare = { ...summary.noiseShare, closedForm: share?.value ?? null, condition: share?.condition ?? null };
  printJson({
    ...summary,
    noiseShare,
    ...(collapsed && { collapsed }),
    ...period,
    ...(starts > 1 && { starts: each }),
  });
}

/** `regimes toy simulate`: a run of the toy beside its closed form. */
export const toySimulateCommand = (): Command =>
  withMotionOptions(
    withRunningOptions(
      new Command('simulate').description('Simulate a run from a random start and compare it with the closed form.'),
      20_000,
    ),
  )
    .option('--elr <number>', 'effective learning rate', positiveNumber)
    .option(...toyToleranceOption)
    .option('--starts <count>', 'number of runs, from successive seeds starting at --seed', count, 1)
    .action(simulate);
