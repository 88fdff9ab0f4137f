import type { Attribute } from '../structure.js';
import { convolutionRule, poolingRule, transposedConvolutionRule } from './convolution-rules.js';
import type { Stacking, StackingRule } from './stacked-graph.js';

/** A dimension of one run, in all runs; the last ones may be counted from the end. */
const moved = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis) + 1;

const withAttributes = ({ node }: Stacking, attributes: Readonly<Record<string, Attribute>>) => ({
  ...node.attributes,
  ...attributes,
});

/** Number by number; operands may have fewer dimensions, which lie on the right. */
const elementwise: StackingRule = (stacking) => {
  const { node, graph, outShape } = stacking;
  const operand = (i: number) => (stacking.isStacked(i) ? stacking.stacked(i, outShape.length) : stacking.shared(i));
  return graph.node(
    node.op,
    node.inputs.map((_, i) => operand(i)),
    node.attributes,
  );
};

const reduction: StackingRule = (stacking) => {
  const { node, graph } = stacking;
  const axes = stacking.numbers(1).map((axis) => moved(axis, stacking.shape(0).length));
  return graph.node(node.op, [stacking.stacked(0), graph.integers(axes)], node.attributes);
};

/** Operators of one input and one attribute that is a dimension. */
const alongAxis: StackingRule = (stacking) => {
  const { node, graph } = stacking;
  const axis = moved(node.attributes.axis as number, stacking.shape(0).length);
  const others = node.inputs.slice(1).map((_, i) => stacking.shared(i + 1));
  return graph.node(node.op, [stacking.stacked(0), ...others], withAttributes(stacking, { axis }));
};

const concatenation: StackingRule = (stacking) => {
  const { node, graph } = stacking;
  const axis = moved(node.attributes.axis as number, stacking.outShape.length);
  return graph.node(
    node.op,
    node.inputs.map((_, i) => stacking.stacked(i)),
    { axis },
  );
};

/** Operators whose second input is the shape of the result. */
const toShape: StackingRule = (stacking) => {
  const { node, graph, runs, outShape } = stacking;
  const x = node.op === 'Expand' ? stacking.stacked(0, outShape.length) : stacking.stacked(0);
  return graph.node(node.op, [x, graph.integers([runs, ...outShape])]);
};

const unsqueezing: StackingRule = (stacking) => {
  const { node, graph, outShape } = stacking;
  const axes = stacking.numbers(1).map((axis) => moved(axis, outShape.length));
  return graph.node(node.op, [stacking.stacked(0), graph.integers(axes)]);
};

const transposition: StackingRule = (stacking) => {
  const perm = [0, ...(stacking.node.attributes.perm as number[]).map((axis) => axis + 1)];
  return stacking.graph.node('Transpose', [stacking.stacked(0)], { perm });
};

const product: StackingRule = (stacking) => {
  const rank = Math.max(stacking.shape(0).length, stacking.shape(1).length);
  return stacking.graph.node('MatMul', [stacking.stacked(0, rank), stacking.stacked(1, rank)]);
};

const slicing: StackingRule = (stacking) => {
  const { node, graph } = stacking;
  const axes = stacking.numbers(3).map((axis) => moved(axis, stacking.shape(0).length));
  const steps = node.inputs.length > 4 ? [stacking.shared(4)] : [];
  const inputs = [stacking.stacked(0), stacking.shared(1), stacking.shared(2), graph.integers(axes), ...steps];
  return graph.node('Slice', inputs);
};

const padding: StackingRule = (stacking) => {
  const { node, graph } = stacking;
  const pads = stacking.numbers(1);
  const rank = pads.length / 2;
  const stacked = graph.integers([0, ...pads.slice(0, rank), 0, ...pads.slice(rank)]);
  const value = node.inputs.length > 2 ? [stacking.shared(2)] : [];
  return graph.node('Pad', [stacking.stacked(0), stacked, ...value], node.attributes);
};

const each = (operators: readonly string[], rule: StackingRule): Record<string, StackingRule> =>
  Object.fromEntries(operators.map((operator) => [operator, rule]));

/** How the operators of a step with few nodes are computed for several runs at once. */
export const STACKING_RULES: Readonly<Record<string, StackingRule>> = {
  ...each(['Sqrt', 'Reciprocal', 'Relu', 'Neg', 'Exp', 'Log', 'Abs', 'Cast', 'Identity'], elementwise),
  ...each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Equal', 'Greater', 'Less', 'Where'], elementwise),
  ...each(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceSumSquare'], reduction),
  ...each(['ArgMax', 'Gather'], alongAxis),
  ...each(['Reshape', 'Expand'], toShape),
  ...each(['MaxPool', 'AveragePool'], poolingRule),
  Concat: concatenation,
  Unsqueeze: unsqueezing,
  Transpose: transposition,
  MatMul: product,
  Slice: slicing,
  Pad: padding,
  Conv: convolutionRule,
  ConvTranspose: transposedConvolutionRule,
};
