import * as tf from '@tensorflow/tfjs-core';
import { type BlockedLowering, type Lowering, TRACE_BACKEND, type TraceBackend } from './backend.js';
import { settle } from './blocked/pending.js';
import type { AnyTraced, Traced } from './values.js';

function tracedInputs(trace: TraceBackend, inputs: tf.NamedTensorInfoMap): Record<string, AnyTraced> {
  const given: Record<string, AnyTraced> = {};
  for (const [name, info] of Object.entries(inputs)) {
    if (info !== undefined) given[name] = trace.traced(info as tf.TensorInfo);
  }
  return given;
}

const settleAll = (trace: TraceBackend, inputs: Readonly<Record<string, AnyTraced>>): Record<string, Traced> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, settle(trace, value)]));

/**
 * Registers lowerings under their tfjs kernel names. One in `blocked` goes before the plain one of its name, which gets
 * computed values in plain layouts.
 */
export function registerLowerings(
  plain: Readonly<Record<string, Lowering>>,
  blocked: Readonly<Record<string, BlockedLowering>> = {},
): void {
  for (const [kernelName, lower] of Object.entries(plain)) {
    const lowerBlocked = blocked[kernelName];
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs, backend: tfjsBackend }) => {
        const backend = tfjsBackend as TraceBackend;
        const given = tracedInputs(backend, inputs);
        const call = { attrs: (attrs ?? {}) as Record<string, unknown>, backend, graph: backend.graph };
        const done = backend.block === undefined ? undefined : lowerBlocked?.({ ...call, inputs: given });
        return done ?? lower({ ...call, inputs: settleAll(backend, given) });
      },
    });
  }
}
