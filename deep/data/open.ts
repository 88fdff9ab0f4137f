import type { Normalisation } from '../../src/run/image-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type AugmentationName, cropAndFlip } from './augmentation.js';
import { balancedImages, heldOutCount, shuffleLabels, withValidation } from './choose-images.js';
import { embeddedFashionMnist } from './fashion-mnist.js';
import type { Part } from './format.js';
import { type DataSet, firstImages } from './image-set.js';
import { withLabels } from './label-file.js';
import { corruptLabels } from './label-noise.js';
import { locateData } from './locate.js';
import { CIFAR10_CONSTANTS } from './normalisation.js';

/** Which images of a data set are used, and how labels are mixed up among them. */
export interface ImageChoice {
  /** Number of training images to use, the first ones; default: all. */
  readonly trainImages?: number;
  /** As many training images of each class, the first ones of each; needs `trainImages`; default: false. */
  readonly balanced?: boolean;
  /** Share of the training images to hold out in place of the test images, the last ones; default: none. */
  readonly validation?: number;
  /** Shuffles the training labels among the images; default: false. */
  readonly shuffledLabels?: boolean;
  /** Probability with which each training label is replaced by a random class; default: 0. */
  readonly corrupt?: number;
  /** Seed of label noise; default: `seed`. */
  readonly noiseSeed?: number;
}

/** Which images of a data set are used, and with which labels and pixels. */
export interface OpenDataOptions extends ImageChoice {
  /** File of the labels that the training images have in place of their own (`readLabelFile`). */
  readonly labels?: string;
  /** How training images are changed from epoch to epoch. */
  readonly augment?: AugmentationName;
  /** Of label noise and augmentation. */
  readonly seed?: number;
  /** With which constants pixels are normalised; default: `own`. */
  readonly normalisation?: Normalisation;
}

/** The data set that a name like `fashion-mnist`, `cifar10` or `cifar10:DIR` stands for. */
export const openData = (name: string, options: OpenDataOptions = {}): DataSet => prepared(readNamed(name), options);

/** `openData` for runs in one process: they share the images of a set until another one is opened. */
export function openShared(): typeof openData {
  let last: { readonly name: string; readonly data: DataSet } | undefined;
  return (name, options = {}) => {
    if (last?.name !== name) last = { name, data: readNamed(name) };
    return prepared(last.data, options);
  };
}

function prepared(whole: DataSet, options: OpenDataOptions): DataSet {
  const {
    trainImages,
    balanced,
    validation,
    shuffledLabels,
    corrupt,
    labels,
    augment,
    seed = 0,
    noiseSeed = seed,
    normalisation = 'own',
  } = options;
  const data = validation === undefined ? whole : withValidation(whole, validation);
  let train = data.train;
  if (trainImages !== undefined)
    train = balanced ? balancedImages(train, data.classes, trainImages) : firstImages(train, trainImages);
  if (shuffledLabels) train = shuffleLabels(train, seed);
  if (labels !== undefined) train = withLabels(train, labels, data.classes);
  if (corrupt !== undefined) train = corruptLabels(train, data.classes, corrupt, noiseSeed);
  if (augment !== undefined) train = { ...train, augmentation: cropAndFlip(seed) };
  return { ...data, train, ...(normalisation === 'official' && CIFAR10_CONSTANTS) };
}

function readNamed(name: string): DataSet {
  const located = locateData(name);
  if (located === undefined) return embeddedFashionMnist();
  const { set, directory } = located;
  const { prefix, classes, means, deviations, format } = set;
  const train = format.read(directory, 'train');
  return { name: prefix, classes, train, test: format.read(directory, 'test'), means, deviations };
}

/** The number of images that the files of a set hold, without reading them. */
function countImages(name: string, part: Part): number {
  const located = locateData(name);
  return located === undefined ? embeddedFashionMnist()[part].count : located.set.format.count(located.directory, part);
}

/** The number of training images that openData would give, without reading them. */
export function countTrainImages(name: string, trainImages?: number, validation?: number): number {
  const all = countImages(name, 'train');
  const count = validation === undefined ? all : all - heldOutCount(all, validation);
  if (trainImages !== undefined && trainImages > count) {
    throw new UsageError(`${trainImages} images requested; the data set has ${count}`);
  }
  return trainImages ?? count;
}

/** The number of test images that openData would give, without reading them. */
export const countTestImages = (name: string, validation?: number): number =>
  validation === undefined ? countImages(name, 'test') : heldOutCount(countImages(name, 'train'), validation);
