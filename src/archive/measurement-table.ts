import type { Measurement } from '../run/measurements.js';
import type { Row } from './step-table.js';

const MODES = ['training', 'evaluation'] as const;

const qualities = (measurement: Measurement): [string, number][] =>
  (['train', 'test'] as const).flatMap((part) =>
    MODES.flatMap((mode): [string, number][] => {
      const { loss, accuracy } = measurement[part][mode];
      return [
        [`${part}.${mode}.loss`, loss],
        [`${part}.${mode}.accuracy`, accuracy],
      ];
    }),
  );

/** A row a measurement; columns are named by their places in a line of measurements.jsonl. */
export function measurementRow(measurement: Measurement): Row {
  const { step, epoch, gradient, norm, norms, start, previousEpoch, average } = measurement;
  return {
    step,
    epoch,
    ...Object.fromEntries(qualities(measurement)),
    egn: gradient.egn,
    meanGradientEgn: gradient.meanGradientEgn,
    meanOfBatchesEgn: gradient.meanOfBatchesEgn ?? null,
    deviationEgn: gradient.deviationEgn ?? null,
    norm,
    'start.cosine': start.cosine,
    'start.distance': start.distance,
    'previousEpoch.cosine': previousEpoch?.cosine ?? null,
    'previousEpoch.distance': previousEpoch?.distance ?? null,
    'average.epochs': average?.epochs ?? null,
    'average.train.loss': average?.train.loss ?? null,
    'average.train.accuracy': average?.train.accuracy ?? null,
    'average.test.loss': average?.test.loss ?? null,
    'average.test.accuracy': average?.test.accuracy ?? null,
    ...Object.fromEntries(gradient.groups.map(({ name, egn }) => [`egn.${name}`, egn])),
    ...Object.fromEntries(Object.entries(norms).map(([name, value]) => [`norm.${name}`, value])),
  };
}
