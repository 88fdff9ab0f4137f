import { dirname, join, relative } from 'node:path';
import { makeWithParents, writeAtomically } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { PACKAGE_OF, wantedVersion } from '../installed/find.js';
import { TEMPORARY, WHEELS } from './folders.js';
import { runProgram } from './programs.js';

const COMPILER_ADVICE = 'a C++ compiler is needed for the binding of tfjs-node-gpu (Debian: apt install g++)';
const NPM_ADVICE = 'npm is needed for tfjs-node-gpu; it comes with Node';
/** The headers of Node-API, which Node itself may not have brought. */
const HEADERS = 'node-api-headers';
const HEADERS_VERSION = '1.9.0';
/** tfjs-node-gpu looks for a binding of this version of Node-API in every supported Node. */
const NAPI = 8;

/** Throws a UsageError in one line where npm or a compiler is missing. */
export async function requireCompiler(): Promise<void> {
  const programs = [
    ['g++', COMPILER_ADVICE],
    ['npm', NPM_ADVICE],
  ] as const;
  for (const [program, advice] of programs) {
    const { code } = await runProgram([program, '--version'], advice);
    if (code !== 0) throw new UsageError(`${program} does not run: ${advice}`);
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

async function installPackages(directory: string): Promise<void> {
  writeAtomically(join(directory, 'package.json'), '{"private":true}\n');
  const packages = [`${PACKAGE_OF.tensorflow}@${wantedVersion('tensorflow')}`, `${HEADERS}@${HEADERS_VERSION}`];
  const quietly = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const cache = ['--cache', join(directory, TEMPORARY)];
  const { code, err } = await runProgram(['npm', 'install', ...quietly, ...cache, ...packages], NPM_ADVICE, {
    directory,
  });
  if (code !== 0) throw new Error(`npm install ${packages[0]} failed (${lastLine(err)}); the same command goes on`);
}

/** Compiles the binding of tfjs-node-gpu against the TensorFlow of the wheel. */
async function compileBinding(directory: string): Promise<void> {
  const home = join(directory, 'node_modules', ...PACKAGE_OF.tensorflow.split('/'));
  const tensorflow = join(directory, WHEELS, 'tensorflow');
  const binding = join(home, 'lib', `napi-v${NAPI}`, 'tfjs_binding.node');
  makeWithParents(dirname(binding));
  const words = [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-w', `-DNAPI_VERSION=${NAPI}`],
    ...[join(directory, 'node_modules', HEADERS, 'include'), join(tensorflow, 'include')].map((path) => `-I${path}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(home, 'binding', file)),
    ...[`-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    `-Wl,-rpath,$ORIGIN/${relative(dirname(binding), tensorflow)}`,
    ...['-o', binding],
  ];
  const { code, err } = await runProgram(['g++', ...words], COMPILER_ADVICE);
  if (code === 0) return;
  const line = err.split('\n').find((each) => /error|cannot find/i.test(each)) ?? lastLine(err);
  throw new Error(`the binding of tfjs-node-gpu cannot be compiled: ${line.trim()}`);
}

/** Adds tfjs-node-gpu to the folder of an engine, with a binding for the TensorFlow of its wheel. */
export async function addTensorFlowPackage(directory: string): Promise<void> {
  disk().removeTree(join(directory, 'node_modules'));
  await installPackages(directory);
  await compileBinding(directory);
}
