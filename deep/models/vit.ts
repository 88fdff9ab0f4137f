import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../../src/system/usage-error.js';
import { type AttentionOptions, attention } from './attention.js';
import { linear } from './last-layer.js';
import { type Layer, network } from './layer.js';
import { type Architecture, type Model, type ModelTensor, uniformInitial } from './model.js';
import { USUAL_DEPTH } from './names.js';
import { normaliseRows } from './normalise.js';
import { invariantMap, type TokenLayer, type Tokens } from './tokens.js';

const SIDE = 32;
const PATCH = 4;
const TOKENS = (SIDE / PATCH) ** 2;
/** Features a unit of width: as many as the ConvNet and ResNet-18 of this width have before their last layers. */
const FEATURES = 8;
const HEADS = 2;
/** Units of the two-layer map of a block, in units of the features. */
const EXPANSION = 4;
/** Everything that is added up before it is normalised. */
const STREAM = 'stream';

/** The patches of NHWC images as rows of pixels, channel by channel as torch's Unfold has them: [images, patches, pixels]. */
function patches(images: tf.Tensor4D): Tokens {
  const [batch, height, width, channels] = images.shape;
  const [rows, columns] = [height / PATCH, width / PATCH];
  const planes = tf.transpose(images, [0, 3, 1, 2]);
  const split = tf.transpose(tf.reshape(planes, [-1, PATCH, columns, PATCH]), [0, 2, 1, 3]);
  const apart = tf.reshape(split, [batch, channels, rows * columns, PATCH * PATCH]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [batch, rows * columns, channels * PATCH * PATCH]);
}

/** Patches times a matrix, plus a vector for each place: where the stream begins. */
function embedding(channels: number, features: number): Layer<Tokens> {
  const map = invariantMap('embedding', { inputs: channels * PATCH * PATCH, outputs: features, stream: STREAM });
  const shape = [TOKENS, features];
  const position: ModelTensor = {
    name: 'position',
    shape,
    layout: 'plain',
    role: 'sphere',
    stream: STREAM,
    initial: uniformInitial(shape, features),
  };
  return {
    tensors: [...map.tensors, position],
    apply: (images, pass) => tf.add(map.apply(patches(images), pass), pass.tensors[position.name]!),
  };
}

/** Two linear maps; what goes into the ReLU between them is normalised, so that the first is scale-invariant by itself. */
function perceptron(place: string, features: number): TokenLayer {
  const units = EXPANSION * features;
  const first = invariantMap(`${place}.0`, { inputs: features, outputs: units });
  const second = invariantMap(`${place}.2`, { inputs: units, outputs: features, stream: STREAM });
  return {
    tensors: [...first.tensors, ...second.tensors],
    apply: (x, pass) => second.apply(tf.relu(normaliseRows(first.apply(x, pass))), pass),
  };
}

/** The stream plus what a layer makes of it once it is normalised. */
const residual = (layer: TokenLayer): TokenLayer => ({
  tensors: layer.tensors,
  apply: (x, pass) => tf.add(x, layer.apply(normaliseRows(x), pass)),
});

function block(place: string, options: AttentionOptions): TokenLayer[] {
  return [residual(attention(`${place}.attention`, options)), residual(perceptron(`${place}.mlp`, options.features))];
}

/** The mean of the normalised tokens. */
const pooled = (x: Tokens): tf.Tensor2D => tf.mean(normaliseRows(x), 1);

function body(channels: number, features: number, depth: number): Layer<tf.Tensor2D> {
  const start = embedding(channels, features);
  const options = { features, heads: HEADS, stream: STREAM };
  const blocks = Array.from({ length: depth }, (_, i) => block(`blocks.${i}`, options)).flat();
  return {
    tensors: [...start.tensors, ...blocks.flatMap(({ tensors }) => tensors)],
    apply: (images, pass) => pooled(blocks.reduce((x, layer) => layer.apply(x, pass), start.apply(images, pass))),
  };
}

/**
 * A small vision transformer for 32x32 images, all of whose weights are scale-invariant: patches of 4x4 pixels are mapped to 8 times
 * `width` features and a vector for their place is added; `depth` blocks of attention with two heads and of a two-layer map with ReLU
 * and 4 times the features follow, each added to the stream and each from the normalised stream; the normalised tokens are averaged
 * and a linear layer without bias yields the logits. Normalisations are layer normalisations of each token without parameters.
 *
 * The groups: queries and keys are normalised head by head (QK-norm), attended values before the map that follows them, and the units
 * of the two-layer map before the ReLU; hence the matrices of queries, keys, values and the first of each two-layer map are each
 * invariant by themselves. Embedding, places and the second matrix of each attention and two-layer map are summed into one stream and
 * may only be rescaled together. That is 4 `depth` + 1 groups.
 */
export function visionTransformer(architecture: Architecture): Model {
  const { width, classes = 10, channels = 3, depth = USUAL_DEPTH, norm = 'layer', groups } = architecture;
  if (norm !== 'layer' || groups !== undefined) {
    const option = norm === 'layer' ? `--groups ${groups}` : `--norm ${norm}`;
    throw new UsageError(`vit normalises each token (--norm layer); ${option} is for convnet and resnet18`);
  }
  const features = FEATURES * width;
  return network({
    name: 'vit',
    classes,
    wholeKernels: true,
    body: body(channels, features, depth),
    head: linear('head', { ...architecture, inputs: features, outputs: classes, bias: false }),
  });
}
