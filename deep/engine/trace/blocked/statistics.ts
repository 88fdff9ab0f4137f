import type { TraceBackend } from '../backend.js';
import type { Affine, Product, Term } from '../values.js';
import { blockedNode, blockedShape, constantVector, firstOf, wholeBlocks } from './nodes.js';

interface Image {
  /** Logical: NHWC. */
  readonly shape: readonly number[];
}

/** Means over batch and pixels of a node of shape [images, filled channels, 1, 1], one a channel. */
function channels(backend: TraceBackend, perImage: string, { shape }: Image): string {
  const count = shape[3]!;
  const mean = backend.graph.node('ReduceMean', [perImage, backend.graph.integers([0, 2, 3])], { keepdims: 0 });
  return wholeBlocks(backend, count) === count ? mean : firstOf(backend.graph, mean, 0, count);
}

const meanOfNode = (backend: TraceBackend, node: string, image: Image): string =>
  channels(backend, blockedNode(backend.graph, 'GlobalAveragePool', [node], {}), image);

/** Mean of the product of two nodes: a convolution of one with a kernel of its size, the other, in one pass. */
function meanOfNodes(backend: TraceBackend, a: string, b: string, image: Image): string {
  const { graph } = backend;
  const [batch, filled, height, width] = blockedShape(backend, image) as [number, number, number, number];
  const planes = batch * filled;
  const [first, second] = [a, b].sort() as [string, string];
  const product = blockedNode(
    graph,
    'Conv',
    [
      graph.node('Reshape', [first, graph.integers([1, planes, height, width])]),
      graph.node('Reshape', [second, graph.integers([planes, 1, height, width])]),
    ],
    { kernel_shape: [height, width], group: planes },
  );
  const perImage = graph.node('Reshape', [product, graph.integers([batch, filled, 1, 1])]);
  const pixels = graph.scalar(1 / (height * width));
  return graph.node('Mul', [channels(backend, perImage, image), pixels]);
}

class Sum {
  private total: string | undefined;

  constructor(private readonly backend: TraceBackend) {}

  /** Adds the product of the factors that are there. */
  add(...factors: (string | undefined)[]): void {
    const { graph } = this.backend;
    const product = factors.filter((factor) => factor !== undefined).reduce((a, b) => graph.node('Mul', [a, b]));
    this.total = this.total === undefined ? product : graph.node('Add', [this.total, product]);
  }

  value(channelCount: number): string {
    return this.total ?? constantVector(this.backend.graph, 0, channelCount);
  }
}

/** Mean over batch and pixels, a number a channel. */
export function meanOfAffine(backend: TraceBackend, { terms, shift }: Affine, image: Image): string {
  const sum = new Sum(backend);
  for (const { node, scale } of terms) sum.add(meanOfNode(backend, node, image), scale);
  if (shift !== undefined) sum.add(shift);
  return sum.value(image.shape[3]!);
}

/**
 * Mean over batch and pixels of a product, multiplied out: no memory for the product, nor for what it is of. The mean
 * square of x - mean(x) is thus computed as mean(x^2) - mean(x)^2, which loses mean^2 / variance in precision.
 */
export function meanOfProduct(backend: TraceBackend, { a, b }: Product, image: Image): string {
  const sum = new Sum(backend);
  const mean = ({ node }: Term): string => meanOfNode(backend, node, image);
  for (const x of a.terms) {
    for (const y of b.terms) sum.add(meanOfNodes(backend, x.node, y.node, image), x.scale, y.scale);
    if (b.shift !== undefined) sum.add(mean(x), x.scale, b.shift);
  }
  if (a.shift !== undefined) {
    for (const y of b.terms) sum.add(mean(y), y.scale, a.shift);
    if (b.shift !== undefined) sum.add(a.shift, b.shift);
  }
  return sum.value(image.shape[3]!);
}
