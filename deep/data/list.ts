import { type Archive, EMBEDDED_SET, KNOWN_SETS } from './catalogue.js';
import { embeddedFolder } from './fashion-mnist.js';
import { findSet } from './locate.js';

export interface ListedSet {
  readonly name: string;
  readonly trainImages: number;
  readonly testImages: number;
  readonly classes: number;
  /** Where the set is; null: it is not here. */
  readonly directory: string | null;
  /** What gets it; null: it comes with the package. */
  readonly command: string | null;
  readonly archives: readonly Archive[];
  /** SHA-256 of the files as unpacked, where they are known. */
  readonly contents: Readonly<Record<string, string>>;
}

/** Every data set that has a name, here or not. */
export const listData = (): ListedSet[] =>
  [EMBEDDED_SET, ...KNOWN_SETS].map((set) => {
    const { name, trainImages, testImages, classes, archives, contents } = set;
    const embedded = set === EMBEDDED_SET;
    return {
      name,
      trainImages,
      testImages,
      classes,
      directory: embedded ? embeddedFolder() : (findSet(set) ?? null),
      command: embedded ? null : `regimes data fetch ${name}`,
      archives,
      contents,
    };
  });
