import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// tfjs-core's gradients are registered by tfjs-layers alone: its own modules cannot be imported one by one in Node.
import '@tensorflow/tfjs-layers';
import { CONVOLUTION_GRADIENTS } from './second-order/convolution.js';
import { ELEMENTWISE_GRADIENTS } from './second-order/elementwise.js';
import { CPU_MAX_POOL_GATHER } from './second-order/max-pool-gather.js';
import { POOLING_GRADIENTS } from './second-order/pooling.js';

// tfjs' cpu backend recommends another backend on its first use; results on a terminal have no room for that.
const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | null;
if (cpu !== null) cpu.firstUse = false;

tf.registerKernel(CPU_MAX_POOL_GATHER);
// After tfjs-layers, whose gradients of the same names these replace.
for (const family of [ELEMENTWISE_GRADIENTS, CONVOLUTION_GRADIENTS, POOLING_GRADIENTS]) {
  for (const gradient of family) tf.registerGradient(gradient);
}
