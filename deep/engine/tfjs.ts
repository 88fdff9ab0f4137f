import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// tfjs-core's gradients are registered by tfjs-layers alone: its own modules cannot be imported one by one in Node.
import '@tensorflow/tfjs-layers';

// tfjs' cpu backend recommends another backend on its first use; results on a terminal have no room for that.
const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | null;
if (cpu !== null) cpu.firstUse = false;
