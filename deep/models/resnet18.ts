import * as tf from '@tensorflow/tfjs-core';
import { lastLayerOf, linear } from './last-layer.js';
import { averagePooling, type Layer, network, relu, sequence } from './layer.js';
import type { ConvolutionOptions } from './layers.js';
import type { Architecture, Model } from './model.js';
import { type NormStyle, normStyle } from './norm-style.js';

const STRIDES = [1, 2, 2, 2];

interface BlockOptions extends Omit<Required<ConvolutionOptions>, 'kernel'> {
  readonly style: NormStyle;
}

/** Where a block changes the shape, its shortcut does too; it has a normalisation of its own. */
function projectionShortcut(
  place: string,
  { inputs, outputs, stride, style, stream }: BlockOptions,
): Layer | undefined {
  if (stride === 1 && inputs === outputs) return undefined;
  return sequence(
    style.normalisation(`${place}.shortcut.0`, inputs),
    style.convolution(`${place}.shortcut.1`, { inputs, outputs, stride, kernel: 1, stream }),
  );
}

/**
 * The pre-activation block: both ways start from the normalised input after ReLU where there is a shortcut of its own, and
 * the plain input is the other way where there is none.
 */
function residualBlock(place: string, options: BlockOptions): Layer {
  const { inputs, outputs, stride, style, stream } = options;
  const activation = sequence(style.normalisation(`${place}.bn1`, inputs), relu);
  const branch = sequence(
    style.convolution(`${place}.conv1`, { inputs, outputs, stride }),
    style.normalisation(`${place}.bn2`, outputs),
    relu,
    style.convolution(`${place}.conv2`, { inputs: outputs, outputs, stream }),
  );
  const shortcut = projectionShortcut(place, options);
  return {
    tensors: [...activation.tensors, ...branch.tensors, ...(shortcut?.tensors ?? [])],
    apply(x, pass) {
      const active = activation.apply(x, pass);
      return tf.add(branch.apply(active, pass), shortcut?.apply(active, pass) ?? x);
    },
  };
}

/** The residual stream of a stage; the first convolution feeds that of the first. */
const streamOf = (index: number): string => `stream ${index + 1}`;

/** Two blocks of the same width, the first with the stride of the stage. */
function stage(index: number, width: number, style: NormStyle): Layer {
  const outputs = width * 2 ** index;
  const inputs = index === 0 ? width : outputs / 2;
  const place = `layer${index + 1}`;
  const common = { outputs, style, stream: streamOf(index) };
  return sequence(
    residualBlock(`${place}.0`, { inputs, stride: STRIDES[index]!, ...common }),
    residualBlock(`${place}.1`, { inputs: outputs, stride: 1, ...common }),
  );
}

/**
 * The pre-activation ResNet-18 for 32x32 images: a convolution, four stages of two blocks with 1, 2, 4 and 8 times `width`
 * channels, normalisation, ReLU, average pooling and a linear layer without bias. It is invariant to
 * the joint scale of its 20 kernels, those of the shortcuts included, and to that of each first kernel of a block. The other
 * kernels of a stage are summed into one residual stream and may only be rescaled together. Without affine parameters the
 * linear layer is frozen (of norm 10, unless `initScale` says otherwise), and the network is fully scale-invariant.
 */
export function resNet18(architecture: Architecture): Model {
  const { width, classes = 10, channels = 3, affine = false } = architecture;
  const style = normStyle(architecture);
  const features = 8 * width;
  const body = sequence(
    style.convolution('conv1', { inputs: channels, outputs: width, stream: streamOf(0) }),
    ...STRIDES.map((_, i) => stage(i, width, style)),
    style.normalisation('bn', features),
    relu,
    averagePooling(4),
  );
  return network({
    name: affine ? 'resnet18-affine' : 'resnet18',
    classes,
    wholeKernels: style.wholeKernels || lastLayerOf(architecture) === 'invariant',
    body,
    head: linear('linear', { ...architecture, inputs: features, outputs: classes, bias: false }),
  });
}
