/**
 * A sweep of ten thousand runs on a simulated cluster, planned by what plans it on Slurm: tasks are preempted, requeued and killed,
 * nodes die with all their tasks, answers and files are lost. Printed is what happened, what the runs came to, and how long
 * a plan takes.
 */
import { performance } from 'node:perf_hooks';
import { type RandomSource, randomSource } from '../src/numerics/random.js';
import { formatNumber } from '../src/text/output.js';
import { Cluster, EVENTS, type Event } from './simulated-cluster.js';

const RUNS = 10_000;
const NODES = 200;
const LONGEST = 20;
/** Events in the time of which no new command is given. */
const BETWEEN_COMMANDS = 20_000;
const ROUNDS = 40;
const SUBMITS: readonly Event[] = EVENTS.filter((event) => event.startsWith('submit'));
/** Ends of a whole node, of a run's files: far rarer than a step. */
const RARE: readonly Event[] = ['node fails', 'lose a file'];
const RARITY = 50;

function commonEvent(random: RandomSource): Event {
  for (;;) {
    const event = EVENTS[random.below(EVENTS.length)]!;
    const isTaken = !SUBMITS.includes(event) && (!RARE.includes(event) || random.below(RARITY) === 0);
    if (isTaken) return event;
  }
}

/** What happened to the cluster, and how long each plan took. */
function disturb(cluster: Cluster, random: RandomSource) {
  const happened = new Map<string, number>();
  const seconds: number[] = [];
  const note = (event: Event): void => void happened.set(event, (happened.get(event) ?? 0) + 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const submission = SUBMITS[random.below(SUBMITS.length)]!;
    const start = performance.now();
    cluster.happen(submission, 0);
    seconds.push((performance.now() - start) / 1000);
    note(submission);
    for (let i = 0; i < BETWEEN_COMMANDS; i += 1) {
      const event = commonEvent(random);
      cluster.happen(event, random.below(2 ** 31));
      note(event);
    }
  }
  return { happened, seconds };
}

export function benchCluster(): void {
  const random = randomSource(18);
  const lengths = Array.from({ length: RUNS }, () => 1 + random.below(LONGEST));
  const cluster = new Cluster(lengths, { nodes: NODES, isDivergent: (i) => i % 500 === 0 });
  const { happened, seconds } = disturb(cluster, random);
  const finishedBefore = cluster.runs.filter((run) => run.isFinished).length;
  cluster.runToEnd();
  cluster.submit('heard');
  cluster.runToEnd();
  const states = cluster.states();
  const count = (of: string): number => states.filter(({ state }) => state === of).length;
  const steps = lengths.reduce((sum, each) => sum + each, 0);
  const [trained, lost] = (['trained', 'lost'] as const).map((name) =>
    cluster.runs.reduce((sum, run) => sum + run[name], 0),
  );
  console.log(`${RUNS} runs of up to ${LONGEST} steps on ${NODES} nodes, seed 18\n`);
  for (const [event, times] of happened) console.log(`${String(times).padStart(8)}  ${event}`);
  console.log(
    `\nfinished while this went on: ${finishedBefore}; in the end ${count('finished')}, failed ${count('failed')}, other ${
      RUNS - count('finished') - count('failed')
    }\nsteps of the runs ${steps}, taken ${trained}, of which no checkpoint or file was left ${lost}\n` +
      `a plan takes at most ${formatNumber(Math.max(...seconds), 2)} s, ${cluster.submissions.length} submissions`,
  );
}
