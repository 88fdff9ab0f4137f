import { join } from 'node:path';
import { packageRoot } from '../../src/package.js';
import { FASHION_MNIST } from './catalogue.js';
import { asSeen, type DataSet } from './image-set.js';

/** The 2,000 training and 500 test images of Fashion-MNIST that come with the package. */
export function embeddedFashionMnist(): DataSet {
  const directory = join(packageRoot(), 'deep/data/fashion-mnist');
  const { classes, means, deviations, format } = FASHION_MNIST;
  const train = asSeen(format.read(directory, 'train'));
  const test = asSeen(format.read(directory, 'test'));
  return { name: 'fashion-mnist', classes, train, test, means, deviations };
}
