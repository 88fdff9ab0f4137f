// A sweep on a real Slurm, disturbed: `node scripts/try-slurm.js [FOLDER]`, after `npm run build`, as a user who may change the
// state of nodes, on a cluster for trials whose node is this machine. Six runs in one job array; one task is killed, one is
// requeued, and the node goes down with what runs on it and comes back. Then the same command is given again until it is
// finished, and every file is compared with that of a sweep without Slurm. Exit code 0 if all is well.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./regimes.js', import.meta.url));
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'regimes-slurm-'));
const [out, local] = [join(folder, 'slurm-sweep'), join(folder, 'local-sweep')];

const RUNS = ['1e-3', '2e-3', '4e-3', '8e-3', '1.6e-2', '3.2e-2'];
const SWEEP = `--width 4 --train-images 512 --batch 32 --steps 600 --momentum 0.9 --elr ${RUNS.join(',')}`.split(' ');

const begin = performance.now();
const say = (text) => console.log(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const ask = (program, ...words) => execFileSync(program, words, { encoding: 'utf8' }).trim();

function regimes(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`regimes ${words.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

const submit = () =>
  JSON.parse(
    regimes('sweep', ...SWEEP, '--on', 'slurm', '--time', '30', '--checkpoint-every', '50', '--out', out, '--json'),
  );
function countOf(states) {
  const counts = new Map();
  for (const { state } of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
const ofRun = (elr) => (states) => states.find((each) => each.folder === `elr-${elr}`);

function stepsOf(elr) {
  const file = join(out, `elr-${elr}`, 'metrics.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
async function until(isSo, seconds = 300) {
  for (const end = performance.now() + 1000 * seconds; !isSo(); await setTimeout(200))
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain for ${isSo}`);
}
const queue = (...words) => ask('squeue', '--noheader', '--array', '--format=%i %T', ...words);
const stateOf = (task) => queue('--states=all', `--jobs=${task}`).split(' ')[1];

const [first, second, third] = RUNS;
const { submitted } = submit();
const job = submitted[0].job;
say(`job ${job}: ${submitted[0].runs} runs submitted`);

await until(() => stepsOf(first) >= 120);
ask('scancel', '--signal=KILL', '--full', `${job}_0`);
await until(() => !['RUNNING', 'COMPLETING'].includes(stateOf(`${job}_0`)));
say(`task 0 was killed after some ${stepsOf(first)} steps: ${stateOf(`${job}_0`)}`);

await until(() => stepsOf(second) >= 120);
ask('scontrol', 'requeue', `${job}_1`);
say(`task 1 was requeued after some ${stepsOf(second)} steps`);
const asked = submit();
const failed = ofRun(first)(asked.failed);
say(
  `asked again: ${countOf(asked.states)}; ${failed.folder} failed: ${failed.word} on ${failed.node}; submitted ${JSON.stringify(asked.submitted)}`,
);

await until(() => stepsOf(third) >= 120);
const node = ask('squeue', '--noheader', '--states=running', `--jobs=${job}`, '--format=%N').split('\n')[0];
const pidFile = /SlurmdPidFile\s*=\s*(\S+)/.exec(ask('scontrol', 'show', 'config'))[1];
process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
for (const pid of ask('pgrep', '-f', `sweep-task ${out}`).split('\n')) process.kill(Number(pid), 'SIGKILL');
ask('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=trial');
say(`node ${node} went down with its tasks`);
await setTimeout(2000);
spawnSync('slurmd', ['-c'], { stdio: 'ignore' });
await setTimeout(2000);
// Clusters that take nodes back by themselves (ReturnToService) refuse this.
spawnSync('scontrol', ['update', `nodename=${node}`, 'state=resume'], { stdio: 'ignore' });
await until(() => !/down|drain/.test(ask('sinfo', '--noheader', `--nodes=${node}`, '--format=%T')));
say(`node ${node} came back: ${queue().split('\n').join(', ')}`);

let submissions = 2;
for (;;) {
  const { states, submitted: more } = submit();
  submissions += more.length;
  say(`asked again: ${countOf(states)}${more.length > 0 ? `; submitted ${JSON.stringify(more)}` : ''}`);
  if (states.every(({ state }) => state === 'finished')) break;
  await until(() => queue().trim() === '', 600);
}
say(`finished after ${submissions} submissions`);

regimes('sweep', ...SWEEP, '--out', local);
const files = RUNS.flatMap((elr) =>
  ['weights.safetensors', 'metrics.jsonl', 'measurements.jsonl'].map((file) => join(`elr-${elr}`, file)),
);
const unequal = files.filter(
  (file) => existsSync(join(local, file)) && !readFileSync(join(local, file)).equals(readFileSync(join(out, file))),
);
const logs = readdirSync(join(out, 'slurm')).filter((name) => name.endsWith('.log'));
const resumed = logs.flatMap(
  (name) => readFileSync(join(out, 'slurm', name), 'utf8').match(/goes on after \d+ steps/g) ?? [],
);
say(`${resumed.length} times a run went on: ${resumed.join(', ')}`);
say(
  unequal.length === 0
    ? `the same bytes as without Slurm in ${files.length} files`
    : `other bytes: ${unequal.join(', ')}`,
);
if (unequal.length > 0) process.exitCode = 1;
