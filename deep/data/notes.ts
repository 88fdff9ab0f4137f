import type { Part } from './format.js';
import type { ImageSet } from './image-set.js';
import { type LocatedSet, locateData } from './locate.js';

/** What is not wrong with a data set, and yet not what its user expects: said before anything is trained on it. */

/** Classes that none of some images has. */
export function absentClasses({ labels }: ImageSet, classes: number): number[] {
  const present = new Set(labels);
  return Array.from({ length: classes }, (_, label) => label).filter((label) => !present.has(label));
}

/** Files of one part that hold fewer images than another of them: one that was cut off between two images looks like that. */
function unequalFiles({ set: { format }, directory }: LocatedSet, part: Part): string[] {
  const files = format.filesOf(directory, part);
  const most = files.reduce((a, b) => (b.images > a.images ? b : a));
  return files
    .filter(({ images }) => images < most.images)
    .map(({ path, images }) => `${path} has ${images} images, ${most.path} has ${most.images}: was it cut off?`);
}

/** One line each. */
export const notesOn = (located: LocatedSet, train: ImageSet): string[] => {
  const absent = absentClasses(train, located.set.classes);
  const noImage = `${located.directory}: no training image has label ${absent.join(', ')}`;
  return [...unequalFiles(located, 'train'), ...(absent.length > 0 ? [noImage] : [])];
};

/** The same of a data set by its name; nothing of the embedded images. */
export function notesOnNamed(name: string, train: ImageSet): string[] {
  const located = locateData(name);
  return located === undefined ? [] : notesOn(located, train);
}
