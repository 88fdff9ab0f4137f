import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type KeptPath, readPaths, writePaths } from '../../src/experiments/path-record.js';
import type { RecordedRun } from '../../src/run/recorded-run.js';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { fileChecksum } from '../../src/system/file-checksum.js';
import { cores } from '../../src/system/processors.js';
import type { EngineName } from '../engine/names.js';
import { openExaminedRun, readWeights, withEngine } from './examined-run.js';
import { linearPath } from './linear-path.js';

/** Where paths are kept, and at how many places they are measured. */
export interface KeptPathsOptions {
  readonly directory: string;
  /** Places on each path, both ends included. */
  readonly points: number;
  /** Called before each path with how many there are before it. */
  readonly onPath?: (index: number) => void;
}

const weightsOf = ({ directory }: RecordedRun): string => join(directory, WEIGHTS_FILE);

async function measurePath(from: RecordedRun, to: RecordedRun, points: number): Promise<Omit<KeptPath, 'ends'>> {
  const { manifest } = from;
  const setting = await withEngine(openExaminedRun(manifest), manifest.configuration.engine as EngineName, cores());
  const [a, b] = [readWeights(setting, weightsOf(from)), readWeights(setting, weightsOf(to))];
  const path = await linearPath(setting, a, b, { points });
  return { cosine: path.ends.cosine, losses: path.points.map(({ train }) => train.loss) };
}

/**
 * Training losses on the great circles between the last weights of pairs of runs, over all images of the first of each pair. What is
 * kept in the folder is not measured again, and each is kept as soon as it is known.
 */
export async function keptPaths(
  pairs: readonly (readonly [from: RecordedRun, to: RecordedRun])[],
  { directory, points, onPath = () => {} }: KeptPathsOptions,
): Promise<KeptPath[]> {
  const known = [...readPaths(directory)];
  const found: KeptPath[] = [];
  for (const [i, [from, to]] of pairs.entries()) {
    onPath(i);
    const ends: [string, string] = [fileChecksum(weightsOf(from)).sha256, fileChecksum(weightsOf(to)).sha256];
    const kept = known.find((path) => isDeepStrictEqual(path.ends, ends) && path.losses.length === points);
    const path = kept ?? { ends, ...(await measurePath(from, to, points)) };
    found.push(path);
    if (kept !== undefined) continue;
    known.push(path);
    writePaths(directory, known);
  }
  return found;
}
