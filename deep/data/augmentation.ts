import { createHash } from 'node:crypto';

/** How training images are changed anew in every epoch. */
export const AUGMENTATIONS = ['crop-flip'] as const;
export type AugmentationName = (typeof AUGMENTATIONS)[number];

/** Where an image is put: moved by whole pixels, what comes in from outside being black, then mirrored left to right. */
export interface Placement {
  readonly down: number;
  readonly right: number;
  readonly mirrored: boolean;
}

export const CENTRED: Placement = { down: 0, right: 0, mirrored: false };

/** The placement of an image (by its number in the set) in an epoch. */
export type Augmentation = (epoch: number, image: number) => Placement;

/** Black pixels added on every side before the crop. */
const PADDING = 4;
const OFFSETS = 2 * PADDING + 1;

/**
 * Random crop after padding by 4 black pixels, and a mirror image every other time. A function of seed, epoch and image
 * alone: it depends neither on batch size, order or threads, nor on whether the run was resumed.
 */
export function cropAndFlip(seed: number): Augmentation {
  return (epoch, image) => {
    const random = createHash('sha256').update(`crop-flip/${seed}/${epoch}/${image}`).digest();
    return {
      down: PADDING - (random.readUInt32LE(0) % OFFSETS),
      right: PADDING - (random.readUInt32LE(4) % OFFSETS),
      mirrored: random[8]! % 2 === 1,
    };
  };
}
