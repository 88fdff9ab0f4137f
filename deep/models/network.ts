import type { NetworkVariant } from '../../src/run/network-variants.js';
import { MOST_BLOCKS, refuseAbove } from '../../src/system/bounds.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine, EngineTensor, NamedEngineTensors } from '../engine/engine.js';
import { convNet } from './convnet.js';
import { type Architecture, type Model, namesWithRole, startingContent, tensorSpec } from './model.js';
import { type ModelName, USUAL_DEPTH } from './names.js';
import { resNet18 } from './resnet18.js';
import { visionTransformer } from './vit.js';
import { parametrisedName } from './weight-norm.js';

export type { ModelName } from './names.js';

/** Which network, and how large. */
export interface ModelOptions extends NetworkVariant {
  readonly model: ModelName;
  readonly width: number;
  readonly depth?: number | undefined;
  /** The weight W of the last layer starts as this times W / |W|; default: 10, and W itself where it is trained. */
  readonly initScale?: number | undefined;
}

/** The model of that name and these options for a data set. Throws a UsageError where it has no such choice. */
export function createModel(options: ModelOptions, { classes, train }: DataSet): Model {
  const { model, width, depth, norm, groups, lastLayer, initScale } = options;
  if (depth !== undefined && depth !== USUAL_DEPTH && model.startsWith('resnet')) {
    throw new UsageError(`${model} has one depth only; --depth is for convnet, convnet-affine, vit`);
  }
  refuseAbove('--depth', depth ?? USUAL_DEPTH, MOST_BLOCKS);
  const variant = { norm, groups, lastLayer, initScale };
  const architecture: Architecture = { width, depth, classes, channels: train.channels, ...variant };
  switch (model) {
    case 'convnet':
      return convNet(architecture);
    case 'convnet-affine':
      return convNet({ ...architecture, affine: true });
    case 'resnet18':
      return resNet18(architecture);
    case 'resnet18-affine':
      return resNet18({ ...architecture, affine: true });
    case 'vit':
      return visionTransformer(architecture);
  }
}

/** Norm of the point of the sphere: of all scale-invariant parameters together. */
export function jointNorm(model: Model, tensors: ReadonlyMap<string, Float32Array>): number {
  const squares = namesWithRole(model, 'sphere').map((name) =>
    tensors.get(name)!.reduce((sum, value) => sum + value * value, 0),
  );
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
}

export interface CheckpointOptions {
  /** Scales tensors as they are to start training; default: true. */
  readonly rescale?: boolean;
  /** Called with a line where that makes another tensor of one. */
  readonly onNote?: (line: string) => void;
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** What becomes of a tensor whose norm in a file is not the one that it starts with; rounding to single precision is no change. */
function rescalingNote(
  { name, scale }: Model['tensors'][number],
  values: Float32Array,
  path: string,
): string | undefined {
  const found = norm(values);
  if (scale === undefined || Math.abs(found / scale - 1) < 1e-5) return undefined;
  const [has, starts] = [found, scale].map((value) => Number(value.toPrecision(6)));
  return `${path}: ${name} has norm ${has} and starts as ${starts} W / |W|; --init-scale ${has} starts it as it is`;
}

/** Content of a checkpoint for every tensor of a model; names or shapes that do not fit are one clear line. */
export function tensorsFromCheckpoint(
  model: Model,
  checkpoint: ReadonlyMap<string, HostTensor>,
  path: string,
  { rescale = true, onNote = () => {} }: CheckpointOptions = {},
): Map<string, Float32Array> {
  const read = (tensor: Model['tensors'][number]): [string, Float32Array] => {
    const { name, shape } = tensor;
    const found = checkpoint.get(name) ?? checkpoint.get(parametrisedName(name));
    if (found === undefined) throw new UsageError(`${path} has no tensor ${name}, which ${model.name} needs`);
    if (String(found.shape) !== String(shape)) {
      throw new UsageError(`${path}: ${name} has shape [${found.shape}]; ${model.name} of this width wants [${shape}]`);
    }
    if (!(found.data instanceof Float32Array)) throw new UsageError(`${path}: ${name} is not of type F32`);
    if (!found.data.every(Number.isFinite)) throw new UsageError(`${path}: ${name} holds numbers that are not finite`);
    if (tensor.isVariance && found.data.some((value) => value < 0))
      throw new UsageError(`${path}: ${name} holds negative variances`);
    if (!rescale) return [name, found.data];
    const note = rescalingNote(tensor, found.data, path);
    if (note !== undefined) onNote(note);
    return [name, startingContent(tensor, found.data)];
  };
  return new Map(model.tensors.map(read));
}

/** All tensors of a model in the engine's memory. */
export const uploadTensors = (
  engine: Engine,
  model: Model,
  tensors: ReadonlyMap<string, Float32Array>,
): Record<string, EngineTensor> =>
  Object.fromEntries(
    model.tensors.map((tensor) => [tensor.name, engine.upload(tensorSpec(tensor), tensors.get(tensor.name)!)]),
  );

/** All tensors of a model read back, in the model's order. */
export async function downloadTensors(model: Model, state: NamedEngineTensors): Promise<Map<string, HostTensor>> {
  const tensors = new Map<string, HostTensor>();
  for (const { name, shape } of model.tensors) tensors.set(name, { shape, data: await state[name]!.read() });
  return tensors;
}
