import { sizeOf } from '../../engine.js';
import type { OnnxGraph } from '../../onnx/graph.js';
import type { TraceBackend } from '../backend.js';
import type { Affine, AnyTraced, BlockedNode, BlockedTraced, Term, Traced } from '../values.js';
import { isBlocked } from '../values.js';
import { constantVector, type DepthwiseOptions, depthwise, type Images, intoBlocks, outOfBlocks } from './nodes.js';

/** The terms that a blocked value is made of; a product is computed for it. */
export function asAffine(backend: TraceBackend, value: BlockedTraced): Affine {
  if (value.kind === 'affine') return value;
  return { kind: 'affine', terms: [{ node: value.kind === 'blocked' ? value.name : compute(backend, value) }] };
}

function times({ graph, positive }: TraceBackend, a: string | undefined, b: string): string {
  if (a === undefined) return b;
  const product = graph.node('Mul', [a, b]);
  if (positive.has(a) && positive.has(b)) positive.add(product);
  return product;
}

export const scaled = (backend: TraceBackend, { terms, shift }: Affine, by: string): Affine => ({
  kind: 'affine',
  terms: terms.map(({ node, scale }) => ({ node, scale: times(backend, scale, by) })),
  ...(shift === undefined ? {} : { shift: times(backend, shift, by) }),
});

const shifted = (graph: OnnxGraph, affine: Affine, by: string): Affine => ({
  ...affine,
  shift: affine.shift === undefined ? by : graph.node('Add', [affine.shift, by]),
});

/** Terms of the same node become one. */
function joined(graph: OnnxGraph, terms: readonly Term[], term: Term, channels: number): Term[] {
  const same = terms.findIndex(({ node }) => node === term.node);
  if (same === -1) return [...terms, term];
  const scales = [terms[same]!.scale, term.scale].map((scale) => scale ?? constantVector(graph, 1, channels));
  const scale = graph.node('Add', scales);
  return terms.with(same, { node: term.node, scale });
}

export function added(graph: OnnxGraph, a: Affine, b: Affine, channels: number): Affine {
  const terms = b.terms.reduce((all, term) => joined(graph, all, term, channels), [...a.terms]);
  const sum: Affine = { kind: 'affine', terms, ...(a.shift === undefined ? {} : { shift: a.shift }) };
  return b.shift === undefined ? sum : shifted(graph, sum, b.shift);
}

/** Nothing but nodes added up: what costs no less when it waits. */
const isBare = ({ terms, shift }: Affine): boolean =>
  shift === undefined && terms.every(({ scale }) => scale === undefined);

const keyOf = ({ terms, shift }: Affine): string => JSON.stringify([terms, shift]);

/** The sum of the terms, one pass a term that has a scale. */
export function computeAffine(backend: TraceBackend, affine: Affine, images: Images): string {
  const key = keyOf(affine);
  const known = backend.computed.get(key);
  if (known !== undefined) return known;
  const name = computeActivated(backend, affine, images);
  backend.computed.set(key, name);
  return name;
}

/** The same, with an activation that goes with the last pass. */
export function computeActivated(
  backend: TraceBackend,
  { terms, shift }: Affine,
  images: Images,
  activation?: DepthwiseOptions['activation'],
): string {
  const { deferred } = backend;
  const isWhole = ({ node, scale }: Term): boolean => scale === undefined || deferred.get(node)?.scaled !== undefined;
  const rest = terms.filter((term) => !isWhole(term));
  let plus = addedUp(backend, terms.filter(isWhole));
  if (rest.length === 0) {
    if (shift === undefined && activation === undefined) return plus!;
    return depthwise(backend, plus!, images, { shift, activation });
  }
  rest.forEach(({ node, scale }, i) => {
    const last = i === rest.length - 1;
    plus = depthwise(backend, inGraph(backend, node), images, {
      scale,
      plus,
      ...(last ? { shift, activation } : {}),
    });
  });
  return plus!;
}

/** The sum of terms that take no pass of their own; undefined without terms. */
function addedUp(backend: TraceBackend, terms: readonly Term[]): string | undefined {
  const { deferred, graph } = backend;
  const canTakeOthers = terms.find(({ node, scale }) => scale === undefined && deferred.get(node)?.plus !== undefined);
  const others = terms
    .filter((term) => term !== canTakeOthers)
    .map(({ node, scale }) => (scale === undefined ? inGraph(backend, node) : deferred.get(node)!.scaled!(scale)));
  const sum = others.length === 0 ? undefined : others.reduce((a, b) => graph.node('Add', [a, b]));
  if (canTakeOthers === undefined) return sum;
  const { node } = canTakeOthers;
  if (sum === undefined) return inGraph(backend, node);
  return deferred.get(node)!.plus!(sum) ?? graph.node('Add', [inGraph(backend, node), sum]);
}

/** The name of a node that is in the graph, or of a deferred one once it has been put there. */
export const inGraph = ({ deferred }: TraceBackend, node: string): string => deferred.get(node)?.node() ?? node;

/** A blocked node that is still to be multiplied by a number a channel. */
export interface ScaledNode {
  readonly node: string;
  readonly scale?: string | undefined;
}

/**
 * A value up to a number a channel, which a convolution takes into its kernel: it saves the pass of one term. Only
 * positive scales are divided by.
 */
export function upToScale(backend: TraceBackend, value: AnyTraced): ScaledNode {
  if (value.kind !== 'affine') return { node: blockedNodeOf(backend, value) };
  const { graph, positive } = backend;
  const { terms, shift } = value;
  const pivot = terms.find(({ scale }) => scale !== undefined && positive.has(scale));
  const scale = pivot?.scale;
  if (scale === undefined || terms.some((term) => term.scale === undefined)) return { node: compute(backend, value) };
  const rest = terms.map((term) =>
    term === pivot ? { node: term.node } : { node: term.node, scale: graph.node('Div', [term.scale!, scale]) },
  );
  const shiftOfRest = shift === undefined ? {} : { shift: graph.node('Div', [shift, scale]) };
  const affine: Affine = { kind: 'affine', terms: rest, ...shiftOfRest };
  return { node: computeAffine(backend, affine, value), scale };
}

/** The node of a blocked value. */
export function compute(backend: TraceBackend, value: BlockedTraced): string {
  if (value.kind === 'blocked') return inGraph(backend, value.name);
  if (value.kind === 'affine') return computeAffine(backend, value, value);
  const [a, b] = [value.a, value.b].map((factor) => computeAffine(backend, factor, value)) as [string, string];
  return backend.graph.node('Mul', [a, b]);
}

/** The node of any image in the blocked layout. */
export const blockedNodeOf = (backend: TraceBackend, value: AnyTraced): string =>
  isBlocked(value) ? compute(backend, value) : intoBlocks(backend, value);

/** A computed value in a plain layout. */
export function settle(backend: TraceBackend, value: AnyTraced): Traced {
  if (!isBlocked(value)) return value;
  const { shape, dtype } = value;
  return { ...outOfBlocks(backend, compute(backend, value), value), shape, dtype };
}

/** An affine value; computed where that is done already, or where waiting saves nothing. */
export const pendingOrDone = (backend: TraceBackend, affine: Affine, images: Images): BlockedNode | Affine =>
  isBare(affine) || backend.computed.has(keyOf(affine))
    ? { kind: 'blocked', name: computeAffine(backend, affine, images) }
    : affine;

/** `value` as a vector with a number a channel; undefined where it is none. */
export function channelVector({ graph }: TraceBackend, value: AnyTraced, channels: number): string | undefined {
  if (isBlocked(value)) return undefined;
  const size = sizeOf(value.shape);
  if (value.kind === 'uniform')
    return size === 1 || value.shape.at(-1) === size ? constantVector(graph, value.value, channels) : undefined;
  if (size === 1)
    return graph.node('Expand', [graph.node('Reshape', [value.name, graph.integers([1])]), graph.integers([channels])]);
  if (size !== channels || value.shape.at(-1) !== channels) return undefined;
  return value.shape.length === 1 ? value.name : graph.node('Reshape', [value.name, graph.integers([channels])]);
}
