/** What reading every step of a run has shown, kept beside the run until one of its files changes. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEASUREMENTS_FILE } from '../run/measurements.js';
import { MANIFEST_FILE, METRICS_FILE, SUMMARY_FILE, WEIGHTS_FILE } from '../run/run-directory.js';
import { writeAtomically } from '../system/atomic.js';
import { decodeNumber, encodeNumber } from '../system/json-numbers.js';
import { packageVersion } from '../system/package.js';

/** Files that decide what a summary says. */
const FILES = [MANIFEST_FILE, METRICS_FILE, MEASUREMENTS_FILE, WEIGHTS_FILE];
/** Files that have changed within this time may change again without another time of change: clocks of disks are coarse. */
const SETTLED_MS = 2000;

interface State {
  /** What every change of a file or of the program changes. */
  readonly text: string;
  readonly changedMs: number;
}

let program: string | undefined;
/** What every change of the program changes. */
function ownState(): string {
  program ??= `${packageVersion()}; ${statSync(fileURLToPath(import.meta.url), { bigint: true }).mtimeNs}`;
  return program;
}

/** The present state of a run's files, and of the program that reads them. */
function stateOf(directory: string): State {
  const stats = FILES.map((name) => statSync(join(directory, name), { bigint: true, throwIfNoEntry: false }));
  const files = stats.map((stat) => (stat ? `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : 'none'));
  const times = stats.map((stat) => (stat ? Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs)) : 0));
  return { text: [ownState(), ...files].join('; '), changedMs: Math.max(...times) };
}

const digestOf = (state: string, summary: string): string =>
  createHash('sha256').update(`${state}\n${summary}`).digest('hex');

/** What is kept for this state; undefined where there is nothing, or something that no summary of it was. */
function readKept<Summary>(directory: string, state: string): Summary | undefined {
  try {
    const kept = JSON.parse(readFileSync(join(directory, SUMMARY_FILE), 'utf8')) as Record<string, unknown>;
    const summary = JSON.stringify(kept.summary);
    if (kept.state !== state || kept.sha256 !== digestOf(state, summary)) return undefined;
    return JSON.parse(summary, decodeNumber) as Summary;
  } catch {
    return undefined;
  }
}

function keep(directory: string, state: string, value: object): void {
  const summary = JSON.stringify(value, encodeNumber);
  const content = `{"state":${JSON.stringify(state)},"sha256":"${digestOf(state, summary)}","summary":${summary}}\n`;
  try {
    writeAtomically(join(directory, SUMMARY_FILE), content);
  } catch {
    // A folder that can only be read: the next look reads its steps again.
  }
}

export interface KeepOptions<Summary> {
  /** Whether no process writes the run of a summary, so that it may be kept; default: yes. */
  readonly isSettled?: (summary: Summary) => boolean;
  /** Whether a kept summary says what is so now, where more than the run's files decides that; default: yes. */
  readonly isCurrent?: (kept: Summary) => boolean;
  /** Time in ms; default: the present. */
  readonly now?: number;
}

/**
 * What `compute` says of a run, from the disk where it is kept there and no file of the run has changed since, in size or in
 * time of change; kept for the next time otherwise, if the folder can be written.
 */
export function keptSummary<Summary extends object>(
  directory: string,
  compute: () => Summary,
  { isSettled = () => true, isCurrent = () => true, now = Date.now() }: KeepOptions<Summary> = {},
): Summary {
  const { text, changedMs } = stateOf(directory);
  const kept = readKept<Summary>(directory, text);
  if (kept !== undefined && isCurrent(kept)) return kept;
  const summary = compute();
  const isStill = now - changedMs > SETTLED_MS && stateOf(directory).text === text;
  if (isStill && isSettled(summary)) keep(directory, text, summary);
  return summary;
}
