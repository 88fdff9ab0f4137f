import { ratioOfMeans } from '../numerics/statistics/ratio.js';
import { belowOnePrediction } from '../verify/order-row.js';
import { boundPrediction, factorPrediction, type Prediction, withoutVerdict } from '../verify/prediction.js';
import type { SubjectPrediction } from './experiment.js';
import { elrAtBatch, type TemperedCell } from './temperature.js';

/** Whether loss and bottom depend on ELR / batch alone, on the ELR alone, or lie between what both say (theory.md, T16). */

/** As far as a loss in equilibrium may be off its floor, too. */
const TOLERANCE = 1.25;
/** What the toy may differ by from a closed form in which the valley changes slowly. */
const TOY_TOLERANCE = 1.1;
/** A loss that still falls by this part of itself in a quarter of the run has not settled. */
const STILL_FALLING = 0.1;
/** Force and floor exceed their limit for small steps by 1 / (1 - signal): here by what is allowed. */
const SMALL_SIGNAL = 0.2;

const VALUES = ['bottom', 'loss'] as const;
type Value = (typeof VALUES)[number];

/** A run with the larger batches, and the runs with the smaller ones that it is compared with, where they are. */
interface Compared {
  readonly larger: TemperedCell;
  /** At the same ELR / batch. */
  readonly asHot?: TemperedCell;
  /** At the same ELR. */
  readonly asFast?: TemperedCell;
  /** All runs with the smaller batches, by rising ELR. */
  readonly smaller: readonly TemperedCell[];
}

const stillFalls = ({ lost: { fall, loss } }: TemperedCell): boolean => fall > STILL_FALLING * loss.mean;

const FALLS = 'the loss still falls by more than a tenth of itself in a quarter of the run';

const untestedIf = (reasons: readonly (readonly [boolean, string])[], row: Prediction): Prediction =>
  reasons.reduce((judged, [applies, reason]) => (applies ? withoutVerdict(judged, reason) : judged), row);

/** A bound on the lower of two runs by the higher: that one must have settled, the other only where the bound fails. */
const settledBound = (lower: TemperedCell, higher: TemperedCell, row: Prediction): Prediction =>
  untestedIf([[stillFalls(higher) || (row.holds === false && stillFalls(lower)), FALLS]], row);

/** Whether a value at a neighbouring ELR of the same batches is off by more than what is allowed. */
function hasPower(value: Value, at: TemperedCell, smaller: readonly TemperedCell[]): boolean {
  const place = smaller.indexOf(at);
  const neighbours = [smaller[place - 1], smaller[place + 1]].filter((cell) => cell !== undefined);
  return neighbours.some((other) => Math.abs(Math.log(other[value].mean / at[value].mean)) > Math.log(TOLERANCE));
}

const at = ({ batch, elr }: TemperedCell): string => `batch ${batch}, ELR ${elr}`;

/** Two runs with one value, within what is allowed. */
function sameValue(value: Value, larger: TemperedCell, smaller: TemperedCell, source: string): Prediction {
  const { mean, error } = ratioOfMeans(larger[value], smaller[value]);
  const alone = larger.elr === smaller.elr ? 'ELR alone' : 'ELR / batch alone';
  return factorPrediction({
    ...{ name: `${value} at ${at(larger)} over batch ${smaller.batch}, ${alone}`, source, tolerance: TOLERANCE },
    ...{ predicted: 1, measured: mean, measuredError: error },
  });
}

/** At one ELR: the upper bound on the bottom, and what an ELR that decides by itself would have. */
function rowsAtOneElr(larger: TemperedCell, smaller: TemperedCell): Prediction[] {
  const upper = belowOnePrediction(
    { name: `bottom at ${at(larger)} below that at batch ${smaller.batch}, upper bound`, source: 'T16' },
    ratioOfMeans(larger.bottom, smaller.bottom),
  );
  const falls: [boolean, string] = [stillFalls(larger) || stillFalls(smaller), FALLS];
  return [
    settledBound(larger, smaller, upper),
    ...VALUES.map((value) => untestedIf([falls], sameValue(value, larger, smaller, 'T1'))),
  ];
}

/** At one ELR / batch: the lower bound on the bottom, and equality for small steps. */
function rowsAtOneTemperature({ larger, smaller }: Compared, asHot: TemperedCell): Prediction[] {
  const { mean, error } = ratioOfMeans(asHot.bottom, larger.bottom);
  const lower = boundPrediction({
    name: `bottom at ${at(larger)} not below that at ${at(asHot)}, lower bound`,
    ...{ source: 'T16', tolerance: TOLERANCE - 1, predicted: 1, measured: mean, measuredError: error },
  });
  const same = (value: Value): Prediction =>
    untestedIf(
      [
        [stillFalls(larger) || stillFalls(asHot), FALLS],
        [!(larger.signal <= SMALL_SIGNAL), `a signal share of ${larger.signal.toPrecision(2)}: steps are not small`],
        [!hasPower(value, asHot, smaller), 'neighbouring ELRs would have passed, too'],
      ],
      sameValue(value, larger, asHot, 'T16'),
    );
  return [settledBound(asHot, larger, lower), ...VALUES.map(same)];
}

/** Each run with larger batches beside those with the smallest ones of the same network or toy. */
function comparisons(cells: readonly TemperedCell[]): Compared[] {
  const least = Math.min(...cells.map(({ batch }) => batch));
  const smaller = cells.filter(({ batch }) => batch === least).sort((a, b) => a.elr - b.elr);
  const find = (elr: number) => smaller.find((cell) => cell.elr === elr);
  return cells
    .filter(({ batch }) => batch > least)
    .map((larger) => {
      const [asHot, asFast] = [find(elrAtBatch(larger.elr, { from: larger.batch, to: least })), find(larger.elr)];
      return { larger, smaller, ...(asHot && { asHot }), ...(asFast && { asFast }) };
    });
}

/** Rows of the toy: its closed form. */
function closedFormRows(cell: TemperedCell): Prediction[] {
  const { expected } = cell;
  if (expected === undefined) return [];
  return VALUES.map((value) =>
    factorPrediction({
      ...{ name: `${value} at ${at(cell)}, closed form`, source: 'T16', tolerance: TOY_TOLERANCE },
      ...{ predicted: expected[value], measured: cell[value].mean, measuredError: cell[value].error },
    }),
  );
}

/** Rows of the cells of one network or toy: bounds and equalities of each run with larger batches, then what the closed form has. */
export function temperatureRows(cells: readonly TemperedCell[]): SubjectPrediction[] {
  const rows = comparisons(cells).flatMap((compared) => [
    ...(compared.asHot ? rowsAtOneTemperature(compared, compared.asHot) : []),
    ...(compared.asFast ? rowsAtOneElr(compared.larger, compared.asFast) : []),
  ]);
  return [...rows, ...cells.flatMap(closedFormRows)].map((row) => ({ ...row, of: cells[0]!.of }));
}
