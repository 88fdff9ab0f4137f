import type { Rate } from '../../src/run/rate.js';
import type { Schedule } from '../../src/run/training-settings.js';
import { type Model, namesWithRole } from '../models/model.js';
import { jointNorm } from '../models/network.js';
import { scheduledFactor } from './schedule.js';
import {
  FILTER_RADIUS,
  FREE_LEARNING_RATE,
  groupRadius,
  LEARNING_RATE,
  type Projection,
  RADIUS,
} from './update/compose.js';

type Tensors = ReadonlyMap<string, Float32Array>;

export interface RateOptions {
  /** Learning rate of the free parameters; default: that of the others. */
  readonly freeLr?: number;
  readonly schedule?: Schedule;
  /** Steps of the whole run, as schedules see it. */
  readonly steps?: number;
  /** Steps of an epoch, as schedules by epochs see it. */
  readonly perEpoch?: number;
}

const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** Learning rates of the steps of a run that starts at a point, by the names under which steps want them. */
export function learningRates(model: Model, start: Tensors, rate: Rate, options: RateOptions) {
  const { freeLr, schedule = { kind: 'constant' }, steps = 1, perEpoch = 1 } = options;
  const first = rate.kind === 'lr' ? rate.value : rate.value * jointNorm(model, start) ** 2;
  return (step: number): { readonly [LEARNING_RATE]: number; readonly [FREE_LEARNING_RATE]: number } => {
    const factor = scheduledFactor(schedule, step, { steps, perEpoch });
    return { [LEARNING_RATE]: first * factor, [FREE_LEARNING_RATE]: (freeLr ?? first) * factor };
  };
}

const filtersOf = ({ shape }: Pick<Model['tensors'][number], 'shape'>): number => shape[0]!;

/** The norm that every output filter has where all have the same and together that of `start`. */
function filterRadius(model: Model, start: Tensors): number {
  const filters = model.tensors.filter(({ role }) => role === 'sphere').reduce((sum, each) => sum + filtersOf(each), 0);
  return jointNorm(model, start) / Math.sqrt(filters);
}

/** Radii of the spheres that the parameters of `start` are on, by the names under which steps want them. */
export const sphereRadii = (model: Model, start: Tensors): Record<string, number> => ({
  [RADIUS]: jointNorm(model, start),
  [FILTER_RADIUS]: filterRadius(model, start),
  ...Object.fromEntries(
    namesWithRole(model, 'sphere').map((name) => [groupRadius(name), Math.sqrt(squares(start.get(name)!))]),
  ),
});

/**
 * The point that training starts from. Where every filter is to be on a sphere of its own, all are brought to the same
 * norm, which leaves the joint norm as it is; then ELR E means that each of n filters has the learning rate n E over its
 * squared norm.
 */
export function startingPoint(model: Model, initial: Tensors, projection: Projection): Tensors {
  if (projection !== 'filter') return initial;
  const radius = filterRadius(model, initial);
  const even = model.tensors
    .filter(({ role }) => role === 'sphere')
    .map((tensor): [string, Float32Array] => {
      const values = initial.get(tensor.name)!;
      const size = values.length / filtersOf(tensor);
      const scales = Array.from({ length: filtersOf(tensor) }, (_, i) => {
        return radius / Math.sqrt(squares(values.subarray(i * size, (i + 1) * size)));
      });
      return [tensor.name, values.map((value, i) => value * scales[Math.floor(i / size)]!)];
    });
  return new Map([...initial, ...even]);
}
