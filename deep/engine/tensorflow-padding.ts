import * as tf from '@tensorflow/tfjs-core';

/** A convolution or one of its gradients: what tfjs hands to a kernel. */
interface Call {
  readonly inputs: Readonly<Record<string, tf.Tensor4D>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

type Native = (call: Call) => tf.Tensor4D;

/** How a kernel does with padding by a number, given the kernel that knows only 'same' and 'valid'. */
type Adaptation = (native: Native, call: Call, padding: number) => tf.Tensor4D;

const padImage = (image: tf.Tensor4D, padding: number): tf.Tensor4D =>
  tf.pad(image, [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ]);

const valid = (attrs: Call['attrs']) => ({ ...attrs, pad: 'valid' });

const forward: Adaptation = (native, { inputs, attrs }, padding) =>
  native({ inputs: { ...inputs, x: padImage(inputs.x!, padding) }, attrs: valid(attrs) });

/** The gradient of the padded image, without its margin. */
const inputGradient: Adaptation = (native, { inputs, attrs }, padding) => {
  const [batch, height, width, channels] = attrs.inputShape as [number, number, number, number];
  const inputShape = [batch, height + 2 * padding, width + 2 * padding, channels];
  const gradient = native({ inputs, attrs: { ...valid(attrs), inputShape } });
  return tf.slice(gradient, [0, padding, padding, 0], [batch, height, width, channels]);
};

const ADAPTATIONS: Readonly<Record<string, Adaptation>> = {
  Conv2D: forward,
  Conv2DBackpropFilter: forward,
  Conv2DBackpropInput: inputGradient,
};

/** With stride 1, half the kernel on each side is what 'same' means: no copy is needed. */
function isSame({ inputs, attrs }: Call, padding: number): boolean {
  const [height, width] = inputs.filter?.shape ?? (attrs.filterShape as readonly number[]);
  const strides = [attrs.strides].flat();
  return strides.every((stride) => stride === 1) && height === 2 * padding + 1 && width === 2 * padding + 1;
}

function adapted(native: Native, adapt: Adaptation): Native {
  return (call) => {
    const { pad } = call.attrs;
    if (typeof pad !== 'number') return native(call);
    return isSame(call, pad)
      ? native({ ...call, attrs: { ...call.attrs, pad: 'same' } })
      : tf.tidy(() => adapt(native, call, pad));
  };
}

/** Kernels may answer with a tensor or with what one is made of. */
const asTensor = (result: tf.TensorInfo): tf.Tensor4D =>
  (result instanceof tf.Tensor ? result : tf.engine().makeTensorFromTensorInfo(result)) as tf.Tensor4D;

/** Teaches convolutions of tfjs-node, which pad as 'same' or not at all, to pad by a number. */
export function allowNumericPadding(backendName: string): void {
  for (const [kernelName, adapt] of Object.entries(ADAPTATIONS)) {
    const { kernelFunc } = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ backend, ...call }) => {
        const native: Native = ({ inputs, attrs }) =>
          asTensor(kernelFunc({ inputs, attrs: attrs as tf.NamedAttrMap, backend }) as tf.TensorInfo);
        return adapted(native, adapt)(call as unknown as Call);
      },
    });
  }
}
