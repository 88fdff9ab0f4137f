import { createHash } from 'node:crypto';
import { classesOf, type Manifest } from '../run/manifest.js';
import { type LastLayer, type Norm, usualLastLayer } from '../run/network-variants.js';
import { stepsPerEpoch } from '../run/run-epochs.js';
import type { LossName, Schedule } from '../run/training-settings.js';

/** What the official scripts train with where their names say nothing, and the depth of a manifest that names none. */
const OFFICIAL = { model: 'convnet', data: 'cifar10', batch: 128, depth: 3 };

/**
 * The unit of the official loss in ours. The official scripts divide the squared loss by the number of classes C, so their loss and
 * gradients are ours over C, and the same steps have C times our learning rate.
 */
export const officialLossUnit = (manifest: Manifest): number =>
  lossUnitOf(manifest.configuration.training.loss, () => classesOf(manifest));

/** The same of a loss and a number of classes. */
export function lossUnitOf(loss: LossName, classes: () => number): number {
  return loss === 'squared' ? classes() : 1;
}

/** A product without the rounding of its last digits: 0.0007 times 10 is 0.007. */
const product = (value: number, factor: number): number => Number((value * factor).toPrecision(15));

/** The rate in the place where the official notebook looks for it: third between underscores, behind `elr`. */
function rateText(manifest: Manifest): string {
  const { rate, training } = manifest.configuration;
  const unit = officialLossUnit(manifest);
  const value = product(rate.value, unit);
  return rate.kind === 'lr' ? `lr${value}_wd${product(training.weightDecay, 1 / unit)}` : `elr${value}`;
}

/** `_cosan` is the cosine of the official scripts, to 0 over the whole run by epochs; whatever differs from it is said. */
function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'constant') return '';
  const by = schedule.by === 'epoch' ? '' : '-bystep';
  if (schedule.kind === 'step') return `_drop${schedule.factor}-${schedule.milestones.join('-')}${by}`;
  const { factor, from, to } = schedule;
  const fall = factor === 0 && from === 0 && to === 1 ? '' : `-${factor}-${from}-${to}`;
  return `_${schedule.kind === 'cosine' ? 'cosan' : 'linear'}${fall}${by}`;
}

/** Eight decimal digits of a checksum: letters could spell what the notebook looks for. */
const digits = (text: string): string =>
  String(createHash('sha256').update(text).digest().readUIntBE(0, 6) % 1e8).padStart(8, '0');

/** What the last layer starts as, where the model does not go without saying. */
function initScaleText({ model, lastLayer, training: { initScale } }: Manifest['configuration']): string {
  const isTrained = (lastLayer ?? usualLastLayer(model)) === 'trained';
  const scale = initScale ?? (isTrained ? undefined : 10);
  if (scale === undefined) return '';
  return scale > 0 ? `initscale${scale}` : `_turned${-scale}`;
}

const unless = <Value>(usual: Value, value: Value, text: (value: Value) => string): string =>
  value === usual ? '' : text(value);

/** Settings that the official names do not have, each where it is not the official one. */
function ownParts(manifest: Manifest): string[] {
  const { configuration, data, start } = manifest;
  const {
    model,
    norm,
    groups,
    lastLayer,
    trainImages,
    batch,
    order,
    sampling,
    normalisation,
    init,
    rate,
    training,
    steps,
    seed,
  } = configuration;
  const { projection, weightDecay, loss, freeLr, fullBatch, lastLayerSeed } = training;
  const isElr = rate.kind === 'elr';
  return [
    unless(OFFICIAL.model, model, (name) => `_${name}`),
    unless<Norm | undefined>(undefined, norm, (name) => `_${name}norm`),
    unless<number | undefined>(undefined, groups, (count) => `_groups${count}`),
    unless<LastLayer | undefined>(undefined, lastLayer, (kind) => `_${kind}last`),
    unless(OFFICIAL.data, data.name, (name) => `_${name}`),
    unless(null, trainImages, (count) => `_n${count}`),
    unless<boolean | undefined>(undefined, configuration.balanced, () => '_balanced'),
    unless<number | undefined>(undefined, configuration.validation, (share) => `_val${share}`),
    unless<boolean | undefined>(undefined, configuration.shuffledLabels, () => '_shuffledlabels'),
    unless<number | undefined>(undefined, configuration.noiseSeed, (number) => `_noise${number}`),
    unless<string | undefined>(undefined, configuration.labels, () => `_labels${digits(data.sha256)}`),
    unless<string | undefined>(undefined, normalisation, () => '_officialpixels'),
    unless(OFFICIAL.batch, batch, (size) => `_b${size}`),
    unless(0, steps % stepsPerEpoch(manifest), () => `_steps${steps}`),
    unless('shuffled', order, (name) => `_${name}`),
    unless<string | undefined>(undefined, sampling, () => '_replacement'),
    unless<string>(isElr ? 'joint' : 'none', projection, (name) => `_${name}`),
    isElr ? unless(0, weightDecay, (decay) => `_wd${product(decay, 1 / officialLossUnit(manifest))}`) : '',
    unless('cross-entropy', loss, (name) => `_${name}`),
    unless(null, freeLr, (value) => `_noninvlr${product(value!, officialLossUnit(manifest))}`),
    unless(false, fullBatch, () => '_fbgd'),
    unless(null, lastLayerSeed, (number) => `_last${number}`),
    // The first seed has no part of its own, and the notebook leaves out names with `seed`.
    unless(false, seed === 0, () => '_first0'),
    unless(null, init, (path) => `_init${digits(start ?? path!)}`),
  ];
}

/**
 * The folder of a run as the official script of "Training scale-invariant neural networks on the sphere" names it; the official
 * notebook takes the ELR from there, and chooses runs by `c32`, `noaug`, `seed` and `corr`. Behind that stands every setting that
 * decides the steps and that the official names do not have, so that the same settings always have the same name and others
 * another.
 */
export function officialName(manifest: Manifest): string {
  const { width, depth, steps, augment, seed, corrupt, training } = manifest.configuration;
  const epochs = Math.ceil(steps / stepsPerEpoch(manifest));
  return [
    `c${width}_d${depth ?? OFFICIAL.depth}_${rateText(manifest)}_epoch${epochs}`,
    training.schedule.kind === 'constant' ? '_nosch' : '',
    initScaleText(manifest.configuration),
    augment === undefined ? '_noaug' : '',
    scheduleText(training.schedule),
    seed > 1 ? `_seed${seed}` : '',
    corrupt === undefined ? '' : `_corr${corrupt}`,
    training.momentum > 0 ? `_mom${training.momentum}` : '',
    ...ownParts(manifest),
  ].join('');
}

/** Names for several runs, no two the same: later ones of a name, which differ in engine or threads alone, get a number. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let i = 2; taken.has(distinct); i += 1) distinct = `${name}_${i}`;
    taken.add(distinct);
    return distinct;
  });
}
