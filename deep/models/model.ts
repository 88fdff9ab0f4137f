import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { RandomSource } from '../../src/numerics/random.js';
import type { LastLayer, Norm } from '../../src/run/network-variants.js';
import type { InvariantGroup } from '../../src/sphere/invariant-groups.js';
import { type Layout, type NamedTensors, sizeOf, type TensorSpec } from '../engine/engine.js';

/**
 * What becomes of a tensor during training: `sphere` parameters are scale-invariant, together at least, and may live on a
 * sphere (in a network without normalisation, a control, they are treated so and are not), `free` ones are trained but not scale-invariant, `frozen` ones never change, `buffer` tensors are running
 * statistics.
 */
export type Role = 'sphere' | 'free' | 'frozen' | 'buffer';

/** A tensor of a network: its name, shape, role and initial values. */
export interface ModelTensor {
  /** Name as in PyTorch's state_dict. */
  readonly name: string;
  /** Shape as in PyTorch. */
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly role: Role;
  /** Whether its content are variances, which are not negative. */
  readonly isVariance?: boolean;
  /** `sphere` tensors of one stream are summed before they are normalised: only together do they have a scale of no effect. */
  readonly stream?: string;
  /** Initial content, drawn as PyTorch does by default. */
  readonly initial: (random: RandomSource) => Float32Array;
  /** Its content W, drawn or given, becomes this times W / |W| at the start of training. */
  readonly scale?: number;
}

/** What a network makes of images. */
export interface ForwardResult {
  readonly logits: Tensor2D;
  /** Running statistics after this batch, by name; empty in evaluation. */
  readonly buffers: NamedTensors;
}

/** Statistics of normalisation: those of the batch, or running ones. */
export type NormalisationMode = 'training' | 'evaluation';

/** What distinguishes a network of a family from others. */
export interface Architecture {
  /** Channels of the first convolution; later ones have 2, 4 and 8 times as many. An eighth of the features of a transformer. */
  readonly width: number;
  readonly classes?: number;
  readonly channels?: number;
  /** Trained weights and biases in the normalisations, and a trained linear layer. */
  readonly affine?: boolean;
  /** Blocks of a ConvNet after the first, or of a transformer; default: 3. */
  readonly depth?: number | undefined;
  /** Default: `batch`; a transformer has `layer`. */
  readonly norm?: Norm | undefined;
  /** Groups of channels of the norm `group`; default: 4. */
  readonly groups?: number | undefined;
  /** Default: `fixed`, and `trained` where `affine`. */
  readonly lastLayer?: LastLayer | undefined;
  /**
   * The weight W of the linear layer starts as this times W / |W|; default: 10, and W itself where it is trained. Where it is
   * invariant, this is the norm that it is given in every pass, 10 by default.
   */
  readonly initScale?: number | undefined;
}

/** A network as a pure function of its tensors. */
export interface Model {
  readonly name: string;
  readonly classes: number;
  readonly tensors: readonly ModelTensor[];
  /** Names of the tensors of the layer that yields the logits. */
  readonly lastLayer: readonly string[];
  /** Present where only whole kernels are scale-invariant, and not each of their output filters. */
  readonly wholeKernels?: true;
  /** Logits of images; tensors are those of the network by their names. */
  forward(tensors: NamedTensors, images: Tensor4D, mode: NormalisationMode): ForwardResult;
}

export const tensorSpec = ({ name, shape, layout }: ModelTensor): TensorSpec => ({
  name,
  shape,
  layout,
  type: 'float32',
});

/** Names of the tensors with one of the given roles, in the model's order. */
export const namesWithRole = (model: Model, ...roles: readonly Role[]): string[] =>
  model.tensors.filter(({ role }) => roles.includes(role)).map(({ name }) => name);

/** The scale-invariant groups of a model, in the order of their first tensors: each tensor alone, or the tensors of a stream. */
export function invariantGroups(model: Model): InvariantGroup[] {
  const groups = new Map<string, string[]>();
  for (const { name, role, stream = name } of model.tensors) {
    if (role === 'sphere') groups.set(stream, [...(groups.get(stream) ?? []), name]);
  }
  return [...groups].map(([name, tensors]) => ({ name, tensors }));
}

/** Uniform in +-1 / sqrt(fanIn): PyTorch's default for weights and biases of convolutions and linear layers. */
export const uniformInitial =
  (shape: readonly number[], fanIn: number) =>
  (random: RandomSource): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.uniform() - 1) / Math.sqrt(fanIn));

export const constantInitial = (shape: readonly number[], value: number) => (): Float32Array =>
  new Float32Array(sizeOf(shape)).fill(value);

/** The content of a tensor as training starts with it: W, or its scale times W / |W|. */
export function startingContent({ scale }: Pick<ModelTensor, 'scale'>, values: Float32Array): Float32Array {
  if (scale === undefined) return values;
  const factor = scale / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value * factor);
}

/** Initial content of every tensor of a model. */
export const initialTensors = (model: Model, random: RandomSource): Map<string, Float32Array> =>
  new Map(model.tensors.map((tensor) => [tensor.name, startingContent(tensor, tensor.initial(random))]));
