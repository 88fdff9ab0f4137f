import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Model, tensorSpec } from '../../deep/models/model.js';
import { tensorsFromCheckpoint } from '../../deep/network.js';
import { batchSpecs, LEARNING_RATE, RADIUS, scalarSpec } from '../../deep/step.js';
import { decodeSafetensors } from '../../src/run/safetensors.js';
import type { Given } from './engine/agreement.js';

/** Five steps of the ConvNet of width 4 on random images, as PyTorch computed them. */
const FOLDER = new URL('../fixtures/convnet-w4/', import.meta.url);

export const fixturePath = (name: string): string => fileURLToPath(new URL(name, FOLDER));

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
  readonly width: number;
  readonly batch: number;
  readonly lr: number;
  readonly radius: number;
  readonly trace: readonly ExpectedStep[];
  readonly eval_logits_after: readonly (readonly number[])[];
  readonly final: Readonly<Record<string, { readonly norm: number; readonly first: readonly number[] }>>;
}

export const expected = JSON.parse(readFileSync(fixturePath('expected.json'), 'utf8')) as Expected;

export const initialWeights = (model: Model): Map<string, Float32Array> => {
  const path = fixturePath('init.safetensors');
  return tensorsFromCheckpoint(model, decodeSafetensors(readFileSync(path)), path);
};

/** Images and labels of the five batches. */
export function fixtureBatches(): { readonly images: Float32Array; readonly labels: Int32Array }[] {
  const tensors = decodeSafetensors(readFileSync(fixturePath('batches.safetensors')));
  const { shape, data: images } = tensors.get('x')!;
  const { data: labels } = tensors.get('y')!;
  const [steps, batch] = shape as [number, number];
  const size = images.length / steps;
  return Array.from({ length: steps }, (_, i) => ({
    images: images.subarray(i * size, (i + 1) * size) as Float32Array,
    labels: labels.subarray(i * batch, (i + 1) * batch) as Int32Array,
  }));
}

export interface StepSetting {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly learningRate: number;
  readonly radius: number;
}

export const givenWeights = (model: Model, weights: ReadonlyMap<string, Float32Array>): Given[] =>
  model.tensors.map((tensor) => ({ spec: tensorSpec(tensor), data: weights.get(tensor.name)! }));

export function givenBatch({ images, labels }: Pick<StepSetting, 'images' | 'labels'>): Given[] {
  const [imageSpec, labelSpec] = batchSpecs({ batch: labels.length, channels: 3, height: 32, width: 32 });
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
