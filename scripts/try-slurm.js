// A sweep on a real Slurm, disturbed: `.ci/slurm`, or `node scripts/try-slurm.js [FOLDER]` as a user who may change the state of
// nodes, on a cluster for trials whose node is this machine; after `npm run build`. Six runs in one job array; one task is killed,
// one is requeued, and the node goes down with what runs on it and comes back. Then the same command is given again until it is
// finished, the sweep is refined by two runs, and every file and the verification are compared with those of a sweep without Slurm.
// Exit code 0 if all is well.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./regimes.js', import.meta.url));
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'regimes-slurm-'));
const [out, local] = [join(folder, 'slurm-sweep'), join(folder, 'local-sweep')];

const RUNS = ['1e-3', '2e-3', '4e-3', '8e-3', '1.6e-2', '3.2e-2'];
const STEPS = 800;
const SWEEP = `--width 1 --train-images 32 --batch 4 --steps ${STEPS} --momentum 0.9 --elr ${RUNS.join(',')}`.split(
  ' ',
);
const ADDED = 2;
const REFINE = ['--refine', '1.5', '--most-runs', `${ADDED}`, '--json'];
const CHECKPOINT = 50;

const begin = performance.now();
const say = (text) => console.log(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const ask = (program, ...words) => execFileSync(program, words, { encoding: 'utf8' }).trim();
function check(isSo, expected) {
  if (!isSo) throw new Error(`not so: ${expected}`);
}

function regimesWith(code, ...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });
  if (status !== code) throw new Error(`regimes ${words.join(' ')} ended with ${status}, not ${code}: ${stderr}`);
  return stdout;
}
const regimes = (...words) => regimesWith(0, ...words);

const ON_SLURM = `--on slurm --time 30 --checkpoint-every ${CHECKPOINT} --json`.split(' ');
const submit = () => JSON.parse(regimes('sweep', ...SWEEP, ...ON_SLURM, '--out', out));
function countOf(states) {
  const counts = new Map();
  for (const { state } of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
const ofRun = (elr) => (states) => states.find((each) => each.folder === `elr-${elr}`);

const metricsOf = (elr) => join(out, `elr-${elr}`, 'metrics.jsonl');
const stepsOf = (elr) => (existsSync(metricsOf(elr)) ? readFileSync(metricsOf(elr), 'utf8').split('\n').length - 1 : 0);
async function until(isSo, milliseconds = 100) {
  for (const end = performance.now() + 400_000; !isSo(); await setTimeout(milliseconds))
    check(performance.now() < end, `${isSo} in time`);
}
const queue = (...words) => ask('squeue', '--noheader', '--array', '--format=%i %T', ...words);
const stateOf = (task) => queue('--states=all', `--jobs=${task}`).split(' ')[1];

const isLeft = (task) => !['RUNNING', 'COMPLETING'].includes(stateOf(task));

/** A run that takes steps, has a checkpoint, and has half of its way to go. */
async function runUnderWay() {
  const sizeOf = (elr) => statSync(metricsOf(elr), { throwIfNoEntry: false })?.size ?? 0;
  const before = new Map(RUNS.map((elr) => [elr, sizeOf(elr)]));
  let found;
  await until(() => {
    const growing = RUNS.filter((elr) => sizeOf(elr) !== before.get(elr));
    found = growing.find((elr) => stepsOf(elr) > CHECKPOINT && stepsOf(elr) < STEPS / 2);
    return found !== undefined;
  }, 20);
  return found;
}

/** Does something to the task of a run that is under way; a run that was quicker is left behind. */
async function disturb(job, how) {
  for (;;) {
    const elr = await runUnderWay();
    const task = `${job}_${RUNS.indexOf(elr)}`;
    how(task);
    await until(() => isLeft(task));
    const steps = stepsOf(elr);
    if (steps < STEPS) return { task, elr, steps };
  }
}

/** Ends a process as a power cut would. */
function cut(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Processes that train runs of the sweep, and those of Slurm that have started them. */
function tasksAtWork() {
  const read = (pid, name) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(pid, 'cmdline').includes(`\0sweep-task\0${out}\0`))
    .map((pid) => ({ pid: Number(pid), parent: Number(/^PPid:\s*(\d+)/m.exec(read(pid, 'status'))?.[1]) }));
}

const { submitted } = submit();
const job = submitted[0].job;
say(`job ${job}: ${submitted[0].runs} runs submitted`);

const killed = await disturb(job, (task) => spawnSync('scancel', ['--signal=KILL', '--full', task]));
say(`task ${killed.task} was killed after ${killed.steps} steps`);
const requeued = await disturb(job, (task) => ask('scontrol', 'requeue', task));
say(`task ${requeued.task} was requeued after ${requeued.steps} steps`);
const asked = submit();
const failed = ofRun(killed.elr)(asked.failed);
check(failed?.word === 'CANCELLED', 'the run of the task that was killed has failed');
check(asked.submitted.length === 1 && asked.submitted[0].runs === 1, 'that run alone is submitted again');
say(
  `asked again: ${countOf(asked.states)}; ${failed.folder} failed: ${failed.word} on ${failed.node}; submitted ${JSON.stringify(asked.submitted)}`,
);

const node = ask('sinfo', '--noheader', '--format=%N').split('\n')[0];
const pidFile = /SlurmdPidFile\s*=\s*(\S+)/.exec(ask('scontrol', 'show', 'config'))[1];
const lost = await disturb(job, () => {
  const tasks = tasksAtWork().flatMap(({ pid, parent }) => [parent, pid]);
  for (const pid of [Number(readFileSync(pidFile, 'utf8')), ...tasks]) cut(pid);
  ask('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=trial');
});
say(`node ${node} went down with task ${lost.task}, after ${lost.steps} steps`);
ask('slurmd', '-c');
await until(() => {
  // Clusters that take nodes back by themselves (ReturnToService) refuse this.
  spawnSync('scontrol', ['update', `nodename=${node}`, 'state=resume'], { stdio: 'ignore' });
  return !/down|drain|unknown|\*/.test(ask('sinfo', '--noheader', `--nodes=${node}`, '--format=%T'));
});
say(`node ${node} came back: ${queue().split('\n').join(', ')}`);

let submissions = 2;
for (;;) {
  const { states, submitted: more } = submit();
  submissions += more.length;
  say(`asked again: ${countOf(states)}${more.length > 0 ? `; submitted ${JSON.stringify(more)}` : ''}`);
  if (states.every(({ state }) => state === 'finished')) break;
  await until(() => queue() === '');
}
say(`finished after ${submissions} submissions`);

// The refinement waits for two further runs with exit code 3.
regimesWith(3, 'verify', out, ...REFINE, '--on', 'slurm');
await until(() => queue() === '');
const refined = regimes('verify', out, ...REFINE, '--on', 'slurm');
say('verified, with runs added');

regimes('sweep', ...SWEEP, '--out', local);
check(
  regimes('verify', local, ...REFINE).replaceAll(local, out) === refined,
  'the verification is that of a sweep without Slurm',
);
const folders = readdirSync(local).filter((name) => name.startsWith('elr-'));
check(folders.length === RUNS.length + ADDED, `${ADDED} runs were added`);
const files = folders.flatMap((run) =>
  ['weights.safetensors', 'metrics.jsonl', 'measurements.jsonl'].map((file) => join(run, file)),
);
const unequal = files.filter((file) => !readFileSync(join(local, file)).equals(readFileSync(join(out, file))));
const logs = readdirSync(join(out, 'slurm')).filter((name) => name.endsWith('.log'));
const resumed = logs.flatMap((name) => [
  ...readFileSync(join(out, 'slurm', name), 'utf8').matchAll(/elr-(\S+) goes on after (\d+) steps/g),
]);
say(resumed.map(([, elr, steps]) => `ELR ${elr} went on after ${steps} steps`).join(', '));
for (const { elr } of [killed, requeued, lost])
  check(
    resumed.some((each) => each[1] === elr),
    `the disturbed run of ELR ${elr} went on from a checkpoint`,
  );
check(unequal.length === 0, `the same bytes as without Slurm in ${unequal.join(', ')}`);
say(`the same bytes as without Slurm in ${files.length} files`);
