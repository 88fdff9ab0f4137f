// Slurm as far as a sweep sees it, for tests: `sbatch` takes a job array and runs its tasks as processes, one at a time;
// `squeue`, `sacct` and `scontrol requeue` answer for it. A file a task below $FAKE_SLURM holds its state.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = process.env.FAKE_SLURM;
const [program, ...words] = process.argv.slice(2);

const pathOf = ({ job, task }) => join(ROOT, `task-${job}-${task}.json`);
function save(state) {
  writeFileSync(`${pathOf(state)}.${process.pid}`, JSON.stringify(state));
  renameSync(`${pathOf(state)}.${process.pid}`, pathOf(state));
}
const load = (job, task) => JSON.parse(readFileSync(pathOf({ job, task }), 'utf8'));
const all = () =>
  readdirSync(ROOT)
    .filter((name) => /^task-\d+-\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(ROOT, name), 'utf8')));

function refuse(message) {
  console.error(message);
  process.exit(1);
}

/** Says no, or falls silent, where the test has asked for it. */
function obey() {
  const order = existsSync(join(ROOT, program)) ? readFileSync(join(ROOT, program), 'utf8') : '';
  if (order === 'down') refuse(`${program}: error: Unable to contact slurm controller (connect failure)`);
  if (order === 'refuse') refuse(`${program}: error: Batch job submission failed: Invalid account`);
  return order;
}

const directive = (script, name) => new RegExp(`^#SBATCH --${name}=(.*)$`, 'm').exec(script)?.[1];

function sbatch() {
  const order = obey();
  const script = readFileSync(words.at(-1), 'utf8');
  const job = 1 + readdirSync(ROOT).filter((name) => name.startsWith('job-')).length;
  mkdirSync(join(ROOT, `job-${job}`));
  const [, last] = /^0-(\d+)/.exec(directive(script, 'array'));
  const log = JSON.parse(directive(script, 'output')).replace('%A', job).replaceAll('%%', '%');
  for (let task = 0; task <= Number(last); task += 1)
    save({ job: `${job}`, task, name: directive(script, 'job-name'), script: words.at(-1), log, state: 'PENDING' });
  if (order === '')
    spawn(process.execPath, [import.meta.filename ?? process.argv[1], 'work', `${job}`, last], {
      ...{ detached: true, stdio: 'ignore' },
    }).unref();
  if (order === 'lose the answer') refuse('sbatch: error: Batch job submission failed: Socket timed out on send/recv');
  console.log(job);
}

/** One start of a task, to its end. */
function start(job, task) {
  const known = { restarts: 0, ...load(job, task) };
  const out = openSync(known.log.replace('%a', task), 'a');
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: `${task}`, SLURM_JOB_ID: `${1000 * job + task}` };
  const restart = known.restarts === 0 ? {} : { SLURM_RESTART_COUNT: `${known.restarts}` };
  const child = spawn('bash', [known.script], { stdio: ['ignore', out, out], env: { ...env, ...restart } });
  save({ ...known, state: 'RUNNING', pid: child.pid, node: 'n1' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

async function work() {
  const [job, last] = words.map(Number);
  for (let task = 0; task <= last; task += 1) {
    for (;;) {
      const code = await start(job, task);
      const { isRequeued, restarts = 0, ...known } = load(job, task);
      if (!isRequeued) {
        save({ ...known, restarts, state: code === 0 ? 'COMPLETED' : 'FAILED' });
        break;
      }
      save({ ...known, restarts: restarts + 1, state: 'PENDING' });
    }
  }
}

function squeue() {
  obey();
  const option = (name) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const names = option('name')?.split(',');
  for (const { name, job, task, state, node = '' } of all())
    if (names.includes(name)) console.log(`${name}|${job}|${task}|${state}|${node}|None`);
}

function scontrol() {
  const [, id] = words;
  const [job, task] = [Math.floor(Number(id) / 1000), Number(id) % 1000];
  const known = load(job, task);
  save({ ...known, isRequeued: true });
  process.kill(known.pid, 'SIGTERM');
}

const sacct = () => refuse('Slurm accounting storage is disabled');

await { sbatch, work, squeue, scontrol, sacct }[program]();
