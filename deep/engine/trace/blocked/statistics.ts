import type { TraceBackend } from '../backend.js';
import type { Affine, Product, Term } from '../values.js';
import { blockedImages, blockedNode, constantVector, firstOf, type Images } from './nodes.js';
import { computeAffine, inGraph } from './pending.js';

/** Means over images of a node of shape [images together, filled channels, 1, 1], one a channel. */
function overImages(backend: TraceBackend, perImage: string, images: Images): string {
  const { graph } = backend;
  const { together, channels, filled } = blockedImages(backend, images);
  const mean = graph.node('ReduceMean', [perImage, graph.integers([0, 2, 3])], { keepdims: 0 });
  if (together === 1) return filled === channels ? mean : firstOf(graph, mean, 0, channels);
  const apart = graph.node('Reshape', [mean, graph.integers([together, channels / together])]);
  return graph.node('ReduceMean', [apart, graph.integers([0])], { keepdims: 0 });
}

/** Mean over batch and pixels of a node, a number a channel. */
export const meanOfNode = (backend: TraceBackend, node: string, image: Images): string =>
  backend.deferred.get(node)?.mean?.() ??
  overImages(backend, blockedNode(backend.graph, 'GlobalAveragePool', [inGraph(backend, node)], {}), image);

/** Mean of the product of two nodes: a convolution of one with a kernel of its size, the other, in one pass. */
export function meanOfNodes(backend: TraceBackend, a: string, b: string, image: Images): string {
  const { graph, deferred } = backend;
  const shorter = deferred.get(a)?.meanWith?.(b) ?? deferred.get(b)?.meanWith?.(a);
  if (shorter !== undefined) return shorter;
  const { count, filled, height, width } = blockedImages(backend, image);
  const planes = count * filled;
  const [first, second] = [a, b].map((node) => inGraph(backend, node)).sort() as [string, string];
  const product = blockedNode(
    graph,
    'Conv',
    [
      graph.node('Reshape', [first, graph.integers([1, planes, height, width])]),
      graph.node('Reshape', [second, graph.integers([planes, 1, height, width])]),
    ],
    { kernel_shape: [height, width], group: planes },
  );
  const perImage = graph.node('Reshape', [product, graph.integers([count, filled, 1, 1])]);
  const pixels = graph.scalar(1 / (height * width));
  return graph.node('Mul', [overImages(backend, perImage, image), pixels]);
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
export function meanOfAffine(backend: TraceBackend, { terms, shift }: Affine, image: Images): string {
  const sum = new Sum(backend);
  for (const { node, scale } of terms) sum.add(meanOfNode(backend, node, image), scale);
  if (shift !== undefined) sum.add(shift);
  return sum.value(image.shape[3]!);
}

/** A factor of one term: multiplied out, terms and shifts may cancel, and with them most of the digits. */
const asOneTerm = (backend: TraceBackend, factor: Affine, image: Images): Term =>
  factor.shift === undefined && factor.terms.length === 1
    ? factor.terms[0]!
    : { node: computeAffine(backend, factor, image) };

/** Mean over batch and pixels of a product: it takes no memory for the product. */
export function meanOfProduct(backend: TraceBackend, product: Product, image: Images): string {
  const [a, b] = [product.a, product.b].map((factor) => asOneTerm(backend, factor, image)) as [Term, Term];
  const sum = new Sum(backend);
  sum.add(meanOfNodes(backend, a.node, b.node, image), a.scale, b.scale);
  return sum.value(image.shape[3]!);
}
