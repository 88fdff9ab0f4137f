/** Measurements of networks in processes of their own; what else the machine does only ever adds, so the best counts. */
import { type ExecFileOptions, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EngineName } from '../deep/engine/names.js';
import type { ModelName } from '../deep/models/network.js';
import { source } from './peers.js';

export interface NetworkTask {
  readonly model: ModelName;
  readonly width: number;
  readonly engine: EngineName;
  readonly threads: number;
  /** On the cpu: in plain layouts alone, as on other providers. */
  readonly plain?: boolean;
  /** What is repeated: a training step, or a Hessian-vector product. */
  readonly work: 'step' | 'hessian';
  readonly batch: number;
  readonly warmUp: number;
  readonly steps: number;
}

export const BATCH = 128;
const REPEATS = { batch: BATCH, warmUp: 3, steps: 10 } as const;
/** Enough to tell which of several ways is the fastest. */
export const FEW_REPEATS = { batch: BATCH, warmUp: 2, steps: 3 } as const;
const TURNS = 3;

export interface Measurement {
  /** Milliseconds of a step. */
  readonly step: number;
  /** Milliseconds of making the first step ready. */
  readonly ready?: number;
  /** MiB. */
  readonly memory: number;
}

/** A program that prints a measurement, and the threads it is to use. */
export interface Candidate {
  readonly command: readonly string[];
  readonly threads: number;
  /** Processes side by side; default 1. */
  readonly processes?: number;
}

const WORKER = fileURLToPath(new URL('./network-worker.js', import.meta.url));

type WorkerTask = Pick<NetworkTask, 'model' | 'width' | 'threads'> & Partial<NetworkTask>;

/** Ours: a training step on the cpu, unless the task says otherwise. */
export function ourCommand(task: WorkerTask): string[] {
  const whole: NetworkTask = { engine: 'cpu', work: 'step', ...REPEATS, ...task };
  return [process.execPath, WORKER, JSON.stringify(whole)];
}

/** Ways to write the step in PyTorch; bench/network.py says what they are. */
export const PEER_FORMS = ['eager', 'foreach', 'channels_last', 'compile', 'compile_last'] as const;
export type PeerForm = (typeof PEER_FORMS)[number];

/** PyTorch's training step on the cpu. */
export const peerCommand = (
  python: string,
  { model, width, threads }: Pick<NetworkTask, 'model' | 'width' | 'threads'>,
  form: PeerForm = 'eager',
  { batch, warmUp, steps }: typeof REPEATS | typeof FEW_REPEATS = REPEATS,
): string[] => [python, source('network.py'), ...[form, model, width, threads, batch, warmUp, steps].map(String)];

const run = promisify(execFile) as (
  file: string,
  words: readonly string[],
  options: ExecFileOptions,
) => Promise<{ stdout: string }>;

async function measure({ command, threads }: Candidate): Promise<Measurement> {
  const [file, ...words] = command;
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  return JSON.parse((await run(file!, words, { env })).stdout);
}

/** All processes of a candidate at once; the slowest counts. */
async function together(candidate: Candidate): Promise<Measurement> {
  const all = await Promise.all(Array.from({ length: candidate.processes ?? 1 }, () => measure(candidate)));
  return all.reduce((a, b) => (a.step > b.step ? a : b));
}

const best = (turns: readonly Measurement[]): Measurement => turns.reduce((a, b) => (a.step < b.step ? a : b));

/** Measures the candidates in turns, and answers the best of each. */
export async function measureInTurns(candidates: readonly Candidate[], count = TURNS): Promise<Measurement[]> {
  const turns: Measurement[][] = candidates.map(() => []);
  for (let turn = 0; turn < count; turn += 1) {
    for (const [i, candidate] of candidates.entries()) turns[i]!.push(await together(candidate));
  }
  return turns.map(best);
}
