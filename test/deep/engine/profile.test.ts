import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../deep/engine/profile.js';

const kernel = (ts: number, dur: number, op: string, provider: string, output: object = { float: [2, 3] }) => ({
  cat: 'Node',
  name: `${op}_1_kernel_time`,
  ts,
  dur,
  args: { op_name: op, provider: `${provider}ExecutionProvider`, output_type_shape: [output] },
});
const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur });
const onDevice = (op: string, dur: number) => ({ cat: 'Api', name: `${op}_1&${op}&Program`, ts: 0, dur });

const oneRun = (begin: number, slower: number) => [
  kernel(begin + 1, 100 * slower, 'Conv', 'WebGpu'),
  kernel(begin + 200, 200 * slower, 'Conv', 'WebGpu'),
  kernel(begin + 500, 50 * slower, 'MaxPool', 'CPU', { int64: [4] }),
  run(begin, 1000 * slower),
  onDevice('Conv', 10 * slower),
];

describe('a profile', () => {
  it('is a mean run by operator and provider, without the warm-up', () => {
    const events = [...oneRun(0, 7), ...oneRun(10_000, 1), ...oneRun(20_000, 3)];
    expect(readProfile(JSON.stringify(events), 1)).toEqual({
      runs: 2,
      millisecondsPerRun: 2,
      millisecondsOutsideKernels: 1.3,
      operators: [
        { operator: 'Conv', provider: 'webgpu', count: 2, milliseconds: 0.6, bytes: 48, deviceMilliseconds: 0.02 },
        { operator: 'MaxPool', provider: 'cpu', count: 1, milliseconds: 0.1, bytes: 32 },
      ],
    });
  });

  it('without a run after the warm-up is an error', () => {
    expect(() => readProfile(JSON.stringify(oneRun(0, 1)), 1)).toThrow(
      'the profile has 1 runs; more than 1 are needed',
    );
  });
});
