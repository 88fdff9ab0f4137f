import { UsageError } from '../../src/system/usage-error.js';
import { startedFor } from '../engine/installed/environment.js';
import type { EngineChoice, EngineName } from '../engine/names.js';
import type { ModelOptions } from '../models/network.js';
import { type Probe, type ProbeReport, probeEngine } from './probe.js';
import { SMALLEST, type TrialTask, trialDeviation } from './trial.js';

/** What is to be trained: the fastest engine for a small network need not be the one for a large. */
export interface Workload extends Omit<ModelOptions, 'initScale'> {
  readonly batch: number;
  /** Threads inside one operation. */
  readonly threads: number;
  /** Runs at a time, one process each: cores serve them side by side, one GPU serves them in turn. */
  readonly sideBySide: number;
}

export interface Choice {
  readonly engine: EngineName;
  /** One line: what was chosen and why nothing else; undefined where there was nothing to choose and to say. */
  readonly explanation?: string;
}

/** Asked in this order, which decides between equals. `eager` is never the fastest. */
const CANDIDATES = ['cuda', 'webgpu', 'tensorflow'] as const;

/** The cpu's results are the same in every run and on every day: another engine must be clearly faster. */
const ADVANTAGE = 1.2;

/** A hundred times what float32 rounds off in two steps: such an engine computes something else, or in half precision. */
const DEVIATION_ALLOWED = 1e-3;

const TIMED_STEPS = 3;

type FullTask = TrialTask & { readonly threads: number };

interface Finding {
  readonly engine: EngineName;
  /** Milliseconds of a step, over all runs side by side; undefined: left out, for `reason`. */
  readonly milliseconds?: number;
  readonly reason?: string;
  readonly label: string;
}

const perStep = (milliseconds: number): string => `${Number(milliseconds.toPrecision(3))} ms a step`;

/** What is wrong, without what would help. */
const headline = (reason: string): string => reason.split(': ')[0]!;

/** Whether runs at the same time have cores of their own. */
const sharesNothing = (engine: EngineName, report: ProbeReport & { works: true }): boolean =>
  engine === 'cpu' || report.tensorflow?.gpu === false;

function judge(engine: EngineName, report: ProbeReport, sideBySide: number): Finding {
  if (!report.works) return { engine, label: engine, reason: report.reason };
  const { adapter, trial } = report;
  const label = adapter === undefined ? engine : `${engine} on ${adapter.name}`;
  if (adapter?.software) return { engine, label, reason: 'it computes in software' };
  const milliseconds = trial.stepMilliseconds / (sharesNothing(engine, report) ? sideBySide : 1);
  return { engine, label, milliseconds };
}

/** What a candidate is worth, and its trial of the smallest network. */
interface Tried {
  readonly finding: Finding;
  readonly small: ProbeReport;
}

/** Candidates other than the cpu, each with the time of a step of the workload or the reason it is left out. */
async function tryCandidates(task: FullTask, sideBySide: number, probe: Probe): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const engine of CANDIDATES) {
    const small = await probe({ ...SMALLEST, threads: task.threads, engine });
    const finding = judge(engine, small, sideBySide);
    // Whoever does not work, or only in software, is not asked to do more.
    const more = finding.reason === undefined;
    tried.push({ finding: more ? judge(engine, await probe({ ...task, engine }), sideBySide) : finding, small });
  }
  return tried;
}

/**
 * Leaves out who computes something else than the cpu. That is seen on the smallest network: a large one has so many
 * ReLUs and maxima near a tie that rounding alone makes some of them fall to the other side.
 */
function checked({ finding, small }: Tried, cpu: ProbeReport & { works: true }): Finding {
  if (finding.reason !== undefined || !small.works) return finding;
  const deviation = trialDeviation(small.trial, cpu.trial);
  // Written so that a deviation that is not a number is refused too.
  if (deviation <= DEVIATION_ALLOWED) return finding;
  const { engine, label } = finding;
  return { engine, label, reason: `it deviates from the cpu by ${deviation.toPrecision(2)}` };
}

async function probeCpu(task: FullTask, probe: Probe): Promise<ProbeReport & { works: true }> {
  const report = await probe({ ...task, engine: 'cpu' });
  if (!report.works) throw new Error(`the cpu engine does not work: ${report.reason}`);
  return report;
}

const leftOut = (findings: readonly Finding[]): string =>
  `left out: ${findings.map(({ label, reason }) => `${label} (${headline(reason!)})`).join(', ')}`;

/** The fastest engine for a workload, by trying each. */
export async function chooseFastest(workload: Workload, probe: Probe = probeEngine): Promise<Choice> {
  const { sideBySide, ...network } = workload;
  const task = { ...network, timedSteps: TIMED_STEPS };
  const tried = await tryCandidates(task, sideBySide, probe);
  if (tried.every(({ finding }) => finding.reason !== undefined)) {
    const others = leftOut(tried.map(({ finding }) => finding));
    return { engine: 'cpu', explanation: `engine cpu; ${others}; regimes doctor says more` };
  }
  const smallCpu = await probeCpu({ ...SMALLEST, threads: task.threads }, probe);
  const cpu = await probeCpu(task, probe);
  const findings = tried.map((candidate) => checked(candidate, smallCpu));
  return fastest(judge('cpu', cpu, sideBySide), findings);
}

/** The fastest of what works; every other gets the reason why not. */
function fastest(cpu: Finding, others: readonly Finding[]): Choice {
  const working = others.filter(({ milliseconds }) => milliseconds! * ADVANTAGE < cpu.milliseconds!);
  const best = working.reduce((a, b) => (b.milliseconds! < a.milliseconds! ? b : a), cpu);
  const rest = [...others, cpu]
    .filter((finding) => finding !== best)
    .map((finding) => ({ ...finding, reason: finding.reason ?? perStep(finding.milliseconds!) }));
  const explanation = `engine ${best.label}, ${perStep(best.milliseconds!)}; ${leftOut(rest)}`;
  return { engine: best.engine, explanation };
}

/** Makes sure that an engine works here. Throws a UsageError with the reason where it does not. */
export async function requireEngine(engine: EngineName, probe: Probe = probeEngine): Promise<Choice> {
  if (engine === 'cpu' || engine === 'eager' || engine === startedFor()) return { engine };
  const report = await probe({ ...SMALLEST, engine });
  if (!report.works) throw new UsageError(`engine ${engine} does not work here: ${report.reason}`);
  return report.adapter?.software
    ? { engine, explanation: `engine ${engine} runs on ${report.adapter.name}: in software, slower than engine cpu` }
    : { engine };
}

/** The engine that a user's choice stands for. */
export const resolveEngine = (choice: EngineChoice, workload: Workload, probe: Probe = probeEngine): Promise<Choice> =>
  choice === 'auto' ? chooseFastest(workload, probe) : requireEngine(choice, probe);
