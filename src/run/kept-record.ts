import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../system/atomic.js';
import { readJsonFile } from '../system/json-file.js';
import { decodeNumber, encodeNumber } from '../system/json-numbers.js';

/** As JSON keeps it, which has no NaN and no infinity: those are text in the file. */
export const KeptNumberSchema = z.custom<number>((value) => typeof value === 'number');

interface KeptRecord<Content> {
  write(directory: string, content: Content): void;
  /** Undefined if nothing is kept. Throws one line if it cannot be read. */
  read(directory: string): Content | undefined;
}

/** A measurement kept as JSON in the file `file` beside the weights of a run; `name` is what errors call it. */
export const keptRecord = <Content>(file: string, name: string, schema: z.ZodType<Content>): KeptRecord<Content> => ({
  write: (directory, content) =>
    writeAtomically(join(directory, file), `${JSON.stringify(content, encodeNumber, 2)}\n`),
  read(directory) {
    const path = join(directory, file);
    if (!existsSync(path)) return undefined;
    const problem = `is not ${name} of this version of regimes`;
    return readJsonFile(path, (value) => schema.parse(value), { problem, revive: decodeNumber });
  },
});

/**
 * What is kept with runs, by their folders; a record that cannot be read is left out, and `onDamaged` called with the run and the
 * error.
 */
export function readKept<Run extends { readonly directory: string }, Content>(
  runs: readonly Run[],
  read: (directory: string) => Content | undefined,
  onDamaged: (run: Run, error: unknown) => void = () => {},
): Map<string, Content> {
  const kept = new Map<string, Content>();
  for (const run of runs) {
    try {
      const content = read(run.directory);
      if (content !== undefined) kept.set(run.directory, content);
    } catch (error) {
      onDamaged(run, error);
    }
  }
  return kept;
}
