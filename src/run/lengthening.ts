import { stepsPerEpoch } from './epoch.js';
import type { Manifest } from './manifest.js';

/**
 * Why a finished run cannot go on as a longer one would have done; undefined if it can. Its last weights are then all that its next steps
 * depend on, and its rate does not depend on its length. A measured run must end with an epoch, since measurements compare the ends of
 * epochs; it keeps a measurement at its first end, where a longer run need not have one.
 */
export function lengtheningObstacle({
  configuration,
  data,
}: Pick<Manifest, 'configuration' | 'data'>): string | undefined {
  const { training, observation, batch, steps } = configuration;
  if (training.schedule.kind !== 'constant')
    return `schedule ${training.schedule.kind}: the rate of a longer run would have been another one from the start`;
  if (training.momentum !== 0) return `momentum ${training.momentum}: a finished run does not keep its velocity`;
  if (observation === undefined) return undefined;
  if (observation.average !== null) return 'its average of weights cannot go on: what it averages is not kept';
  const perEpoch = stepsPerEpoch({ batch, fullBatch: training.fullBatch }, data.trainImages);
  if (observation.measure !== null && steps % perEpoch !== 0)
    return `it is measured, and its ${steps} steps do not end with an epoch of ${perEpoch}`;
  return undefined;
}
