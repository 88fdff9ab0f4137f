import { checkBatches } from '../../../toy/dynamics/mini-batches.js';
import type { CellParameters } from '../../../toy/phase/cell-parameters.js';
import type { CellOptions } from '../../../toy/phase/cells.js';
import type { MultiplicativeNoise } from '../../../toy/theory/noise-law-words.js';
import type { Sampling } from '../../run/image-settings.js';
import { UsageError } from '../../system/usage-error.js';
import { refuseOptions } from './refuse-options.js';
import type { SubjectOptions } from './subject-options.js';

/** Options of what makes a step stochastic. */
export interface StochasticOptions {
  readonly probability?: number;
  /** Of the phase noise, radians. */
  readonly noise?: number;
  readonly multiplicativeNoise?: MultiplicativeNoise;
  readonly samples?: number;
  readonly batch?: number;
  readonly sampling?: Sampling;
}

/**
 * Law of multiplicative noise and set of samples that the options ask for. Fails (UsageError) where they contradict each
 * other, or a law has no second moment, from the options or from an axis of that name.
 */
export function stochasticOptions(
  options: StochasticOptions & SubjectOptions,
  { secondMoment, samples, batch, ...cell }: Pick<CellParameters, 'secondMoment' | 'noise' | 'samples' | 'batch'>,
): Pick<CellOptions, 'noiseLaw' | 'batches'> {
  const { multiplicativeNoise: multiplicative, sampling, probability, noise } = options;
  if (multiplicative !== undefined && secondMoment === undefined)
    throw new UsageError(
      `--multiplicative-noise ${multiplicative.law} needs its mean square, like ${multiplicative.law}:2`,
    );
  if (multiplicative === undefined && secondMoment !== undefined)
    throw new UsageError('an axis second-moment needs --multiplicative-noise bernoulli or lognormal');
  const law = multiplicative && { noiseLaw: multiplicative.law };
  if (samples === undefined) {
    refuseOptions({ batch: options.batch, sampling }, 'it needs --samples');
    if (batch !== undefined) throw new UsageError('an axis batch needs --samples, or an axis samples');
    return { ...law };
  }
  refuseOptions({ function: options.function }, 'samples are known for the toy with --alpha only');
  refuseOptions({ probability }, 'with --samples give --multiplicative-noise bernoulli:VALUE');
  if (noise === undefined && cell.noise === undefined && multiplicative === undefined)
    throw new UsageError('--samples needs --noise or --multiplicative-noise: what the samples differ in');
  const batches = { samples, batchSize: batch ?? 1, sampling: sampling ?? 'with' } as const;
  checkBatches(batches);
  return { ...law, batches };
}
