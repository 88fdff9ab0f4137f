import { EMBEDDED_SET, KNOWN_SETS, type KnownSet } from '../data/catalogue.js';
import { findSet } from '../data/locate.js';
import { openData } from '../data/open.js';

/** What `regimes doctor` finds of a data set. */
export interface DataState {
  readonly name: string;
  readonly found: boolean;
  /** Where it is and how many images it has, or what is wrong with it; how to get it where it is not found. */
  readonly detail: string;
}

function examineEmbedded(): DataState {
  const { name } = EMBEDDED_SET;
  try {
    const { train, test } = openData(name);
    return { name, found: true, detail: `${train.count} + ${test.count} images, come with the package` };
  } catch (error) {
    return { name, found: false, detail: (error as Error).message };
  }
}

/** Looks at names and sizes alone: reading all images would take seconds. */
function examineSet(set: KnownSet): DataState {
  const { name, format, systemFolder } = set;
  const directory = findSet(set);
  if (directory === undefined) {
    const other = systemFolder === undefined ? '' : `; Debian's package of it would be in ${systemFolder}`;
    return { name, found: false, detail: `regimes data fetch ${name} gets it${other}` };
  }
  try {
    const missing = format.files.find((file) => format.find(directory, file) === undefined);
    if (missing !== undefined) throw new Error(`${missing} is missing`);
    const [train, test] = [format.count(directory, 'train'), format.count(directory, 'test')];
    return { name, found: true, detail: `${train} + ${test} images in ${directory}` };
  } catch (error) {
    const problem = (error as Error).message;
    return { name, found: true, detail: `in ${directory}, but not in order: ${problem}; regimes data fetch ${name}` };
  }
}

/** Every data set that has a name: those that come with the package, were fetched or installed, and those that could be. */
export const examineData = (): DataState[] => [examineEmbedded(), ...KNOWN_SETS.map(examineSet)];
