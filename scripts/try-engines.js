// Installs engines from PyPI into a folder that is removed afterwards, trains with each, and compares with the engine cpu.
//
//   npm run build && node scripts/try-engines.js [tensorflow-cpu] [tensorflow-gpu] [cuda]
//
// downloads 0.4, 3.6 and 1.6 GB. Not a part of CI; the results are in docs/engines.md and docs/tensorflow.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REGIMES = fileURLToPath(new URL('./regimes.js', import.meta.url));
const ORDERS = {
  'tensorflow-cpu': ['tensorflow', 'cpu'],
  'tensorflow-gpu': ['tensorflow', 'gpu'],
  cuda: ['cuda', 'gpu'],
};
const TRAIN = 'train --elr 1e-5 --width 4 --train-images 64 --batch 16 --steps 5 --log step --json'.split(' ');

const folder = mkdtempSync(join(tmpdir(), 'regimes-engines-'));
const say = (line) => process.stdout.write(`${line}\n`);

function regimes(...words) {
  const begin = performance.now();
  const env = { ...process.env, REGIMES_ENGINES: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [REGIMES, ...words], { encoding: 'utf8', env });
  return { status, stdout, stderr, seconds: (performance.now() - begin) / 1000 };
}

/** What a command printed; ends where it failed. */
function must(...words) {
  const { status, stdout, stderr } = regimes(...words);
  if (status !== 0)
    throw new Error(`regimes ${words.join(' ')} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}

const stepsOf = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Largest relative difference of loss and EGN, step by step. */
function deviations(mine, reference) {
  return mine.map((step, i) =>
    Math.max(...['loss', 'egn'].map((name) => Math.abs(step[name] / reference[i][name] - 1))),
  );
}

function tryEngine(name) {
  const [engine, device] = ORDERS[name];
  const install = regimes('engine', 'install', engine, '--device', device, '--json');
  if (install.status !== 0) throw new Error(install.stderr.trim().split('\n').at(-1));
  const { bytes, wheels } = JSON.parse(install.stdout);
  const downloaded = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  say(
    `${name}: installed in ${install.seconds.toFixed(0)} s, wheels ${(downloaded / 1e6).toFixed(0)} MB, on disk ${(bytes / 1e6).toFixed(0)} MB`,
  );
  const { tensorflow, engines } = JSON.parse(must('doctor', '--json'));
  const state = engines.find((each) => each.engine === engine);
  if (engine === 'tensorflow')
    say(
      `  ${tensorflow.package} ${tensorflow.version}, TensorFlow ${tensorflow.library}, ${tensorflow.gpu ? 'on a GPU' : 'on the cpu'}`,
    );
  if (!state.works) say(`  doctor: ${state.reason}`);
  const trained = regimes(...TRAIN, '--engine', engine);
  if (trained.status !== 0) say(`  train: ${trained.stderr.trim()}`);
  else {
    const steps = deviations(stepsOf(trained.stdout), stepsOf(must(...TRAIN)));
    say(`  train: deviation from cpu by step ${steps.map((value) => value.toExponential(1)).join(', ')}`);
  }
  must('engine', 'remove', engine);
  if (engine === 'tensorflow' && trained.status !== 0) process.exitCode = 1;
}

try {
  const names = process.argv.slice(2);
  for (const name of names.length === 0 ? Object.keys(ORDERS) : names) tryEngine(name);
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
