import { Command, Option } from 'commander';
import { MODELS, USUAL_DEPTH } from '../../../deep/models/names.js';
import { DEFAULT_RUN, type NetworkSpec, type RunSpec } from '../../../deep/study/spec.js';
import type { Cadence } from '../../run/epoch.js';
import { NORMALISATIONS, SAMPLINGS } from '../../run/image-settings.js';
import { LAST_LAYERS, NORMS, USUAL_GROUPS } from '../../run/network-variants.js';
import { cadence } from '../../text/grammar/moment-grammar.js';
import { blockCount, count, fraction, oneOf, probability, seed } from '../../text/grammar/value-grammar.js';
import { engineOption } from './engine-option.js';
import { withObservationOptions } from './observation-options.js';
import { withTrainingOptions } from './training-options.js';

/** Options that `train` and `sweep` share: the network, its data, and how it is trained. */
export interface RunOptions extends Omit<RunSpec, 'rate'> {
  readonly checkpointEvery?: Cadence;
}

export const modelOption = [
  '--model <name>',
  `network: ${MODELS.join(', ')}`,
  oneOf(MODELS),
  DEFAULT_RUN.model,
] as const;

export const depthOption = [
  '--depth <count>',
  `blocks of a convnet after the first, or of a vit (default: ${USUAL_DEPTH})`,
  blockCount,
] as const;

/** What else distinguishes a network from the usual one of its name. */
export const VARIANT_OPTIONS = [
  [
    '--norm <name>',
    'normalisation: batch; layer or group, of each image alone; weight, of the filters; or none, a control (default: batch; vit: layer)',
    oneOf(NORMS),
  ],
  ['--groups <count>', `groups of channels of --norm group (default: ${USUAL_GROUPS})`, count],
  [
    '--last-layer <kind>',
    'fixed; trained, without being scale-invariant; or invariant, divided by its norm (default: fixed; affine models: trained)',
    oneOf(LAST_LAYERS),
  ],
] as const;

/** Of these options, those that decide no step of a run: no list of them makes sense in a sweep. */
export const UNVARIED: ReadonlySet<string> = new Set(['checkpointEvery', 'measure', 'average', 'keep']);

export const withRunOptions = (command: Command): Command =>
  withObservationOptions(withTrainingOptions(withNetworkOptions(command)));

type OptionParts = readonly [
  flags: string,
  description: string,
  parse?: ((text: string) => unknown) | undefined,
  value?: unknown,
];

/** The network, its data, and how long it is trained. */
const NETWORK_OPTIONS: readonly OptionParts[] = [
  modelOption,
  ['--width <count>', 'channels of the first block', count, DEFAULT_RUN.width],
  depthOption,
  ...VARIANT_OPTIONS,
  [
    '--data <name>',
    'fashion-mnist (comes with the package), a set listed by regimes data list, or cifar10:DIR',
    undefined,
    DEFAULT_RUN.data,
  ],
  ['--train-images <count>', 'use only this many training images, the first ones', count],
  ['--balanced', 'as many training images of each class, the first ones of each; needs --train-images'],
  [
    '--validation <share>',
    'hold out this share of the training images, the last ones, in place of the test images',
    fraction,
  ],
  ['--shuffled-labels', 'shuffle the training labels among the images'],
  ['--corrupt <share>', 'replace each training label by a random class with this probability', probability],
  ['--noise-seed <number>', 'seed of the label noise of --corrupt (default: that of --seed)', seed],
  [
    '--labels <file>',
    'take the training labels from a text file, a class number a line (regimes data labels writes one)',
  ],
  [
    '--normalisation <whose>',
    'constants for the pixels: own (of the data set) or official (of CIFAR-10, as in the official scripts; default: own, official where --init is a checkpoint of theirs)',
    oneOf(NORMALISATIONS),
  ],
  ['--augment', 'random crops and reflections of the training images, redrawn every epoch'],
  ['--batch <count>', 'images per step', count, DEFAULT_RUN.batch],
  ['--steps <count>', 'training steps', count],
  ['--epochs <count>', `passes over the data, instead of --steps (default: ${DEFAULT_RUN.epochs})`, count],
  ['--seed <number>', 'seed of initialisation, order, label noise and augmentation', seed, DEFAULT_RUN.seed],
  ['--order <name>', 'shuffled or sequential', oneOf(['shuffled', 'sequential']), DEFAULT_RUN.order],
  [
    '--sampling <how>',
    'draw batches with or without replacement (default: without, every image once an epoch)',
    oneOf(SAMPLINGS),
  ],
  [
    '--init <file>',
    "start from the tensors in a safetensors file, or in a state dict or checkpoint of PyTorch's torch.save",
  ],
  ['--checkpoint-every <count>', 'steps like 100 or epochs like 2e (default: every half minute)', cadence],
  engineOption,
];

/** The options of a network, with other defaults where these are given. */
export const networkOptions = (defaults: Readonly<Record<string, unknown>> = {}): Option[] =>
  NETWORK_OPTIONS.map(([flags, description, parse, value]) => {
    const option = new Option(flags, description);
    if (parse !== undefined) option.argParser(parse);
    const preset = defaults[option.attributeName()] ?? value;
    return preset === undefined ? option : option.default(preset);
  });

function withNetworkOptions(command: Command): Command {
  for (const option of networkOptions()) command.addOption(option);
  return command;
}

/** Of the options of a command those that these are and that are fields of a run: checkpoints are not. `threads` is declared elsewhere. */
function pick(options: object, declared: readonly Option[]): object {
  const names = new Set([...declared.map((option) => option.attributeName()), 'threads']);
  names.delete('checkpointEvery');
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.has(name)));
}

/** Of the options of a command those that are fields of a run. */
export const runFields = (options: object): Omit<RunSpec, 'rate'> =>
  pick(options, withRunOptions(new Command()).options);

/** Of the options of a command those that are fields of a network. */
export const networkFields = (options: object): NetworkSpec => pick(options, networkOptions());
