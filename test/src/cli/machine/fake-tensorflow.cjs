// Stands in for @tensorflow/tfjs-node-gpu: the backend `tensorflow`, computed by tfjs' own cpu backend. It works only in a
// process whose LD_LIBRARY_PATH begins with the folder of TensorFlow's libraries, and writes down each process.
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

const home = join(__dirname, '..', '..', '..');
const libraries = join(home, 'wheels', 'tensorflow');
const path = process.env.LD_LIBRARY_PATH ?? '';
appendFileSync(join(home, '..', 'processes.txt'), `${process.pid} ${process.ppid} ${path}\n`);
if (path.split(':')[0] !== libraries) throw new Error(`libtensorflow_cc.so.2 is not in ${path}`);

const requireHere = require('node:module').createRequire(process.env.FAKE_TENSORFLOW_ROOT);
const tf = requireHere('@tensorflow/tfjs-core');
const { MathBackendCPU } = requireHere('@tensorflow/tfjs-backend-cpu');

class Backend extends MathBackendCPU {
  binding = { TF_Version: '2.20.0' };
  isUsingGpuDevice = false;
  // Otherwise it advertises tfjs-node.
  firstUse = false;
}
tf.copyRegisteredKernels('cpu', 'tensorflow');
tf.registerBackend('tensorflow', () => new Backend());
