import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Model, tensorSpec } from '../../deep/models/model.js';
import { tensorsFromCheckpoint } from '../../deep/models/network.js';
import { batchSpecs } from '../../deep/step/batch.js';
import type { LossName } from '../../deep/step/loss.js';
import { LEARNING_RATE, type Projection, RADIUS } from '../../deep/step/update/compose.js';
import { scalarSpec } from '../../deep/step/update/transform.js';
import type { LastLayer, Norm } from '../../src/run/network-variants.js';
import type { Schedule } from '../../src/run/training-settings.js';
import { decodeSafetensors } from '../../src/system/safetensors.js';
import type { Given } from './engine/agreement.js';

/** Steps of a network as PyTorch computed them; make.py made those whose settings name a loss. */
const FOLDER = new URL('../fixtures/', import.meta.url);

/** Path of a file among the fixtures, as `convnet-w4/init.safetensors`. */
export const fixturePath = (file: string): string => fileURLToPath(new URL(file, FOLDER));

interface ExpectedGroup {
  readonly name: string;
  readonly share: number;
  readonly egn: number;
  readonly ess: number;
}

export interface ExpectedStep {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly elr: number;
  readonly egn: number;
  readonly ess: number;
  readonly norm: number;
  readonly groups: readonly ExpectedGroup[];
  /** Of the first two images of the batch; the first step only. */
  readonly logits?: readonly (readonly number[])[];
}

export interface Expected {
  readonly model: 'convnet' | 'resnet18' | 'vit';
  readonly width: number;
  readonly affine: boolean;
  readonly lr: number;
  readonly radius: number;
  readonly momentum: number;
  readonly weight_decay: number;
  readonly loss?: LossName;
  readonly projection?: Projection;
  /** Learning rate of the parameters that are not scale-invariant; default: that of the others. */
  readonly free_lr?: number;
  readonly schedule?: Schedule;
  /** Every step goes along the mean gradient of all batches. */
  readonly full_batch?: boolean;
  readonly depth?: number;
  readonly norm?: Norm;
  readonly groups?: number;
  readonly last_layer?: LastLayer;
  /** The last layer's weight W starts as this times W / |W|. */
  readonly init_scale?: number;
  /** The fixture whose initial weights these steps started from; default: its own. */
  readonly init?: string | null;
  /** The fixture whose batches these steps went through, again and again; default: its own. */
  readonly batches?: string;
  readonly trace: readonly ExpectedStep[];
  /** Of the first two images of the first batch, with running statistics. */
  readonly eval_logits_after: readonly (readonly number[])[];
  readonly final: Readonly<Record<string, { readonly norm: number; readonly first: readonly number[] }>>;
}

interface FixtureBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

export interface Fixture {
  readonly expected: Expected;
  /**
   * What PyTorch computed, and where units are within rounding of a tie, what it computes on the other sides: from weights
   * perturbed by rounding. The first is `expected.trace`.
   */
  readonly branches: readonly (readonly ExpectedStep[])[];
  initialWeights(model: Model): Map<string, Float32Array>;
  batches(): FixtureBatch[];
}

function readBatches(folder: string): FixtureBatch[] {
  const tensors = decodeSafetensors(readFileSync(fixturePath(`${folder}/batches.safetensors`)));
  const { shape, data: images } = tensors.get('x')!;
  const { data: labels } = tensors.get('y')!;
  const [count, batch] = shape as [number, number];
  const size = images.length / count;
  return Array.from({ length: count }, (_, i) => ({
    images: images.subarray(i * size, (i + 1) * size) as Float32Array,
    labels: labels.subarray(i * batch, (i + 1) * batch) as Int32Array,
  }));
}

/** The fixture in a folder. */
export function openFixture(folder: string): Fixture {
  const expected = JSON.parse(readFileSync(fixturePath(`${folder}/expected.json`), 'utf8')) as Expected;
  const path = fixturePath(`${expected.init ?? folder}/init.safetensors`);
  const branches = fixturePath(`${folder}/branches.json`);
  return {
    expected,
    branches: existsSync(branches) ? JSON.parse(readFileSync(branches, 'utf8')) : [expected.trace],
    initialWeights: (model) => tensorsFromCheckpoint(model, decodeSafetensors(readFileSync(path)), path),
    batches: () => readBatches(expected.batches ?? folder),
  };
}

interface StepSetting {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly learningRate: number;
  readonly radius: number;
}

export const givenWeights = (model: Model, weights: ReadonlyMap<string, Float32Array>): Given[] =>
  model.tensors.map((tensor) => ({ spec: tensorSpec(tensor), data: weights.get(tensor.name)! }));

export const BATCH_SHAPE = { channels: 3, height: 32, width: 32 } as const;

export function givenBatch({ images, labels }: Pick<StepSetting, 'images' | 'labels'>): Given[] {
  const [imageSpec, labelSpec] = batchSpecs({ ...BATCH_SHAPE, batch: labels.length });
  return [
    { spec: imageSpec, data: images },
    { spec: labelSpec, data: labels },
  ];
}

/** All inputs of a training step. */
export const givenStep = (model: Model, { weights, learningRate, radius, ...batch }: StepSetting): Given[] => [
  ...givenWeights(model, weights),
  ...givenBatch(batch),
  { spec: scalarSpec(LEARNING_RATE), data: Float32Array.of(learningRate) },
  { spec: scalarSpec(RADIUS), data: Float32Array.of(radius) },
];
