import { join } from 'node:path';
import { packageRoot } from '../../src/system/package.js';
import { EMBEDDED_SET } from './catalogue.js';
import { asSeen, type DataSet } from './image-set.js';

export const embeddedFolder = (): string => join(packageRoot(), 'deep/data/fashion-mnist');

let embedded: DataSet | undefined;

/** The 2,000 training and 500 test images of Fashion-MNIST that come with the package, unpacked once in a process. */
export function embeddedFashionMnist(): DataSet {
  embedded ??= unpack();
  return embedded;
}

function unpack(): DataSet {
  const directory = embeddedFolder();
  const { name, classes, means, deviations, format } = EMBEDDED_SET;
  const train = asSeen(format.read(directory, 'train'));
  const test = asSeen(format.read(directory, 'test'));
  return { name, classes, train, test, means, deviations };
}
