import type { Estimate } from '../numerics/statistics/estimate.js';
import type { Oscillation } from '../numerics/statistics/oscillation.js';
import type { Bracket } from '../regime/thresholds.js';
import {
  absolutePrediction,
  factorPrediction,
  measuredAs,
  type Prediction,
  type PredictionCase,
  predictedAs,
  relativePrediction,
  untestedPrediction,
} from '../verify/prediction.js';
import { thresholdPrediction } from '../verify/threshold-rows.js';
import { elrSlope, type MeasuredDecay, OSCILLATION_LEVEL } from './decay-run.js';

/** Training in full space with weight decay: K5, which holds for every scale-invariant network, and T8 and T9 of the toy. */

/** What the toy has in closed form, handed in by whoever compares. */
export interface DecayTheory {
  /** sqrt(p (2 - p)). */
  ess(learningRate: number, weightDecay: number): number;
  /** sqrt(2p) rms(EGN) / 4, p = lr x decay (T14). */
  floor(learningRate: number, weightDecay: number, rmsEgn: number): number;
  /** Period of small oscillations in steps. */
  period(learningRate: number, weightDecay: number): number;
}

const STEP_TOLERANCE = 0.05;
/** As for the floor at a fixed ELR. */
const FLOOR_FACTOR = 1.25;
const SLOPE_TOLERANCE = 0.1;
const PAIR_TOLERANCE = 0.1;
const PERIOD_TOLERANCE = 0.15;
/** Float32 sums, as for K1 and K3. */
const NORM_TOLERANCE = 2e-6;
/** Fewer periods than this in the stationary part show nothing. */
const FEWEST_PERIODS = 8;

const NOT_STATIONARY = 'no part of the run has a stationary norm';

const sigma = (value: number): string => String(Number(value.toPrecision(3)));
const settingText = ({ decay, learningRate }: MeasuredDecay): string => `p ${sigma(decay)}, lr ${sigma(learningRate)}`;

/** Rows of runs without a stationary part are untested. */
function ifStationary(
  { stationarySteps }: MeasuredDecay,
  row: Omit<PredictionCase, 'measured' | 'predicted'>,
  test: () => Prediction,
): Prediction {
  const { name, source, tolerance } = row;
  return stationarySteps > 0 ? test() : untestedPrediction({ name, source, tolerance, note: NOT_STATIONARY });
}

/** K5 for all weights together and for the group farthest from it: the step size that keeps the norm stationary. */
function stepPredictions(run: MeasuredDecay, theory: DecayTheory): Prediction[] {
  const predicted = theory.ess(run.learningRate, run.weightDecay);
  const given = (name: string) => ({
    name: `${name}, ${settingText(run)}`,
    source: 'K5, T8',
    tolerance: STEP_TOLERANCE,
  });
  const row = (name: string, step: Estimate): Prediction =>
    relativePrediction({ ...given(name), predicted, ...measuredAs(step) });
  const [joint, farthest] = ['ess = sqrt(p(2-p))', 'the same, farthest group'];
  return [
    ifStationary(run, given(joint), () => row(joint, run.step)),
    ifStationary(run, given(farthest), () => {
      const drifting = run.drifting.join(', ');
      if (drifting !== '')
        return untestedPrediction({ ...given(farthest), note: `the norm of ${drifting} still drifts` });
      const distance = ({ mean }: Estimate): number => Math.abs(mean - predicted);
      return row(
        farthest,
        run.groupSteps.reduce((a, b) => (distance(b) > distance(a) ? b : a)),
      );
    }),
  ];
}

/** The loss at which training with decay settles, from its gradients alone. */
function floorPrediction(run: MeasuredDecay, theory: DecayTheory): Prediction {
  const given = { name: `loss = sqrt(2p) rms(EGN) / 4, ${settingText(run)}`, source: 'T14', tolerance: FLOOR_FACTOR };
  return ifStationary(run, given, () => {
    const { learningRate, weightDecay, loss, rmsEgn, egnPerLoss } = run;
    const predicted = theory.floor(learningRate, weightDecay, rmsEgn.mean);
    const share = predicted / loss.mean;
    return factorPrediction({
      ...given,
      predicted,
      measured: loss.mean,
      predictedError: theory.floor(learningRate, weightDecay, rmsEgn.error),
      measuredError: loss.error,
      // Of the factor: loss and gradients of a run move together.
      uncertainty: (Math.max(share, 1 / share) * egnPerLoss.error) / egnPerLoss.mean,
      note: `R = ${sigma(share)}`,
    });
  });
}

const elrOf = ({ logElr }: MeasuredDecay): Estimate => {
  const mean = Math.exp(logElr.mean);
  return { mean, error: mean * logElr.error };
};

/** The ELR at which training settles, as a reading of the convergence threshold of fixed ELRs. */
function parkingPrediction(run: MeasuredDecay, threshold: Bracket): Prediction {
  const name = `threshold = ELR in equilibrium, ${settingText(run)}`;
  return ifStationary(run, { name, source: 'T8', tolerance: 1 }, () => {
    // Without an error, such as that of too short a run, it would count as exact.
    return thresholdPrediction({ name, source: 'T8', ...predictedAs(elrOf(run)) }, threshold);
  });
}

function slopePredictions(runs: readonly MeasuredDecay[]): Prediction[] {
  const slope = elrSlope(runs);
  const row = (name: string, source: string, predicted: number): Prediction => {
    const given = { name, source, tolerance: SLOPE_TOLERANCE };
    if (slope === undefined) {
      return untestedPrediction({ ...given, note: 'fewer than two decays with a stationary norm and a known error' });
    }
    return absolutePrediction({ ...given, predicted, ...measuredAs(slope) });
  };
  return [
    row('slope of log ELR over log decay: ELR = 1/S', 'T8', 0),
    row('the same, if the EGN did not depend on the ELR', 'K5', 0.5),
  ];
}

/** Another learning rate with the same p ends at the same ELR: rescaling all weights turns one run into the other. */
function pairPrediction(first: MeasuredDecay, second: MeasuredDecay): Prediction {
  const given = {
    name: `ELR depends on p alone: lr ${sigma(second.learningRate)} as lr ${sigma(first.learningRate)}, p ${sigma(first.decay)}`,
    source: 'scale invariance',
    tolerance: PAIR_TOLERANCE,
  };
  return ifStationary(first, given, () =>
    ifStationary(second, given, () => {
      const [predicted, measured] = [elrOf(first), elrOf(second)];
      const errors = { predictedError: predicted.error, measuredError: measured.error };
      return relativePrediction({ ...given, predicted: predicted.mean, measured: measured.mean, ...errors });
    }),
  );
}

/** The period of the oscillation, or a failure if there is none although a neutral mode would be visible. */
function periodPrediction(
  name: string,
  run: MeasuredDecay,
  theory: DecayTheory,
  found: Oscillation | undefined,
): Prediction {
  const given = { name: `${name}, ${settingText(run)}`, source: 'T9', tolerance: PERIOD_TOLERANCE };
  const predicted = theory.period(run.learningRate, run.weightDecay);
  return ifStationary(run, given, () => {
    if (run.stationarySteps < FEWEST_PERIODS * predicted) {
      const note = `its stationary part is shorter than ${FEWEST_PERIODS} predicted periods`;
      return untestedPrediction({ ...given, note });
    }
    if (found !== undefined && found.chance <= OSCILLATION_LEVEL) {
      return relativePrediction({ ...given, predicted, measured: found.period });
    }
    const note = 'the autocorrelation swings no more than that of a series without oscillation';
    return { ...given, predicted, measured: 'none', error: null, errorKind: 'relative', holds: false, note };
  });
}

export interface DecayExperiment {
  /** One learning rate, several decays, by rising decay. */
  readonly runs: readonly MeasuredDecay[];
  /** Another learning rate with the same p as one of them. */
  readonly pair: MeasuredDecay | undefined;
  /** Where runs at fixed ELRs stop converging. */
  readonly threshold: Bracket;
}

/** All rows about a network or about its twin. */
export function weightDecayPredictions({ runs, pair, threshold }: DecayExperiment, theory: DecayTheory): Prediction[] {
  const all = pair === undefined ? runs : [...runs, pair];
  const likePair = runs.find(({ decay }) => pair !== undefined && Math.abs(decay / pair.decay - 1) < 1e-9);
  return [
    absolutePrediction({
      name: 'norm after a step, given the cosine',
      source: 'K5',
      predicted: 0,
      measured: Math.max(...all.map((run) => run.normResidual)),
      tolerance: NORM_TOLERANCE,
    }),
    ...all.flatMap((run) => stepPredictions(run, theory)),
    ...all.map((run) => floorPrediction(run, theory)),
    ...slopePredictions(runs),
    ...(pair !== undefined && likePair !== undefined ? [pairPrediction(likePair, pair)] : []),
    ...runs.map((run) => parkingPrediction(run, threshold)),
    ...runs.flatMap((run) => [
      periodPrediction('period of log norm^2', run, theory, run.ofNorm),
      periodPrediction('period of log loss', run, theory, run.ofLoss),
    ]),
  ];
}
