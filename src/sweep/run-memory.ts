import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredManifest } from '../run/recorded-run.js';
import { METRICS_FILE } from '../run/run-directory.js';

/** Tells a run from what it was before, on disk or by its manifest, which may have got its groups from other runs. */
function stampOf({ directory, manifest }: StoredManifest): string {
  const metrics = statSync(join(directory, METRICS_FILE), { throwIfNoEntry: false });
  return JSON.stringify([manifest, metrics?.size, metrics?.mtimeMs]);
}

/** What was made of runs that are looked at again and again, so that only those that have changed on disk since are read. */
export class RunMemory<Result> {
  private readonly known = new Map<string, { readonly stamp: string; readonly results: readonly Result[] }>();

  /** What `make` has made of a run as it is now; what that throws is not remembered, nor is that it makes nothing. */
  of(run: StoredManifest, make: () => readonly Result[]): readonly Result[] {
    const stamp = stampOf(run);
    const known = this.known.get(run.directory);
    if (known?.stamp === stamp) return known.results;
    const results = make();
    if (results.length > 0) this.known.set(run.directory, { stamp, results });
    return results;
  }
}
