import type { MeasuredRun } from '../../src/regime/analyse.js';
import { formatNumber } from '../../src/text/output.js';
import { elrVariant } from './elr-key.js';
import { BAR_ERRORS } from './error-names.js';
import type { Figure, FigureRegime } from './figure.js';

/** A quantity of each group, measured beside what the theory says. */
export interface GroupBars {
  readonly title: string;
  readonly quantity: 'ess' | 'shares';
  readonly names: readonly string[];
  readonly measured: readonly number[];
  /** Standard errors of `measured`, where they are known. */
  readonly errors?: readonly number[] | undefined;
  readonly predicted: readonly number[];
  /** What the prediction is. */
  readonly statement: string;
  readonly regime: FigureRegime;
  readonly variant?: readonly string[];
  readonly notes?: readonly string[];
}

/** A quantity of each group as pairs of bars. */
export function groupBarsFigure(given: GroupBars): Figure {
  const { title, quantity, names, errors, regime, variant, notes = [], ...values } = given;
  const { measured, predicted, statement } = values;
  const label = quantity === 'ess' ? 'ESS' : 'norm share';
  return {
    name: quantity,
    ...(variant && { variant }),
    title: `${title}: ${label} of each group`,
    x: { label: 'group', scale: 'linear', categories: names },
    y: { label, scale: 'linear' },
    series: [
      {
        name: 'measured',
        kind: 'measured bars',
        regime,
        points: measured.map((y, x) => ({ x, y, error: errors?.[x] ?? Number.NaN, regime })),
      },
      { name: `predicted: ${statement}`, kind: 'predicted bars', points: predicted.map((y, x) => ({ x, y })) },
    ],
    marks: [],
    notes,
    details: errors?.some(Number.isFinite) ? [BAR_ERRORS] : [],
  };
}

/** conv_layers.0.weight as people say it. */
const shortName = (name: string): string => name.replace(/\.weight$/, '').replace(/^conv_layers\./, 'conv ');

/** Where K4 is not claimed, it is drawn all the same, and said. */
const outside = ({ regime }: MeasuredRun): string[] =>
  regime === 'chaotic equilibrium' ? [] : ['not in equilibrium: K4 does not apply'];

/** K4 at a run of a network: all groups turn equally fast, and norm is shared as the gradient is. */
export function networkBarsFigure(
  title: string,
  run: MeasuredRun,
  names: readonly string[],
  quantity: 'ess' | 'shares',
): Figure {
  const given = {
    ...{ title: `${title}, ELR ${formatNumber(run.elr)}`, quantity, regime: run.regime, notes: outside(run) },
    variant: [elrVariant({ elr: run.elr })],
  };
  const short = run.shares.map((_, i) => shortName(names[i] ?? `${i + 1}`));
  if (quantity === 'shares')
    return groupBarsFigure({
      ...{ ...given, names: short, measured: run.shares, errors: run.errors?.shares },
      ...{ predicted: run.equilibriumShares, statement: 'as the gradient' },
    });
  return groupBarsFigure({
    ...{ ...given, names: short, measured: run.groupEffectiveSteps, errors: run.errors?.groupEffectiveSteps },
    ...{ predicted: run.groupEffectiveSteps.map(() => run.effectiveStep), statement: 'all equal' },
  });
}
