import { formatNumber } from '../../../src/text/output.js';
import type { RunSnapshot } from '../../data/sweep-snapshot.js';
import type { Figure } from '../../figure/figure.js';
import type { RunData, SweepData } from '../../figure/sweep-data.js';
import { factorsText } from '../../state/toy-fields.js';
import type { Scene } from '../scene.js';

/** The figures of a view: of the toy, of the network, or of both in one. */
export interface SceneFigures {
  readonly toy: readonly Figure[];
  readonly network: readonly Figure[];
}

/** A run as figures want it. */
export const runData = (run: RunSnapshot): RunData => ({
  folder: run.folder,
  elr: run.elr,
  seed: run.seed,
  stepsPerEpoch: run.stepsPerEpoch ?? Number.NaN,
  seconds: run.secondsPerStep === null ? undefined : run.secondsPerStep * run.step,
  stepsTaken: run.step,
  measured: run.measured ?? undefined,
  series: run.series,
  groups: run.groupSeries,
});

/** The sweep as figures take it. */
export const sweepData = ({ data, state, tolerance, threshold }: Scene): SweepData => ({
  title: 'network',
  alpha: state.toy.alpha,
  tolerance,
  threshold,
  verification: data.sweep!.verification,
  hidden: {
    damaged: data.sweep!.runs.filter((run) => run.state === 'damaged').length,
    failed: data.sweep!.runs.filter((run) => run.state === 'failed' && run.step === 0).length,
  },
  runs: data.sweep!.runs.filter(({ step }) => step > 0).map(runData),
});

/** The toy as it is set. */
export const toyTitle = ({ state }: Scene): string => {
  const { alpha, noise, law, secondMoment, samples, batch, sampling, weightDecay } = state.toy;
  const extras = [
    noise > 0 ? `noise ${formatNumber(noise)}` : '',
    secondMoment === 1 ? '' : `factors ${factorsText(law, secondMoment)}`,
    samples > 0 ? `batches of ${batch} from ${samples}, ${sampling} replacement` : '',
    weightDecay > 0 ? `weight decay ${formatNumber(weightDecay)}` : '',
  ].filter((text) => text !== '');
  return [`toy, alpha ${alpha.map((value) => formatNumber(value, 3)).join(',')}`, ...extras].join(', ');
};

/** A figure with nothing in it, which says why. */
export const emptyFigure = (title: string, note: string, label: string): Figure => ({
  name: 'nothing',
  title,
  x: { label: '', scale: 'linear' },
  y: { label, scale: 'linear' },
  series: [],
  marks: [],
  notes: [note],
});

/** Why there is no figure of a run. */
export const NO_RUN = 'no step yet of the run at the cursor';
