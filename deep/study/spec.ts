import type { Beginning, Cadence } from '../../src/run/epoch.js';
import type { Normalisation, Sampling } from '../../src/run/image-settings.js';
import type { LastLayer, Norm } from '../../src/run/network-variants.js';
import type { Rate } from '../../src/run/rate.js';
import type { LossName, Projection, Schedule, ScheduleUnit } from '../../src/run/training-settings.js';
import { defined } from '../../src/system/defined.js';
import type { ImageChoice } from '../data/open.js';
import type { EngineChoice } from '../engine/names.js';
import type { ModelName } from '../models/names.js';

/** What a run is to be: plain data, of which only the rate has to be said. */
export interface RunSpec extends NetworkSpec, TrainingSpec, ObservationSpec {
  /** The rate of the first steps: `{ kind: 'elr', value }` on a sphere, `{ kind: 'lr', value }` in full space. */
  readonly rate: Rate;
}

/** The network, its data, and how long it is trained. */
export interface NetworkSpec extends ImageChoice {
  /** Default: `convnet`. */
  readonly model?: ModelName;
  /** Channels of the first block; default: 8. */
  readonly width?: number;
  /** Blocks of a ConvNet after the first, or of a transformer; default: 3. */
  readonly depth?: number;
  /** What makes the kernels scale-invariant: statistics of a batch, of an image, or the norms of filters; `none` as a control; default: `batch`. */
  readonly norm?: Norm;
  /** Groups of channels of the norm `group`; default: 4. */
  readonly groups?: number;
  /** Whether the last layer never changes, is trained, or is divided by its norm; default: `fixed`, and `trained` in affine models. */
  readonly lastLayer?: LastLayer;
  /** `fashion-mnist` (comes with the package), a set that `regimes data list` names, or `cifar10:DIR`; default: `fashion-mnist`. */
  readonly data?: string;
  /** Text file with the class number of a training image a line, which images have in place of their own; default: none. */
  readonly labels?: string;
  /** Random crops and mirror images of the training images, new in every epoch; default: false. */
  readonly augment?: boolean;
  /** With which constants pixels are normalised; default: `own`, and `official` where `init` is a checkpoint of the official scripts. */
  readonly normalisation?: Normalisation;
  /** Images a step; default: 128. */
  readonly batch?: number;
  /** Training steps, in place of `epochs`. */
  readonly steps?: number;
  /** Passes over the data; default: 20. */
  readonly epochs?: number;
  /** Of initialisation, order, label noise and augmentation; default: 1. */
  readonly seed?: number;
  /** Default: `shuffled`, a new random order every epoch. */
  readonly order?: 'shuffled' | 'sequential';
  /** Default: `without`, every image once an epoch. `with`: every image of a batch is drawn from all, on its own. */
  readonly sampling?: Sampling;
  /** Starts from the tensors of this safetensors file, or of this state dict or checkpoint of PyTorch; default: drawn from the seed, as PyTorch does. */
  readonly init?: string;
  /** Default: `cpu`, bitwise reproducible. `auto` is the fastest that works here. */
  readonly engine?: EngineChoice;
  /** Threads inside one operation; default: all cores for a single run, 1 in a sweep, whose runs share the cores. */
  readonly threads?: number;
}

/** How the network is trained. */
export interface TrainingSpec {
  /** Default: `joint` with an ELR, `none` with a learning rate. */
  readonly projection?: Projection;
  /** Of every trained parameter, added to the gradient as in torch's SGD; default: 0. */
  readonly weightDecay?: number;
  /** Heavy ball, from 0 to below 1; default: 0. */
  readonly momentum?: number;
  /** Learning rate of the parameters that are not scale-invariant, of affine models and trained last layers; 0 freezes them; default: that of the others. */
  readonly freeLr?: number;
  /** Default: `cross-entropy`. */
  readonly loss?: LossName;
  /** One step a pass over the images, along the mean gradient of all batches; default: false. */
  readonly fullBatch?: boolean;
  /** How the rate changes during the run; default: `constant`. */
  readonly schedule?: Schedule['kind'];
  /** Where cosine and linear end, in units of the first rate (default: 0); what step multiplies by (default: 0.1). */
  readonly factor?: number;
  /** Fractions of the run between which cosine and linear fall; default: 0 and 1. */
  readonly span?: { readonly from: number; readonly to: number };
  /** Whether the rate changes with every step or at the beginnings of epochs only; default: `step`. */
  readonly scheduleBy?: ScheduleUnit;
  /** Before which steps or epochs `step` falls; needed by it. */
  readonly milestones?: readonly Cadence[];
  /** Starts with the last layer that this seed draws; default: that of `seed`. */
  readonly lastLayerSeed?: number;
  /** The weight W of the last layer starts as this times W / |W|, or an invariant one always is; default: 10, and W itself where it is trained. */
  readonly initScale?: number;
}

/** What is measured and kept of a run between its steps, without changing them. */
export interface ObservationSpec {
  /** How often loss, accuracy and gradients are measured on all images; default: start and end, and between them as often as costs at most 10% of training. */
  readonly measure?: Cadence | 'none';
  /** Averages the weights at the ends of epochs from here on; default: no average. */
  readonly average?: Beginning;
  /** How often weights are kept; default: only those of the end. */
  readonly keep?: Cadence;
}

/** Defaults that are numbers or names of their own. */
export const DEFAULT_RUN = {
  model: 'convnet',
  width: 8,
  data: 'fashion-mnist',
  batch: 128,
  epochs: 20,
  seed: 1,
  order: 'shuffled',
  engine: 'cpu',
} as const satisfies NetworkSpec;

type Defaulted = Required<Pick<NetworkSpec, keyof typeof DEFAULT_RUN>>;

/** A spec with these defaults where it says nothing, or undefined. */
export const withDefaults = <Spec extends NetworkSpec>(spec: Spec): Spec & Defaulted =>
  ({ ...DEFAULT_RUN, ...defined(spec) }) as Spec & Defaulted;

/** A value and the text it was given as: folder names and `sweep.json` identify non-numeric values by their text. */
export interface Written<Value = unknown> {
  readonly value: Value;
  readonly text: string;
}

/** Fields of a run that can vary in a sweep. */
type Variable = { readonly elr: number; readonly lr: number } & Required<
  Omit<NetworkSpec, 'augment' | 'balanced' | 'shuffledLabels' | 'threads'> & Omit<TrainingSpec, 'fullBatch'>
>;
/** Values of the fields that vary, by the name of the field. */
export type Axes = { readonly [Name in keyof Variable]?: readonly (Variable[Name] | Written<Variable[Name]>)[] };

/** The runs of a sweep: all combinations of the values of what varies. */
export interface SweepSpec {
  /** What all runs share. */
  readonly base?: Omit<RunSpec, 'rate' | 'threads'>;
  /** What varies, the rate first: `{ elr: [1e-4, 1e-3], seed: [1, 2] }`. Names of folders follow this order. */
  readonly vary: Axes;
  /** How fields of `base` were written, where not as `valueText` writes them. */
  readonly texts?: Readonly<Record<string, string>>;
}
