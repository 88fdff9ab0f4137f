import { lastLayerOf, linear } from './last-layer.js';
import { type Layer, maxPooling, network, relu, sequence } from './layer.js';
import type { Architecture, Model } from './model.js';
import { USUAL_DEPTH } from './names.js';
import { type NormStyle, normStyle } from './norm-style.js';

const STAGES = [0, 1, 2];

interface Block {
  readonly inputs: number;
  readonly outputs: number;
  /** Whether it ends with max-pooling by 2. */
  readonly pooled: boolean;
}

/** The blocks of a stage: all but the last keep the width, the last doubles it and pools. */
function stageBlocks(stage: number, depth: number, width: number): Block[] {
  const count = Math.floor(depth / STAGES.length) + (depth % STAGES.length > stage ? 1 : 0);
  const inputs = width * 2 ** stage;
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? { inputs, outputs: 2 * inputs, pooled: true } : { inputs, outputs: inputs, pooled: false },
  );
}

/** `place` is that of the convolution in PyTorch's `conv_layers`; the normalisation follows it. */
const blockLayer = (place: number, { inputs, outputs, pooled }: Block, style: NormStyle): Layer =>
  sequence(
    style.convolution(`conv_layers.${place}`, { inputs, outputs }),
    style.normalisation(`conv_layers.${place + 1}`, outputs),
    // ReLU and max-pooling commute, gradients included; pooling first leaves ReLU a quarter of the work.
    ...(pooled ? [maxPooling(2)] : []),
    relu,
  );

/** All blocks one after another. Each takes up three places in PyTorch's list of layers, or four with pooling. */
function blockLayers(blocks: readonly Block[], style: NormStyle): Layer[] {
  let place = 0;
  return blocks.map((block) => {
    const layer = blockLayer(place, block, style);
    place += block.pooled ? 4 : 3;
    return layer;
  });
}

/**
 * The ConvNet for 32x32 images. Blocks of convolution 3x3, normalisation and ReLU: a first one of `width` channels, then
 * `depth` more in up to three stages, as evenly as it goes and the first stages before the others; the last block of a
 * stage doubles the channels and halves the image by max-pooling. Max-pooling of what is left of the image and a linear
 * layer with bias follow. At depth 3, the usual one, that is four blocks of 1, 2, 4 and 8 times `width` channels.
 *
 * Its scale-invariant groups are all kernels. (The official code goes by the names of depth 3 and takes no others than
 * conv_layers.0, 3, 7 and 11 for scale-invariant, whatever the depth.) Without affine parameters the linear layer is frozen
 * (of norm 10, unless `initScale` says otherwise), and the network is fully scale-invariant.
 */
export function convNet(architecture: Architecture): Model {
  const { width, classes = 10, channels = 3, affine = false, depth = USUAL_DEPTH } = architecture;
  const style = normStyle(architecture);
  const stages = STAGES.map((stage) => stageBlocks(stage, depth, width));
  const pooled = stages.filter((blocks) => blocks.length > 0).length;
  const layers = blockLayers([{ inputs: channels, outputs: width, pooled: false }, ...stages.flat()], style);
  const rest = 32 / 2 ** pooled;
  return network({
    name: affine ? 'convnet-affine' : 'convnet',
    classes,
    wholeKernels: style.wholeKernels || lastLayerOf(architecture) === 'invariant',
    body: sequence(...layers, maxPooling(rest)),
    head: linear('linear_layers.2', { ...architecture, inputs: width * 2 ** pooled, outputs: classes, bias: true }),
  });
}
