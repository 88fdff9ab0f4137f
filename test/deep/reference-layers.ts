/** Layers and their gradients in float64 by plain loops; images are [batch, channel, row, column], kernels OIHW. */

export interface Images {
  readonly shape: readonly [number, number, number, number];
  readonly data: Float64Array;
}

export interface Layer {
  readonly out: Images;
  /** Gradient in the input, from that in the output. */
  backward(dy: Float64Array): Float64Array;
}

/** Layers one after the other, as one. */
export function chain(x: Images, ...makers: readonly ((x: Images) => Layer)[]): Layer {
  const layers: Layer[] = [];
  for (const make of makers) layers.push(make(layers.at(-1)?.out ?? x));
  return { out: layers.at(-1)!.out, backward: (dy) => layers.reduceRight((d, layer) => layer.backward(d), dy) };
}

export const imagesOf = (shape: Images['shape'], data: ArrayLike<number>): Images => ({
  shape,
  data: Float64Array.from(data),
});

const KERNEL = 3;

type Visit = (out: number, input: number, weight: number) => void;

/** Every product of a convolution 3x3 with zeros around: flat places in output, input and kernel. */
function forEachProduct([batch, inputs, height, width]: Images['shape'], outputs: number, visit: Visit): void {
  for (let n = 0; n < batch; n += 1)
    for (let o = 0; o < outputs; o += 1)
      for (let c = 0; c < inputs; c += 1)
        for (let row = 0; row < height; row += 1)
          for (let column = 0; column < width; column += 1)
            for (let weight = 0; weight < KERNEL * KERNEL; weight += 1) {
              const [i, j] = [row + Math.floor(weight / KERNEL) - 1, column + (weight % KERNEL) - 1];
              if (i < 0 || j < 0 || i >= height || j >= width) continue;
              const out = ((n * outputs + o) * height + row) * width + column;
              visit(out, ((n * inputs + c) * height + i) * width + j, (o * inputs + c) * KERNEL * KERNEL + weight);
            }
}

/** Convolution 3x3, stride 1, same size; `kernelGradient` is the gradient in the kernel. */
export function convolution(x: Images, kernel: Float64Array, outputs: number) {
  const [batch, , height, width] = x.shape;
  const out = imagesOf([batch, outputs, height, width], new Float64Array(batch * outputs * height * width));
  forEachProduct(x.shape, outputs, (o, i, w) => {
    out.data[o]! += x.data[i]! * kernel[w]!;
  });
  const gradient = (size: number, add: (into: Float64Array, o: number, i: number, w: number) => void): Float64Array => {
    const into = new Float64Array(size);
    forEachProduct(x.shape, outputs, (o, i, w) => add(into, o, i, w));
    return into;
  };
  return {
    out,
    backward: (dy: Float64Array) =>
      gradient(x.data.length, (into, o, i, w) => {
        into[i]! += dy[o]! * kernel[w]!;
      }),
    kernelGradient: (dy: Float64Array) =>
      gradient(kernel.length, (into, o, i, w) => {
        into[w]! += dy[o]! * x.data[i]!;
      }),
  };
}

/** Batch normalisation with epsilon 1e-5, no affine parameters. */
export function normalisation({ shape, data }: Images): Layer {
  const [, channels, height, width] = shape;
  const channelOf = (i: number): number => Math.floor(i / (height * width)) % channels;
  const mean = (values: Float64Array): Float64Array => {
    const sums = new Float64Array(channels);
    values.forEach((value, i) => {
      sums[channelOf(i)]! += value;
    });
    return sums.map((sum) => (sum * channels) / data.length);
  };
  const means = mean(data);
  const centred = data.map((value, i) => value - means[channelOf(i)]!);
  const deviations = mean(centred.map((value) => value * value)).map((variance) => Math.sqrt(variance + 1e-5));
  const y = centred.map((value, i) => value / deviations[channelOf(i)]!);
  const backward = (dy: Float64Array): Float64Array => {
    const [shift, along] = [mean(dy), mean(dy.map((value, i) => value * y[i]!))];
    return dy.map((value, i) => {
      const channel = channelOf(i);
      return (value - shift[channel]! - y[i]! * along[channel]!) / deviations[channel]!;
    });
  };
  return { out: { shape, data: y }, backward };
}

export const relu = ({ shape, data }: Images): Layer => ({
  out: { shape, data: data.map((value) => Math.max(value, 0)) },
  backward: (dy) => dy.map((value, i) => (data[i]! > 0 ? value : 0)),
});

/** Max-pooling over windows side by side, of a size that divides that of the images. */
export function maxPool({ shape: [batch, channels, height, width], data }: Images, window: number): Layer {
  const [rows, columns] = [height / window, width / window];
  const places = Array.from({ length: batch * channels * rows * columns }, (_, out) => {
    const corner = Math.floor(out / columns) * window * width + (out % columns) * window;
    const inside = Array.from(
      { length: window * window },
      (_, k) => corner + Math.floor(k / window) * width + (k % window),
    );
    return inside.reduce((best, place) => (data[place]! > data[best]! ? place : best));
  });
  const backward = (dy: Float64Array): Float64Array => {
    const into = new Float64Array(data.length);
    places.forEach((place, out) => {
      into[place]! += dy[out]!;
    });
    return into;
  };
  return {
    out: imagesOf(
      [batch, channels, rows, columns],
      places.map((place) => data[place]!),
    ),
    backward,
  };
}

/** Loss of one image and its gradient in the logits. */
export type Criterion = (logits: Float64Array, label: number) => { loss: number; gradient: Float64Array };

export const crossEntropyOf: Criterion = (logits, label) => {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const gradient = logits.map((logit, k) => Math.exp(logit) / total - Number(k === label));
  return { loss: Math.log(total) - logits[label]!, gradient };
};

export const squaredErrorOf: Criterion = (logits, label) => {
  const errors = logits.map((logit, k) => logit - Number(k === label));
  return { loss: errors.reduce((sum, error) => sum + error * error, 0), gradient: errors.map((error) => 2 * error) };
};

export interface Classifier {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly criterion: Criterion;
}

/** Mean loss of the logits W f + b of features [batch, features], with its gradient in the features. */
export function classification(features: Images, labels: ArrayLike<number>, { weight, bias, criterion }: Classifier) {
  const [batch] = features.shape;
  const size = features.data.length / batch;
  let loss = 0;
  const gradient = new Float64Array(features.data.length);
  for (let n = 0; n < batch; n += 1) {
    const row = features.data.subarray(n * size, (n + 1) * size);
    const logits = bias.map((value, k) =>
      row.reduce((sum, feature, j) => sum + feature * weight[k * size + j]!, value),
    );
    const one = criterion(logits, labels[n]!);
    loss += one.loss / batch;
    one.gradient.forEach((error, k) => {
      for (let j = 0; j < size; j += 1) gradient[n * size + j]! += (error / batch) * weight[k * size + j]!;
    });
  }
  return { loss, gradient };
}
