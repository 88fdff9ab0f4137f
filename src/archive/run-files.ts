import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of tensors in the folder of a run. */
export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
}

/** Checkpoints, final weights and weights kept on the way, in the order of their steps. */
export function keptFiles(directory: string): KeptFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.safetensors'));
  return names
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .map((name) => ({ name, bytes: statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0 }));
}
