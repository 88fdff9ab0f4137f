import { RUN_STATES, type RunState } from '../../sweep/run-state.js';
import { variedText } from '../setting-text.js';

/** What each state is called for people. */
const WORDS: Readonly<Record<RunState['state'], string>> = {
  finished: 'finished',
  running: 'running',
  queued: 'queued',
  preempted: 'preempted',
  failed: 'failed',
  waiting: 'not submitted',
};

/** Machines that are named; the others are counted. */
const MOST_NODES = 8;

function onNodes(states: readonly RunState[]): string {
  const nodes = [...new Set(states.flatMap(({ node }) => node ?? []))].sort();
  if (nodes.length === 0) return '';
  const more = nodes.length > MOST_NODES ? ` and ${nodes.length - MOST_NODES} others` : '';
  return ` on ${nodes.slice(0, MOST_NODES).join(', ')}${more}`;
}

/** How many runs are in each state: `3 finished, 2 running on node1, 1 queued`. */
export function stateCounts(states: readonly RunState[]): string {
  const parts = RUN_STATES.flatMap((state) => {
    const those = states.filter((each) => each.state === state);
    if (those.length === 0) return [];
    return `${those.length} ${WORDS[state]}${state === 'running' ? onNodes(those) : ''}`;
  });
  return parts.join(', ');
}

/** Runs that are named in a text; `--json` names all. */
const MOST_LINES = 50;

function endedLine({ varied, state, word, node, reason, log }: RunState): string {
  const how = [word, node === undefined ? undefined : `on ${node}`].filter((each) => each !== undefined).join(' ');
  const details = [how, reason, log].filter((each) => each !== undefined && each !== '').join('; ');
  return `${variedText(varied)} ${WORDS[state]}${details === '' ? '' : `: ${details}`}`;
}

/** A line for each run that ended before it was finished: how, on which machine, and where to read more. */
export function endedLines(states: readonly RunState[]): string[] {
  const ended = states.filter(({ state }) => state === 'failed' || state === 'preempted');
  const lines = ended.slice(0, MOST_LINES).map(endedLine);
  return ended.length > MOST_LINES ? [...lines, `and ${ended.length - MOST_LINES} more; --json names all`] : lines;
}
