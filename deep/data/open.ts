import { UsageError } from '../../src/usage-error.js';
import { readCifar10 } from './cifar10.js';
import { embeddedFashionMnist } from './fashion-mnist.js';
import { type DataSet, firstImages } from './image-set.js';

const DATA_SETS = 'fashion-mnist (2,000 images, comes with the package), cifar10:DIR';

export interface OpenDataOptions {
  /** Only the first so many training images; default: all. */
  readonly trainImages?: number;
}

/** The data set that a name like `fashion-mnist` or `cifar10:DIR` stands for. */
export function openData(name: string, { trainImages }: OpenDataOptions = {}): DataSet {
  const data = readNamed(name);
  return trainImages === undefined ? data : { ...data, train: firstImages(data.train, trainImages) };
}

function readNamed(name: string): DataSet {
  if (name === 'fashion-mnist') return embeddedFashionMnist();
  const colon = name.indexOf(':');
  if (name.slice(0, colon) === 'cifar10') return readCifar10(name.slice(colon + 1));
  throw new UsageError(`unknown data set ${name}; allowed: ${DATA_SETS}`);
}
