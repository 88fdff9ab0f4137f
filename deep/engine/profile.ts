/** onnxruntime's profile of a session: which operator took how long, where. */

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly ts: number;
  readonly args?: {
    readonly op_name?: string;
    readonly provider?: string;
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

/** All nodes of one operator on one provider, of a mean run. */
export interface OperatorCost {
  readonly operator: string;
  /** `cpu`, `webgpu`, `cuda`. */
  readonly provider: string;
  readonly count: number;
  /** On a GPU this is the time to hand the work over; copies wait for its end. */
  readonly milliseconds: number;
  /** Bytes of the outputs. */
  readonly bytes: number;
  /** Time on the GPU itself, where the provider measures it. */
  readonly deviceMilliseconds?: number;
}

export interface Profile {
  readonly runs: number;
  readonly millisecondsPerRun: number;
  /** Of a run, outside all kernels. */
  readonly millisecondsOutsideKernels: number;
  readonly operators: readonly OperatorCost[];
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  float: 4,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  double: 8,
  float16: 2,
  bool: 1,
  uint8: 1,
  int8: 1,
};

const outputBytes = ({ args }: TraceEvent): number =>
  (args?.output_type_shape ?? [])
    .flatMap((output) => Object.entries(output))
    .reduce((sum, [type, shape]) => sum + shape.reduce((size, n) => size * n, ELEMENT_BYTES[type] ?? 4), 0);

/** `CPUExecutionProvider` -> `cpu`. */
const providerName = (provider = ''): string => provider.replace(/ExecutionProvider$/, '').toLowerCase();

const isKernel = ({ cat, name }: TraceEvent): boolean => cat === 'Node' && name.endsWith('_kernel_time');

interface Sums {
  count: number;
  microseconds: number;
  bytes: number;
}

/** Kernels by operator and provider. */
function sumKernels(kernels: readonly TraceEvent[]): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const event of kernels) {
    const key = `${event.args?.op_name} ${providerName(event.args?.provider)}`;
    const sum = sums.get(key) ?? { count: 0, microseconds: 0, bytes: 0 };
    sums.set(key, {
      count: sum.count + 1,
      microseconds: sum.microseconds + event.dur,
      bytes: sum.bytes + outputBytes(event),
    });
  }
  return sums;
}

/**
 * Programs that a GPU ran, named `node&operator&program`: microseconds by operator over the last `runs` of `all` runs.
 * Their clock is the GPU's, so runs are told apart by their order.
 */
function deviceTimes(events: readonly TraceEvent[], runs: number, all: number): Map<string, number> {
  const programs = events.filter(({ cat, name }) => cat === 'Api' && name.split('&').length === 3);
  const recent = programs.slice(Math.round((programs.length * (all - runs)) / all));
  const times = new Map<string, number>();
  for (const { name, dur } of recent) {
    const operator = name.split('&')[1]!;
    times.set(operator, (times.get(operator) ?? 0) + dur);
  }
  return times;
}

/** Reads a profile, without its first `warmUp` runs. Throws where no run is left. */
export function readProfile(json: string, warmUp: number): Profile {
  const events = JSON.parse(json) as TraceEvent[];
  const all = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const runs = all.slice(warmUp);
  if (runs.length === 0) throw new Error(`the profile has ${all.length} runs; more than ${warmUp} are needed`);
  const begin = runs[0]!.ts;
  const kernels = events.filter((event) => isKernel(event) && event.ts >= begin);
  const device = deviceTimes(events, runs.length, all.length);
  const perRun = (microseconds: number): number => microseconds / 1000 / runs.length;
  const operators = [...sumKernels(kernels)].map(([key, sum]): OperatorCost => {
    const [operator, provider] = key.split(' ') as [string, string];
    const onDevice = provider === 'cpu' ? undefined : device.get(operator);
    return {
      operator,
      provider,
      count: Math.round(sum.count / runs.length),
      milliseconds: perRun(sum.microseconds),
      bytes: Math.round(sum.bytes / runs.length),
      ...(onDevice === undefined ? {} : { deviceMilliseconds: perRun(onDevice) }),
    };
  });
  const inKernels = perRun(kernels.reduce((sum, { dur }) => sum + dur, 0));
  const millisecondsPerRun = perRun(runs.reduce((sum, { dur }) => sum + dur, 0));
  return {
    runs: runs.length,
    millisecondsPerRun,
    millisecondsOutsideKernels: millisecondsPerRun - inKernels,
    operators: operators.sort((a, b) => b.milliseconds - a.milliseconds),
  };
}
