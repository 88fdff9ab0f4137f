/** How a network differs from the usual one of its name: its normalisation and its last layer. */

/** Normalisations. */
export const NORMS = ['batch', 'layer', 'group', 'weight', 'none'] as const;
/**
 * What makes kernels scale-invariant: the statistics of a batch, those of one image over all channels (`layer`) or over groups of
 * them, or the norms of the filters themselves (`weight`). `none`: nothing does, as a control.
 */
export type Norm = (typeof NORMS)[number];

/** Groups of channels of `group` where nobody says. */
export const USUAL_GROUPS = 4;

/** Kinds of last layers. */
export const LAST_LAYERS = ['fixed', 'trained', 'invariant'] as const;
/**
 * The layer that yields the logits: never changed, trained like any other parameter that is not scale-invariant, or divided by
 * its norm and so scale-invariant itself.
 */
export type LastLayer = (typeof LAST_LAYERS)[number];

/** The normalisation of a network where nobody says. */
export const usualNorm = (model: string): Norm => (model === 'vit' ? 'layer' : 'batch');

/** The last layer of a network where nobody says. */
export const usualLastLayer = (model: string): LastLayer => (model.endsWith('-affine') ? 'trained' : 'fixed');

/** What a network is besides its name, width and depth. */
export interface NetworkVariant {
  readonly norm?: Norm | undefined;
  readonly groups?: number | undefined;
  readonly lastLayer?: LastLayer | undefined;
}

/** The variant of a network without what is usual, so that saying so makes no other run. */
export function unusualVariant(model: string, { norm, groups, lastLayer }: NetworkVariant): NetworkVariant {
  return {
    ...(norm === undefined || norm === usualNorm(model) ? {} : { norm }),
    ...(groups === undefined || groups === USUAL_GROUPS ? {} : { groups }),
    ...(lastLayer === undefined || lastLayer === usualLastLayer(model) ? {} : { lastLayer }),
  };
}
