import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Walk } from '../../src/experiments/random-walk.js';
import type { StoredManifest } from '../../src/run/recorded-run.js';
import { keptWeightSteps, keptWeightsFile } from '../../src/run/run-directory.js';
import { walkLogCosines } from '../../src/sphere/random-walk.js';
import { explainReading } from '../../src/system/reading-error.js';
import { decodeSafetensors } from '../../src/system/safetensors.js';

/** The scale-invariant weights of a file as one vector of norm 1. */
function unitPoint(path: string, names: readonly string[]): Float32Array {
  const tensors = decodeSafetensors(explainReading(path, () => readFileSync(path)));
  const parts = names.map((name) => tensors.get(name)?.data);
  if (parts.some((part) => part === undefined)) throw new Error(`${path} lacks weights of the run`);
  const all = Float32Array.from(parts.flatMap((part) => Array.from(part as Float32Array)));
  const norm = Math.sqrt(all.reduce((sum, value) => sum + value * value, 0));
  return all.map((value) => value / norm);
}

/** The steps of a run, as far as a walk depends on them. */
interface WalkSteps {
  /** How many there are. */
  readonly taken: number;
  /** ESS of each; gone through once, and not kept. */
  readonly effectiveSteps: Iterable<number>;
}

/** The points that a run has kept (`--keep`), each read when it is asked for, and the steps between them. */
export function walkOf({ directory, manifest }: StoredManifest, { taken, effectiveSteps }: WalkSteps): Walk {
  const names = manifest.invariantGroups?.flatMap(({ tensors }) => tensors) ?? manifest.groups;
  const kept = keptWeightSteps(directory).filter((step) => step <= taken);
  const pointAt = (place: number): Float32Array => unitPoint(join(directory, keptWeightsFile(kept[place]!)), names);
  const cosine = (a: number, b: number): number => {
    const [from, to] = [pointAt(a), pointAt(b)];
    return from.reduce((sum, value, i) => sum + value * to[i]!, 0);
  };
  return { kept, cosine, logCosines: walkLogCosines(effectiveSteps, kept) };
}
