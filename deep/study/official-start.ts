import { weightsNormalisation } from '../../src/torch/weights-file.js';
import type { NetworkSpec } from './spec.js';

/**
 * Returns a function that completes specs: where nothing is said of the pixels and the start is a checkpoint of the official scripts,
 * or was converted from one, pixels are normalised as there. Each file is read once, and `onNote` called once for it.
 */
export function officialStarts(onNote: (line: string) => void = () => {}) {
  const known = new Map<string, boolean>();
  const isOfficial = (path: string): boolean => {
    const found = known.get(path) ?? weightsNormalisation(path) === 'official';
    if (found && !known.has(path))
      onNote(
        `${path} is of the official scripts: pixels are normalised with their constants (--normalisation official)`,
      );
    known.set(path, found);
    return found;
  };
  return <Spec extends NetworkSpec>(spec: Spec): Spec =>
    spec.normalisation === undefined && spec.init !== undefined && isOfficial(spec.init)
      ? { ...spec, normalisation: 'official' }
      : spec;
}
