import { refuseMemory } from '../../src/system/bounds.js';
import type { ImageSet } from '../data/image-set.js';
import type { Model } from './model.js';

/** Numbers of a trained tensor that are held at once: the tensor, its gradient and what becomes of it. */
const COPIES = 3;
const BYTES = 4;

/** What is trained, as far as its size depends on it. */
interface Trained {
  readonly model: string;
  readonly width: number;
  readonly batch: number;
}

/** Throws a UsageError if the network, or a batch in its first layer, is larger than the memory of this machine. */
export function refuseLargeNetwork(
  { model: name, width, batch }: Trained,
  { height, width: columns }: Pick<ImageSet, 'height' | 'width'>,
  { tensors }: Pick<Model, 'tensors'>,
): void {
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const images = batch * width * height * columns;
  refuseMemory(`${name} of --width ${width} at --batch ${batch}`, BYTES * (COPIES * parameters + 2 * images));
}
