import { UsageError } from '../system/usage-error.js';

/** What a job array asks of Slurm for each of its tasks; what is left out is as the cluster has it. */
export interface JobOptions {
  readonly partition?: string | undefined;
  /** Of one task, as Slurm writes it: `90` (minutes), `12:00:00`, `2-00`. */
  readonly time?: string | undefined;
  readonly cpus?: number | undefined;
  /** `1`, `a100:2`. */
  readonly gpus?: string | undefined;
  /** `4G`. */
  readonly memory?: string | undefined;
  readonly account?: string | undefined;
  /** So many tasks at a time. */
  readonly arrayLimit?: number | undefined;
  /** Further options of sbatch: `--constraint=a100`. */
  readonly extra?: readonly string[] | undefined;
}

/** What the script of a job array runs, and where. */
export interface JobArray extends JobOptions {
  readonly name: string;
  readonly tasks: number;
  /** Absolute; Slurm's `%` stands for itself in it. */
  readonly logs: string;
  /** The words of the command; Slurm adds the number of the task to its environment. */
  readonly command: readonly string[];
}

/** Options that a submission gives itself: with others of them its tasks would not be found again. */
const OWN = ['array', 'job-name', 'output', 'error', 'open-mode', 'signal', 'wrap', 'a', 'J', 'o', 'e'];

/** Throws a UsageError where a line is no option that a script may have. */
export function refuseExtra(line: string): void {
  const name = /^--?(?<name>[a-zA-Z][a-z-]*)/.exec(line)?.groups?.name;
  if (name === undefined || /[\r\n]/.test(line))
    throw new UsageError(
      `--sbatch ${JSON.stringify(line)} is no option of sbatch; allowed: one such as '--constraint=a100'`,
    );
  const own = OWN.find(
    (each) => name === each || (each.length === 1 && line.startsWith(`-${each}`) && line[1] !== '-'),
  );
  if (own !== undefined) throw new UsageError(`--sbatch ${JSON.stringify(line)}: the sweep sets that option itself`);
}

/** Minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds. */
const TIME = /^(?:(?<days>\d+)-(?<hours>\d+)(?::(?<minutes>\d+)(?::(?<seconds>\d+))?)?|(?<plain>\d+(?::\d+){0,2}))$/;

/** Seconds of a time limit as Slurm writes it; undefined where it is none. */
export function limitSeconds(text: string): number | undefined {
  const groups = TIME.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { days, hours = 0, minutes = 0, seconds = 0, plain } = groups;
  if (days !== undefined) return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const parts = plain!.split(':').map(Number);
  const [h, m, s] = parts.length === 3 ? parts : [0, parts[0]!, parts[1] ?? 0];
  return (h! * 60 + m!) * 60 + s!;
}

/** Seconds before the end of its time at which a task is told; Slurm may be a minute early. */
const NOTICE = 120;
const SHORT_NOTICE = 30;
const SHORT = 600;

const noticeOf = (time: string | undefined): number =>
  time !== undefined && limitSeconds(time)! > 0 && limitSeconds(time)! < SHORT ? SHORT_NOTICE : NOTICE;

/** The signal by which a task learns that its time is about to end; SIGTERM says that it is preempted or cancelled. */
export const NOTICE_SIGNAL = 'SIGUSR2';

/** A word as the shell takes it, whatever it holds. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A path in an option: `%` begins a pattern there, and blanks end the option unless it is quoted. */
function quotedPath(path: string): string {
  if (/["\\\r\n]/.test(path))
    throw new UsageError(`${path} cannot be the folder of a job; allowed: no quotes, backslashes and line ends`);
  return `"${path.replaceAll('%', '%%')}`;
}

/** The batch script of a job array: its options as comments, then the command in the place of the shell, so that it hears the signals. */
export function jobScript({ name, tasks, logs, command, ...options }: JobArray): string {
  const { partition, time, cpus, gpus, memory, account, arrayLimit, extra = [] } = options;
  extra.forEach(refuseExtra);
  const given = (option: string, value: number | string | undefined) =>
    value === undefined ? [] : [`--${option}=${value}`];
  const lines = [
    `--job-name=${name}`,
    `--array=0-${tasks - 1}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
    `--output=${quotedPath(logs)}/%A_%a.log"`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:${NOTICE_SIGNAL.slice('SIG'.length)}@${noticeOf(time)}`,
    '--ntasks=1',
    ...given('partition', partition),
    ...given('time', time),
    ...given('cpus-per-task', cpus),
    ...given('gres', gpus && `gpu:${gpus}`),
    ...given('mem', memory),
    ...given('account', account),
    ...extra,
  ];
  const directives = lines.map((line) => `#SBATCH ${line}`);
  return `${['#!/bin/bash', ...directives, '', 'export OMP_NUM_THREADS=1', `exec ${command.map(quoted).join(' ')}`].join('\n')}\n`;
}
