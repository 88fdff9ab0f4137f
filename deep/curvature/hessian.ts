import * as tf from '@tensorflow/tfjs-core';
import { HOST_ORDER, type Layout, type TensorFunction, type TensorSpec } from '../engine/engine.js';
import { type Model, type ModelTensor, tensorSpec } from '../models/model.js';
import { type BatchShape, evaluationInputs, LABELS } from '../step/batch.js';
import { lossOf } from '../step/gradient.js';
import { accuracy, crossEntropy, type Loss } from '../step/loss.js';

/** Name of the input that holds the direction's part in a parameter. */
export const directionName = (parameter: string): string => `direction:${parameter}`;
/** Name of the output that holds the Hessian-vector product's part in a parameter. */
export const productName = (parameter: string): string => `hessian:${parameter}`;
/** Name of the output that holds the gradient in a parameter. */
export const gradientName = (parameter: string): string => `gradient:${parameter}`;
/** Name of the output that holds the share of the images whose largest logit is that of the label. */
export const HITS = 'accuracy';
/** Name of the output v.Hv. */
export const CURVATURE = 'curvature';

/** The tensors in whose space the Hessian lives. */
export const sphereTensors = (model: Model): ModelTensor[] => model.tensors.filter(({ role }) => role === 'sphere');

/** Inputs of a Hessian-vector product: the model's tensors, a batch, and a direction shaped like each parameter. */
export const hessianInputs = (model: Model, shape: BatchShape): TensorSpec[] => [
  ...evaluationInputs(model, shape),
  ...sphereTensors(model).map((tensor) => ({ ...tensorSpec(tensor), name: directionName(tensor.name) })),
];

/** The inner product of two lists of tensors of the same shapes. */
export const inner = (a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Scalar =>
  tf.addN(a.map((tensor, i) => tf.sum(tf.mul(tensor, b[i]!)))) as tf.Scalar;

/** Outputs that no input shares a name with are plain: dimensions are put in the host's order here. */
const inHostOrder = (tensor: tf.Tensor, layout: Layout): tf.Tensor =>
  layout === 'plain' ? tf.clone(tensor) : tf.transpose(tensor, [...HOST_ORDER[layout]]);

/** What a product with a matrix returns, under the names above. */
export function productOutputs(
  parameters: readonly ModelTensor[],
  { loss, hits, gradients, products, direction }: ProductParts,
): Record<string, tf.Tensor> {
  const outputs: Record<string, tf.Tensor> = { loss, [HITS]: hits, [CURVATURE]: inner(products, direction) };
  parameters.forEach(({ name, layout }, i) => {
    outputs[gradientName(name)] = inHostOrder(gradients[i]!, layout);
    outputs[productName(name)] = inHostOrder(products[i]!, layout);
  });
  return outputs;
}

/** Loss and share of hits of a batch; gradient, product and direction by parameter. */
interface ProductParts {
  readonly loss: tf.Tensor;
  readonly hits: tf.Tensor;
  readonly gradients: readonly tf.Tensor[];
  readonly products: readonly tf.Tensor[];
  readonly direction: readonly tf.Tensor[];
}

/**
 * The Hessian H of the loss (normalisation with batch statistics) in the scale-invariant parameters w
 * jointly, times a direction v of the same shapes, exactly: Hv = grad_w <grad_w L(w), v>, for about twice the work of a
 * gradient. Inputs as `hessianInputs`; outputs `loss`, `accuracy`, v.Hv as `curvature`, and a parameter, `gradient:NAME` and
 * `hessian:NAME`, in the parameter's own shape and order. Where ReLU and max-pooling have kinks, it is the Hessian of
 * the smooth piece that w lies on.
 */
export function hessianVectorProduct(model: Model, loss: Loss = crossEntropy): TensorFunction {
  const parameters = sphereTensors(model);
  const names = parameters.map(({ name }) => name);
  return (inputs) => {
    const direction = names.map((name) => inputs[directionName(name)]!);
    let first: { value: tf.Scalar; grads: tf.Tensor[] } | undefined;
    let hits: tf.Scalar | undefined;
    const watch = ({ logits }: { readonly logits: tf.Tensor2D }): void => {
      hits = tf.keep(accuracy(logits, inputs[LABELS] as tf.Tensor1D));
    };
    const slope = (...weights: tf.Tensor[]): tf.Scalar => {
      first = tf.valueAndGrads(lossOf(model, loss, inputs, names, watch))(weights) as {
        value: tf.Scalar;
        grads: tf.Tensor[];
      };
      // What leaves the differentiated function other than the slope must be kept from being disposed with it.
      for (const tensor of [first.value, ...first.grads]) tf.keep(tensor);
      return inner(first.grads, direction);
    };
    const products = tf.grads(slope)(names.map((name) => inputs[name]!));
    const { value, grads: gradients } = first!;
    const outputs = productOutputs(parameters, { loss: value, hits: hits!, gradients, products, direction });
    tf.dispose(gradients);
    return outputs;
  };
}
