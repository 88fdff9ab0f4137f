/** Ensembles whose steps a kernel can take: loading them into it, running, and reading them out again. */
import type { TangentGrowth } from '../chaos/lyapunov.js';
import { type Ensemble, eachReplica } from '../dynamics/ensemble.js';
import type { NoiseShareAverage } from '../dynamics/noise-share.js';
import type { EnsembleStatistics } from '../dynamics/running-averages.js';
import { isStochastic, learningRates, type StepOptions } from '../dynamics/step.js';
import { SumOfRatios } from '../function/toy-function.js';
import { KERNEL_REPLICAS, type Kernel, type KernelKind, openKernel } from './kernel.js';
import { Lanes } from './lanes.js';

/** What is measured on the way. */
export interface Measured {
  readonly statistics: EnsembleStatistics;
  readonly noiseShare: NoiseShareAverage;
  readonly tangents?: TangentGrowth;
}

/** The kernel that takes the steps of an ensemble; undefined where none does: noise, other functions, too many replicas. */
export function kernelFor(
  { fn, replicas }: Ensemble,
  options: StepOptions,
  { lyapunov = false }: { readonly lyapunov?: boolean } = {},
): Kernel | undefined {
  if (!(fn instanceof SumOfRatios) || isStochastic(options) || replicas > KERNEL_REPLICAS) return undefined;
  const { elr, weightDecay, momentum, projection = 'joint' } = options;
  const kind: KernelKind = {
    groups: fn.groups.length,
    projection,
    rate: elr === undefined ? 'learningRate' : 'elr',
    weightDecay: weightDecay === undefined ? 'none' : momentum === undefined ? 'decoupled' : 'coupled',
    momentum: momentum !== undefined,
    lyapunov,
  };
  return openKernel(kind);
}

function load(kernel: Kernel, { fn, replicas, position }: Ensemble, options: StepOptions): Lanes {
  const lanes = new Lanes(kernel, replicas);
  const { groups, projection, momentum } = kernel.kind;
  const { alphas } = fn as SumOfRatios;
  const rates = learningRates(options, replicas);
  const decays = eachReplica(options.weightDecay ?? 0, replicas);
  lanes.write('rate', (replica) => rates[replica]!);
  lanes.write('scale', () => 1);
  lanes.write('weightDecay', (replica) => decays[replica]!);
  lanes.write('decayFactor', (replica) => 1 - rates[replica]! * decays[replica]!);
  if (momentum) {
    const factors = eachReplica(options.momentum!, replicas);
    lanes.write('momentum', (replica) => factors[replica]!);
  }
  lanes.writeCoordinates(['x', 'y'], position);
  for (let group = 0; group < groups; group += 1) {
    lanes.write('alpha', (replica) => alphas[replica * groups + group]!, group);
    const start = (replica: number): number => 2 * (replica * groups + group);
    const norm = (replica: number): number => Math.hypot(position[start(replica)]!, position[start(replica) + 1]!);
    if (projection === 'group') lanes.write('norm', norm, group);
  }
  return lanes;
}

/** Where the replicas are after the last step. */
function readPosition(lanes: Lanes, { fn, position }: Ensemble): void {
  lanes.readCoordinates(['x', 'y'], position);
  lanes.read('scale', (scale, replica) => {
    for (let i = replica * fn.dimension; i < (replica + 1) * fn.dimension; i += 1) position[i]! *= scale;
  });
}

function readMeasured(lanes: Lanes, { statistics, noiseShare, tangents }: Measured): void {
  const { sums, shareSums } = statistics;
  const { groups } = lanes.kernel.kind;
  lanes.readTo('sumLoss', sums.loss);
  lanes.readTo('sumEgn', sums.egn);
  lanes.readTo('sumEss', sums.ess);
  lanes.readTo('sumPath', sums.path);
  lanes.readTo('sumTurning', sums.turning.sums);
  lanes.readTo('turning', sums.turning.products);
  for (let group = 0; group < groups; group += 1) {
    const take = (share: number, replica: number): void => {
      shareSums[replica * groups + group] = share;
    };
    lanes.read('sumShare', take, group);
  }
  lanes.readTo('sumFloor', noiseShare.floors);
  lanes.readTo('sumLoss', noiseShare.losses);
  lanes.readTo('ratio', noiseShare.ratios);
  lanes.readTo('count', noiseShare.counts);
  if (tangents === undefined) return;
  lanes.readTo('sumGrowth', tangents.growth.sums);
  lanes.readTo('growth', tangents.growth.products);
  lanes.readCoordinates(['v', 'w'], tangents.vectors);
}

/** Takes steps without measuring, as `runEnsemble` does without observers; only positions are kept. */
export function stepTogether(kernel: Kernel, ensemble: Ensemble, options: StepOptions, steps: number): void {
  const lanes = load(kernel, ensemble, options);
  kernel.run('bare', ensemble.replicas, steps);
  readPosition(lanes, ensemble);
}

/**
 * Runs an ensemble to its end, with the same results as `runEnsemble` with these observers: positions, the last loss and
 * update, and all sums, bit by bit.
 */
export function runTogether(kernel: Kernel, ensemble: Ensemble, options: StepOptions, measured: Measured): void {
  const { statistics, noiseShare, tangents } = measured;
  const { replicas } = ensemble;
  const lanes = load(kernel, ensemble, options);
  lanes.write('nearLoss', (replica) => noiseShare.nearLoss(replica));
  if (tangents !== undefined) {
    lanes.writeCoordinates(['v', 'w'], tangents.vectors);
    lanes.write('growth', (replica) => tangents.growth.products[replica]!);
  }
  for (const { steps, part, take } of statistics.segments()) {
    lanes.write('blockLoss', () => 0);
    const others = part === 'last' ? steps - 1 : steps;
    kernel.run(part === 'early' ? 'early' : 'late', replicas, others);
    if (part === 'last') kernel.run('last', replicas, 1);
    lanes.read('blockLoss', take);
  }
  readPosition(lanes, ensemble);
  lanes.readTo('loss', ensemble.loss);
  lanes.readCoordinates(['update x ', 'update y '], ensemble.update);
  readMeasured(lanes, measured);
}
