import type { Attribute, GraphNode } from '../structure.js';

export type Shape = readonly number[];

/** What the shape of a node's output follows from. */
interface Operands {
  readonly shapes: readonly (Shape | undefined)[];
  /** Whole numbers that an input holds. */
  readonly numbers: (input: number) => number[] | undefined;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

type Rule = (operands: Operands) => Shape | undefined;

const same: Rule = ({ shapes }) => shapes[0];

/** NumPy's rule of broadcasting. */
const broadcast: Rule = ({ shapes }) => {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length < shapes.length) return undefined;
  const rank = Math.max(...known.map(({ length }) => length));
  return Array.from({ length: rank }, (_, i) => Math.max(...known.map((shape) => shape[i - rank + shape.length] ?? 1)));
};

const reduced: Rule = ({ shapes: [x], numbers, attributes }) => {
  const axes = numbers(1);
  if (x === undefined || axes === undefined) return undefined;
  if (attributes.keepdims === 1) return x.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return x.filter((_, axis) => !axes.includes(axis));
};

const unsqueezed: Rule = ({ shapes: [x], numbers }) => {
  const axes = numbers(1);
  if (x === undefined || axes === undefined) return undefined;
  const rest = [...x];
  return Array.from({ length: x.length + axes.length }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!));
};

const concatenated: Rule = ({ shapes, attributes }) => {
  const axis = attributes.axis as number;
  if (shapes.some((shape) => shape === undefined)) return undefined;
  const total = shapes.reduce((sum, shape) => sum + shape![axis]!, 0);
  return shapes[0]!.map((size, i) => (i === axis ? total : size));
};

const transposed: Rule = ({ shapes: [x], attributes }) =>
  x === undefined ? undefined : (attributes.perm as number[]).map((axis) => x[axis]!);

/** Places of a window that moves over rows and columns by strides. */
function places(x: Shape, attributes: Operands['attributes']): number[] {
  const size = attributes.kernel_shape as number[];
  const pads = (attributes.pads ?? size.flatMap(() => [0, 0])) as number[];
  const strides = (attributes.strides ?? size.map(() => 1)) as number[];
  return size.map(
    (length, i) => Math.floor((x[i + 2]! + pads[i]! + pads[i + size.length]! - length) / strides[i]!) + 1,
  );
}

const pooled: Rule = ({ shapes: [x], attributes }) =>
  x === undefined ? undefined : [x[0]!, x[1]!, ...places(x, attributes)];

const convolved: Rule = ({ shapes: [x, kernel], attributes }) =>
  x === undefined || kernel === undefined ? undefined : [x[0]!, kernel[0]!, ...places(x, attributes)];

/** Every pixel becomes a window; windows overlap where they are larger than the strides. */
const spread: Rule = ({ shapes: [x, kernel], attributes }) => {
  if (x === undefined || kernel === undefined) return undefined;
  const size = attributes.kernel_shape as number[];
  const numbers = (name: string): number[] => (attributes[name] ?? size.flatMap(() => [0, 0])) as number[];
  const strides = (attributes.strides ?? size.map(() => 1)) as number[];
  const [pads, more] = [numbers('pads'), numbers('output_padding')];
  const sizes = size.map(
    (length, i) => (x[i + 2]! - 1) * strides[i]! + length + more[i]! - pads[i]! - pads[i + size.length]!,
  );
  return [x[0]!, kernel[1]!, ...sizes];
};

const indexOfLargest: Rule = ({ shapes: [x], attributes }) =>
  attributes.keepdims === 0 ? x?.filter((_, axis) => axis !== attributes.axis) : undefined;

const padded: Rule = ({ shapes: [x], numbers }) => {
  const pads = numbers(1);
  return pads === undefined ? undefined : x?.map((size, axis) => size + pads[axis]! + pads[axis + x.length]!);
};

/** Where a slice starts or ends: counted from the end where negative, and not beyond it. */
const bound = (at: number, size: number, step: number): number =>
  Math.min(Math.max(at < 0 ? at + size : at, step < 0 ? -1 : 0), step < 0 ? size - 1 : size);

const sliced: Rule = ({ shapes: [x], numbers }) => {
  const [starts, ends, axes] = [numbers(1), numbers(2), numbers(3)];
  if (starts === undefined || ends === undefined || axes === undefined) return undefined;
  return x?.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (i === -1) return size;
    const step = numbers(4)?.[i] ?? 1;
    return Math.max(0, Math.ceil((bound(ends[i]!, size, step) - bound(starts[i]!, size, step)) / step));
  });
};

const gathered: Rule = ({ shapes: [x, indices], attributes }) =>
  indices === undefined ? undefined : x?.flatMap((size, axis) => (axis === attributes.axis ? indices : [size]));

const multiplied: Rule = ({ shapes: [a, b] }) =>
  a === undefined || a.length < 2 || a.length !== b?.length
    ? undefined
    : a.map((size, axis) =>
        axis === a.length - 1 ? b[axis]! : axis === a.length - 2 ? size : Math.max(size, b[axis]!),
      );

const RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    ['Sqrt', 'Reciprocal', 'Relu', 'Neg', 'Exp', 'Log', 'Abs', 'Cast', 'Identity'].map((op) => [op, same]),
  ),
  ...Object.fromEntries(
    ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Equal', 'Greater', 'Less', 'Where'].map((op) => [op, broadcast]),
  ),
  ...Object.fromEntries(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceSumSquare'].map((op) => [op, reduced])),
  ArgMax: indexOfLargest,
  Conv: convolved,
  ConvTranspose: spread,
  MaxPool: pooled,
  AveragePool: pooled,
  Pad: padded,
  Slice: sliced,
  Gather: gathered,
  MatMul: multiplied,
  Expand: ({ numbers }) => numbers(1),
  Reshape: ({ numbers }) => numbers(1),
  Unsqueeze: unsqueezed,
  Concat: concatenated,
  Transpose: transposed,
};

/** What is known of values: their shapes, and the whole numbers of constants. */
export interface KnownValues {
  shape(value: string): Shape | undefined;
  numbers(value: string | undefined): number[] | undefined;
}

/** The shape of a node's output; undefined where no rule tells it. */
export const outputShape = ({ op, inputs, attributes }: GraphNode, known: KnownValues): Shape | undefined =>
  RULES[op]?.({
    shapes: inputs.map((input) => known.shape(input)),
    numbers: (input) => known.numbers(inputs[input]),
    attributes,
  });
