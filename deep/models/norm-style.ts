import { type Norm, USUAL_GROUPS } from '../../src/run/network-variants.js';
import { UsageError } from '../../src/system/usage-error.js';
import { identity, type Layer } from './layer.js';
import { affineMap, batchNormalisation, type ConvolutionOptions, convolution } from './layers.js';
import type { Architecture } from './model.js';
import { normaliseChannelGroups } from './normalise.js';
import { weightNormalised } from './weight-norm.js';

/** What makes the kernels of a network scale-invariant: what its convolutions are, and what follows each. */
export interface NormStyle {
  convolution(place: string, options: ConvolutionOptions): Layer;
  normalisation(place: string, channels: number): Layer;
  /** Whether a kernel is scale-invariant as a whole only, not each of its output filters. */
  readonly wholeKernels: boolean;
}

type StyleOptions = Pick<Architecture, 'norm' | 'groups' | 'affine' | 'width'>;

/** Statistics of each image over groups of its channels, with or without trained affine parameters. */
function groupNormalisation(place: string, channels: number, groups: number, affine: boolean): Layer {
  const map = affine ? affineMap(place, channels) : undefined;
  return {
    tensors: map?.tensors ?? [],
    apply(x, pass) {
      const normalised = normaliseChannelGroups(x, groups);
      return map?.apply(normalised, pass) ?? normalised;
    },
  };
}

/** Throws a UsageError where groups are given for another norm, or do not divide the channels. */
function groupsOf({ norm, groups, width }: StyleOptions): number {
  if (groups !== undefined && norm !== 'group') throw new UsageError('--groups is for --norm group');
  const count = groups ?? USUAL_GROUPS;
  if (norm === 'group' && width % count !== 0) {
    throw new UsageError(`--groups ${count} does not divide the ${width} channels of --width ${width}`);
  }
  return count;
}

/** The style that an architecture names. Throws a UsageError where its groups do not fit. */
export function normStyle(options: StyleOptions): NormStyle {
  const { norm = 'batch', affine = false } = options;
  const groups = groupsOf(options);
  const styles: Readonly<Record<Norm, NormStyle>> = {
    batch: {
      convolution,
      normalisation: (place, channels) => batchNormalisation(place, channels, affine),
      wholeKernels: false,
    },
    layer: {
      convolution,
      normalisation: (place, channels) => groupNormalisation(place, channels, 1, affine),
      wholeKernels: true,
    },
    group: {
      convolution,
      normalisation: (place, channels) => groupNormalisation(place, channels, groups, affine),
      wholeKernels: true,
    },
    weight: {
      convolution: (place, options) => weightNormalised(place, options, affine),
      normalisation: () => identity,
      wholeKernels: false,
    },
    none: { convolution, normalisation: () => identity, wholeKernels: false },
  };
  return styles[norm];
}
