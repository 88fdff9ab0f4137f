import { z } from 'zod';
import { keptRecord } from '../run/kept-record.js';

/** Training losses on paths between the weights of runs, kept in the folder of their sweep, so that none is measured twice. */

export const PATHS_FILE = 'paths.json';

const KeptPathSchema = z.strictObject({
  /** SHA-256 of the files of weights at both ends. */
  ends: z.tuple([z.string(), z.string()]),
  /** Cosine of the angle between them. */
  cosine: z.number(),
  /** Mean training loss at equally spaced places, both ends included. */
  losses: z.array(z.number()).min(2),
});
/** A path between two ends, on the sphere. */
export type KeptPath = z.infer<typeof KeptPathSchema>;

const record = keptRecord(PATHS_FILE, 'a list of paths', z.array(KeptPathSchema));

/** All that are kept in a folder. Throws one line where they cannot be read. */
export const readPaths = (directory: string): readonly KeptPath[] => record.read(directory) ?? [];

export const writePaths = (directory: string, paths: readonly KeptPath[]): void => record.write(directory, [...paths]);
