import { type Layer, maxPooling, network, relu, sequence } from './layer.js';
import { convolution, linear, normalisation } from './layers.js';
import type { Architecture, Model } from './model.js';

/** Places of the convolutions in PyTorch's `conv_layers`; the normalisation follows each. */
const PLACES = [0, 3, 7, 11];

function block(index: number, inputs: number, outputs: number, affine: boolean): Layer {
  const place = PLACES[index]!;
  return sequence(
    convolution(`conv_layers.${place}`, { inputs, outputs }),
    normalisation(`conv_layers.${place + 1}`, outputs, affine),
    // ReLU and max-pooling commute, gradients included; pooling first leaves ReLU a quarter of the work.
    ...(index > 0 ? [maxPooling(2)] : []),
    relu,
  );
}

/**
 * The ConvNet for 32x32 images: four blocks of convolution 3x3, normalisation and ReLU, of 1, 2, 4 and 8 times `width`
 * channels, max-pooling after blocks 2, 3, 4 and once more by 4, and a linear layer with bias. Its scale-invariant groups
 * are the four kernels. Without affine parameters the linear layer is frozen, of norm 10, and the network is fully
 * scale-invariant.
 */
export function convNet({ width, classes = 10, channels = 3, affine = false }: Architecture): Model {
  const widths = [channels, width, 2 * width, 4 * width, 8 * width];
  const blocks = PLACES.map((_, i) => block(i, widths[i]!, widths[i + 1]!, affine));
  const last = { inputs: 8 * width, outputs: classes, bias: true, trained: affine };
  const name = affine ? 'convnet-affine' : 'convnet';
  return network(name, classes, sequence(...blocks, maxPooling(4)), linear('linear_layers.2', last));
}
