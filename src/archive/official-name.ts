import type { Manifest } from '../run/manifest.js';
import { stepsPerEpoch } from './epochs.js';

/** The only number of stages that the official networks are trained with. */
const DEPTH = 3;

/** The learning rate, in the place where the official notebook looks for it: third between underscores, behind `elr`. */
const rateText = ({ rate: { kind, value }, training }: Manifest['configuration']): string =>
  kind === 'lr' ? `lr${value}_wd${training.weightDecay}` : `elr${value}`;

/**
 * The folder of a run as the official script of "Training scale-invariant neural networks on the sphere" names it; the official
 * notebook takes the ELR from there, and chooses runs by `c32`, `noaug`, `seed` and `corr`.
 */
export function officialName(manifest: Manifest): string {
  const { configuration } = manifest;
  const { width, steps, model, augment, seed, corrupt, training } = configuration;
  const epochs = Math.ceil(steps / stepsPerEpoch(manifest));
  return [
    `c${width}_d${DEPTH}_${rateText(configuration)}_epoch${epochs}`,
    training.schedule.kind === 'constant' ? '_nosch' : '',
    // Networks whose last layer is frozen have it at norm 10.
    model.endsWith('-affine') ? '' : 'initscale10',
    augment === undefined ? '_noaug' : '',
    training.schedule.kind === 'cosine' ? '_cosan' : '',
    seed > 1 ? `_seed${seed}` : '',
    corrupt === undefined ? '' : `_corr${corrupt}`,
    training.momentum > 0 ? `_mom${training.momentum}` : '',
  ].join('');
}

/** Names for several runs, no two the same: later ones of a name get a number. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let i = 2; taken.has(distinct); i += 1) distinct = `${name}_${i}`;
    taken.add(distinct);
    return distinct;
  });
}
