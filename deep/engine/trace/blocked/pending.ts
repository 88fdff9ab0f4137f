import type { OnnxGraph } from '../../onnx/graph.js';
import type { TraceBackend } from '../backend.js';
import type { Affine, AnyTraced, BlockedNode, BlockedTraced, Term, Traced } from '../values.js';
import { isBlocked } from '../values.js';
import { constantVector, type DepthwiseOptions, depthwise, intoBlocks, outOfBlocks } from './nodes.js';

const channelsOf = ({ shape }: Pick<AnyTraced, 'shape'>): number => shape[3]!;

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

export const shifted = (graph: OnnxGraph, affine: Affine, by: string): Affine => ({
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
export function computeAffine(backend: TraceBackend, affine: Affine, channels: number): string {
  const key = keyOf(affine);
  const known = backend.computed.get(key);
  if (known !== undefined) return known;
  const name = computeActivated(backend, affine, channels);
  backend.computed.set(key, name);
  return name;
}

/** The same, with an activation that goes with the last pass. */
export function computeActivated(
  backend: TraceBackend,
  { terms, shift }: Affine,
  channels: number,
  activation?: DepthwiseOptions['activation'],
): string {
  const isBare = ({ node, scale }: Term): boolean => scale === undefined || backend.deferred.has(node);
  const bare = terms.filter(isBare).map(({ node, scale }) => inGraph(backend, node, scale));
  const rest = terms.filter((term) => !isBare(term));
  let plus = bare.length === 0 ? undefined : bare.reduce((a, b) => backend.graph.node('Add', [a, b]));
  if (rest.length === 0) {
    if (shift === undefined && activation === undefined) return plus!;
    return depthwise(backend, plus!, channels, { shift, activation });
  }
  rest.forEach(({ node, scale }, i) => {
    const last = i === rest.length - 1;
    plus = depthwise(backend, node, channels, { scale, plus, ...(last ? { shift, activation } : {}) });
  });
  return plus!;
}

/** The name of a node that is in the graph, or of a deferred one once it has been put there, times a vector. */
function inGraph({ deferred }: TraceBackend, node: string, scale?: string): string {
  return deferred.get(node)?.node(scale) ?? node;
}

/** The node of a blocked value. */
export function compute(backend: TraceBackend, value: BlockedTraced): string {
  if (value.kind === 'blocked') return inGraph(backend, value.name);
  const channels = channelsOf(value);
  if (value.kind === 'affine') return computeAffine(backend, value, channels);
  const [a, b] = [value.a, value.b].map((factor) => computeAffine(backend, factor, channels)) as [string, string];
  return backend.graph.node('Mul', [a, b]);
}

/** The node of any image in the blocked layout. */
export const blockedNodeOf = (backend: TraceBackend, value: AnyTraced): string =>
  isBlocked(value) ? compute(backend, value) : intoBlocks(backend, value);

/** A computed value in a plain layout. */
export function settle(backend: TraceBackend, value: AnyTraced): Traced {
  if (!isBlocked(value)) return value;
  const { shape, dtype } = value;
  return { ...outOfBlocks(backend.graph, compute(backend, value), channelsOf(value)), shape, dtype };
}

/** An affine value; computed where that is done already, or where waiting saves nothing. */
export const pendingOrDone = (backend: TraceBackend, affine: Affine, channels: number): BlockedNode | Affine =>
  isBare(affine) || backend.computed.has(keyOf(affine))
    ? { kind: 'blocked', name: computeAffine(backend, affine, channels) }
    : affine;

/** `value` as a vector with a number a channel; undefined where it is none. */
export function channelVector({ graph }: TraceBackend, value: AnyTraced, channels: number): string | undefined {
  if (isBlocked(value)) return undefined;
  const size = value.shape.reduce((product, length) => product * length, 1);
  if (value.kind === 'uniform')
    return size === 1 || value.shape.at(-1) === size ? constantVector(graph, value.value, channels) : undefined;
  if (size === 1)
    return graph.node('Expand', [graph.node('Reshape', [value.name, graph.integers([1])]), graph.integers([channels])]);
  if (size !== channels || value.shape.at(-1) !== channels) return undefined;
  return value.shape.length === 1 ? value.name : graph.node('Reshape', [value.name, graph.integers([channels])]);
}
