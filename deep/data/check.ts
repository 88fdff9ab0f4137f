import { statSync } from 'node:fs';
import { sha256OfFile } from './fetch/hash.js';
import type { Part } from './format.js';
import type { LocatedSet } from './locate.js';
import { notesOn } from './notes.js';
import { type FetchRecord, readRecord } from './record.js';

export interface CheckedFile {
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  /** Of the content, unzipped where it is zipped. */
  readonly sha256: string;
  /** What the checksum was compared with and found equal to; null: nothing is known to compare with. */
  readonly equals: 'published' | 'fetched' | null;
}

export interface DataCheck {
  readonly name: string;
  readonly directory: string;
  readonly classes: number;
  /** Null if the files do not say. */
  readonly trainImages: number | null;
  readonly testImages: number | null;
  readonly files: readonly CheckedFile[];
  /** One line each; empty where all is well. */
  readonly problems: readonly string[];
  /** What is not wrong and yet worth knowing, one line each: classes without an image, files of unequal length. */
  readonly notes: readonly string[];
}

const attempt = <T>(problems: string[], work: () => T): T | null => {
  try {
    return work();
  } catch (error) {
    problems.push((error as Error).message);
    return null;
  }
};

/** Official images in both parts: only then must the files have the official checksums. */
const isComplete = ({ set }: LocatedSet, trainImages: number | null, testImages: number | null): boolean =>
  trainImages === set.trainImages && testImages === set.testImages;

async function checkFile({ set, directory }: LocatedSet, file: string, known: Known, problems: string[]) {
  const path = set.format.find(directory, file);
  if (path === undefined) {
    problems.push(`${directory}/${file} is missing`);
    return undefined;
  }
  attempt(problems, () => set.format.checkFile(path, file));
  const bytes = statSync(path).size;
  const sha256 = await sha256OfFile(path, { unzipped: path.endsWith('.gz') }).catch(() => null);
  if (sha256 === null) return undefined;
  const { fetched, published } = known;
  if (fetched && fetched.files[file] !== sha256) problems.push(`${path} is not the file that was fetched (SHA-256)`);
  if (published && published !== sha256) problems.push(`${path} is not the file that was published (SHA-256)`);
  const equals = published === sha256 ? 'published' : fetched?.files[file] === sha256 ? 'fetched' : null;
  return { file, path, bytes, sha256, equals } satisfies CheckedFile;
}

interface Known {
  readonly fetched: FetchRecord | null | undefined;
  readonly published: string | undefined;
}

/** Reads all files of a set and says what is wrong: missing files, sizes, labels, checksums. */
export async function checkData(located: LocatedSet): Promise<DataCheck> {
  const { set, directory } = located;
  const problems: string[] = [];
  // What a count fails of is told by the file's own check.
  const countOf = (part: Part): number | null => attempt([], () => set.format.count(directory, part));
  const [trainImages, testImages] = [countOf('train'), countOf('test')];
  const fetched = attempt(problems, () => readRecord(directory));
  const complete = isComplete(located, trainImages, testImages);
  const files: CheckedFile[] = [];
  for (const file of set.format.files) {
    const known = { fetched, published: complete ? set.contents[file] : undefined };
    const checked = await checkFile(located, file, known, problems);
    if (checked !== undefined) files.push(checked);
  }
  // Files that are each in order may still not fit together.
  const read = (part: Part) =>
    problems.length === 0 ? attempt(problems, () => set.format.read(directory, part)) : null;
  const [train] = [read('train'), read('test')];
  const notes = train === null ? [] : notesOn(located, train);
  const { name, classes } = set;
  return { name, directory, classes, trainImages, testImages, files, problems, notes };
}
