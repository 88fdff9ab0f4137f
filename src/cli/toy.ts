import { Command } from 'commander';
import { type SimulationOptions, simulateToy, type ToySummary } from '../../toy/simulate.js';
import {
  convergenceThreshold,
  DIVERGENCE_TOLERANCE,
  divergenceThreshold,
  equilibrium,
  randomLoss,
  sumOfAlpha,
} from '../../toy/theory.js';
import type { Equilibrium } from '../prediction.js';
import { count, fraction, positiveNumber, positiveNumbers, seed } from './arguments.js';
import { lineChart } from './line-chart.js';
import { formatNumber, formatTable, log, printJson, printLine } from './output.js';
import { toyPhaseCommand } from './toy-phase.js';
import { toyLyapunovCommand, toySpectrumCommand } from './toy-spectrum.js';
import { toySweepCommand } from './toy-sweep.js';

interface ToyOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly json?: true;
}
type AtElr = ToyOptions & { readonly elr: number };

const range = (from: number, to: number): string => `${formatNumber(from)} to ${formatNumber(to)}`;

export function printThresholds({ alpha, tolerance, json }: ToyOptions): void {
  const convergence = convergenceThreshold(alpha);
  const divergence = { tolerance, elr: divergenceThreshold(alpha, tolerance) };
  if (json) {
    printJson({ alpha, sum: sumOfAlpha(alpha), convergence, divergence });
    return;
  }
  const largest = 1 / tolerance;
  const columns = [{ title: 'regime' }, { title: 'ELR' }, { title: 'k = ELR * sum(alpha)' }];
  printLine(
    formatTable(columns, [
      ['convergence', `up to ${formatNumber(convergence)}`, 'up to 1'],
      ['chaotic equilibrium', range(convergence, divergence.elr), range(1, largest)],
      ['divergence', `from ${formatNumber(divergence.elr)}`, `from ${formatNumber(largest)}`],
    ]),
  );
  printLine();
  printLine(
    `sum(alpha) = ${formatNumber(sumOfAlpha(alpha))}; a random point has loss ${formatNumber(randomLoss(alpha))}.`,
  );
  printLine(`Divergence: an equilibrium loss within ${formatNumber(tolerance * 100)}% of that.`);
}

const formatShares = ({ regime, shares }: Equilibrium): string[] =>
  shares.map((share) => (regime === 'convergence' ? '>= ' : '') + formatNumber(share));

function printEquilibrium({ alpha, elr, tolerance, json }: AtElr): void {
  const state = equilibrium(alpha, elr, tolerance);
  if (json) {
    printJson(state);
    return;
  }
  const rows = [
    ['k', formatNumber(state.k)],
    ['regime', state.regime],
    ['loss', formatNumber(state.loss)],
    ['EGN', formatNumber(state.egn)],
    ['ESS', formatNumber(state.ess)],
    ...formatShares(state).map((share, i) => [`norm share ${i + 1}`, share]),
  ];
  printLine(formatTable([{ title: 'quantity' }, { title: 'closed form' }], rows));
}

function comparisonTable(state: Equilibrium, run: ToySummary): string {
  const shares = formatShares(state);
  const rows: [string, string, number][] = [
    ['loss', formatNumber(state.loss), run.loss.mean],
    ['EGN', formatNumber(state.egn), run.egn.mean],
    ['ESS', formatNumber(state.ess), run.ess.mean],
    ...run.groups.map(({ share }, i): [string, string, number] => [`norm share ${i + 1}`, shares[i]!, share]),
    ...run.groups.map(({ ess }, i): [string, string, number] => [`ESS ${i + 1}`, formatNumber(state.ess), ess]),
  ];
  const columns = [
    { title: 'mean of last tenth' },
    { title: 'closed form', align: 'right' as const },
    { title: 'simulated', align: 'right' as const },
  ];
  return formatTable(columns, [
    ['regime', state.regime, run.decision.regime],
    ...rows.map(([name, expected, measured]) => [name, expected, formatNumber(measured)]),
  ]);
}

function printSimulation({ alpha, elr, json, ...options }: AtElr & SimulationOptions): void {
  const run = simulateToy(alpha, elr, options);
  const { decision, loss, egn, groups, identities, trajectory } = run;
  if (run.stuck) log(`no averages: ${decision.evidence.reason}`);
  if (json) {
    const shares = groups.map(({ share }) => share);
    const ess = groups.map((group) => group.ess);
    printJson({ regime: decision.regime, loss, egn, shares, ess, identities });
    return;
  }
  printLine(`k = ${formatNumber(run.k)}, ${trajectory.loss.length} steps, loss:`);
  printLine(lineChart(trajectory.loss));
  printLine();
  printLine(comparisonTable(equilibrium(alpha, elr, options.tolerance), run));
  printLine();
  printLine(`Regime of the run: ${decision.regime}, as ${decision.evidence.reason}.`);
  printLine(
    `Loss: standard deviation ${formatNumber(loss.std)}; a random point has ${formatNumber(randomLoss(alpha))}.`,
  );
  const { K1, K2, K3 } = identities;
  printLine(`Largest residuals: K1 ${formatNumber(K1)}, K2 ${formatNumber(K2)}, K3 ${formatNumber(K3)}.`);
}

const subcommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--alpha <list>', 'positive number of each group, like 1,2,4', positiveNumbers)
    .option('--tolerance <fraction>', 'divergence: loss this near to a random one', fraction, DIVERGENCE_TOLERANCE)
    .option('--json', 'print JSON only');

const withElr = (command: Command): Command =>
  command.requiredOption('--elr <number>', 'effective learning rate', positiveNumber);

/** `regimes toy`: the toy model in closed form and simulated. */
export function toyCommand(): Command {
  return new Command('toy')
    .description('The toy model on one sphere: closed forms and simulation.')
    .addCommand(subcommand('thresholds', 'ELRs at which the regime changes (T3, T6).').action(printThresholds))
    .addCommand(
      withElr(subcommand('equilibrium', 'Where training at an ELR settles (T3, T4).')).action(printEquilibrium),
    )
    .addCommand(
      withElr(subcommand('simulate', 'A run from a random start, beside the closed form.'))
        .option('--steps <count>', 'number of steps', count, 20_000)
        .option('--seed <number>', 'of the random start', seed, 1)
        .action(printSimulation),
    )
    .addCommand(toySweepCommand())
    .addCommand(toyPhaseCommand())
    .addCommand(toySpectrumCommand())
    .addCommand(toyLyapunovCommand());
}
