import type { RunConfiguration } from '../../run/stored-configuration.js';
import { DEFAULT_TRAINING, type Schedule } from '../../run/training-settings.js';

/** The command that trains a run again. */

type Option = readonly [name: string, value: string | number | true | null | undefined];

function scheduleOptions(schedule: Schedule): Option[] {
  if (schedule.kind === 'constant') return [];
  const span = schedule.kind === 'step' ? undefined : `${schedule.from}:${schedule.to}`;
  return [
    ['schedule', schedule.kind],
    ['factor', schedule.factor],
    ['span', span === '0:1' ? undefined : span],
    ['milestones', schedule.kind === 'step' ? schedule.milestones.join(',') : undefined],
    ['schedule-by', schedule.by],
  ];
}

function trainingOptions({ rate, training }: RunConfiguration): Option[] {
  const { projection, weightDecay, momentum, freeLr, loss, fullBatch, lastLayerSeed, initScale } = training;
  const unless = <Value>(usual: Value, value: Value): Value | undefined => (value === usual ? undefined : value);
  return [
    ['projection', unless(rate.kind === 'elr' ? 'joint' : 'none', projection)],
    ['weight-decay', unless(DEFAULT_TRAINING.weightDecay, weightDecay)],
    ['momentum', unless(DEFAULT_TRAINING.momentum, momentum)],
    ['free-lr', freeLr],
    ['loss', unless(DEFAULT_TRAINING.loss, loss)],
    ['full-batch', fullBatch || undefined],
    ...scheduleOptions(training.schedule),
    ['last-layer-seed', lastLayerSeed],
    ['init-scale', initScale],
  ];
}

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w./:,+=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * The command that trains a run of this configuration, `more` options behind it; what is measured and kept of the run between its
 * steps is left out.
 */
export function trainingCommand(configuration: RunConfiguration, more: readonly Option[] = []): string {
  const { model, width, depth, norm, groups, lastLayer } = configuration;
  const { data, trainImages, corrupt, augment, normalisation, rate } = configuration;
  const { balanced, validation, shuffledLabels, noiseSeed, labels } = configuration;
  const { batch, steps, seed, order, sampling, init, engine, threads } = configuration;
  const options: Option[] = [
    [rate.kind, rate.value],
    ...([
      ['model', model],
      ['width', width],
      ['depth', depth],
      ['norm', norm],
      ['groups', groups],
      ['last-layer', lastLayer],
      ['data', data],
      ['train-images', trainImages],
      ['balanced', balanced],
      ['validation', validation],
      ['shuffled-labels', shuffledLabels],
      ['corrupt', corrupt],
      ['noise-seed', noiseSeed],
      ['labels', labels],
      ['augment', augment === undefined ? undefined : true],
      ['normalisation', normalisation],
      ['batch', batch],
      ['steps', steps],
      ['seed', seed],
      ['order', order === 'shuffled' ? undefined : order],
      ['sampling', sampling],
      ['init', init],
      ['engine', engine === 'cpu' ? undefined : engine],
      ['threads', threads],
    ] as const),
    ...trainingOptions(configuration),
    ...more,
  ];
  const words = options.flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name}`, quoted(String(value))];
  });
  return ['regimes train', ...words].join(' ');
}
