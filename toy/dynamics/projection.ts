import { rescale } from '../function/toy-function.js';
import type { Ensemble, Transform } from './ensemble.js';

/** Each group back to the norm it has in `start`: frozen norm shares (T7). */
export function projectGroups({ fn: { dimension, groups }, replicas, position }: Ensemble): Transform {
  const norms = new Float64Array(replicas * groups.length);
  const forEachGroup = (visit: (place: number, start: number, end: number) => void): void => {
    for (let replica = 0, place = 0; replica < replicas; replica += 1) {
      for (const { start, end } of groups) visit(place++, replica * dimension + start, replica * dimension + end);
    }
  };
  forEachGroup((place, start, end) => {
    norms[place] = Math.hypot(...position.subarray(start, end));
  });
  return (ensemble) => forEachGroup((place, start, end) => rescale(ensemble.position, start, end, norms[place]!));
}
