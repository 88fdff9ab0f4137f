import { describe, expect, it } from 'vitest';
import { chooseFastest, requireEngine, resolveEngine } from '../../../deep/probe/choose.js';
import type { Probe, ProbeReport } from '../../../deep/probe/probe.js';
import { UsageError } from '../../../src/system/usage-error.js';

const WORKLOAD = { model: 'convnet', width: 8, batch: 128, threads: 2, sideBySide: 1 } as const;

const TENSORFLOW = { package: '@tensorflow/tfjs-node', version: '4.22.0', library: '2.9.1' };

const works = (
  stepMilliseconds: number,
  numbers = [1, 2],
  adapter?: { name: string; software: boolean },
): ProbeReport => ({
  works: true,
  trial: { firstMilliseconds: 100, stepMilliseconds, numbers },
  ...(adapter === undefined ? {} : { adapter }),
});

/** A machine where engines answer as told, and are asked how often is counted. */
function machine(reports: Readonly<Record<string, ProbeReport>>): { probe: Probe; asked: string[] } {
  const asked: string[] = [];
  const probe: Probe = async ({ engine, width }) => {
    asked.push(`${engine} ${width}`);
    return reports[engine] ?? { works: false, reason: `no ${engine}: install it` };
  };
  return { probe, asked };
}

describe('auto', () => {
  it('is the cpu where nothing else works, which then needs no trial', async () => {
    const { probe, asked } = machine({ cpu: works(100) });
    expect(await chooseFastest(WORKLOAD, probe)).toEqual({
      engine: 'cpu',
      explanation:
        'engine cpu; left out: cuda (no cuda), webgpu (no webgpu), tensorflow (no tensorflow); regimes doctor says more',
    });
    expect(asked).toEqual(['cuda 1', 'webgpu 1', 'tensorflow 1']);
  });

  it('is what takes the network fastest, and says why nothing else', async () => {
    const gpu = { name: 'Some GPU', software: false };
    const { probe, asked } = machine({ cpu: works(100), webgpu: works(12.34, [1, 2], gpu), tensorflow: works(50) });
    expect(await chooseFastest(WORKLOAD, probe)).toEqual({
      engine: 'webgpu',
      explanation:
        'engine webgpu on Some GPU, 12.3 ms a step; left out: cuda (no cuda), tensorflow (50 ms a step), cpu (100 ms a step)',
    });
    expect(asked).toEqual(['cuda 1', 'webgpu 1', 'webgpu 8', 'tensorflow 1', 'tensorflow 8', 'cpu 1', 'cpu 8']);
  });

  it('stays with the cpu unless another is clearly faster, runs side by side counted', async () => {
    const reports = { cpu: works(100), webgpu: works(90) };
    expect((await chooseFastest(WORKLOAD, machine(reports).probe)).engine).toBe('cpu');
    const half = { cpu: works(100), webgpu: works(50) };
    expect((await chooseFastest(WORKLOAD, machine(half).probe)).engine).toBe('webgpu');
    const fourRuns = { ...WORKLOAD, sideBySide: 4 };
    expect((await chooseFastest(fourRuns, machine(half).probe)).engine).toBe('cpu');
    const tensorflow = (gpu: boolean) => ({ ...works(50), tensorflow: { ...TENSORFLOW, gpu } });
    for (const [gpu, engine] of [
      [true, 'cpu'],
      [false, 'tensorflow'],
    ] as const) {
      const { probe } = machine({ cpu: works(100), tensorflow: tensorflow(gpu) });
      expect((await chooseFastest(fourRuns, probe)).engine).toBe(engine);
    }
  });

  it('trusts no adapter in software, and none that computes something else', async () => {
    const software = { name: 'SwiftShader Device', software: true };
    const imitated = machine({ cpu: works(100), webgpu: works(1, [1, 2], software) });
    expect(await chooseFastest(WORKLOAD, imitated.probe)).toMatchObject({ engine: 'cpu' });
    expect(imitated.asked).not.toContain('webgpu 8');
    for (const numbers of [
      [1, 2.1],
      [1, Number.NaN],
    ]) {
      const { engine, explanation } = await chooseFastest(
        WORKLOAD,
        machine({ cpu: works(100), cuda: works(1, numbers) }).probe,
      );
      expect(engine).toBe('cpu');
      expect(explanation).toMatch(/cuda \(it deviates from the cpu by (0.05|NaN)/);
    }
  });
});

describe('an engine by name', () => {
  it('is tried before it is used, but for those that are always there', async () => {
    const { probe, asked } = machine({ cuda: works(1) });
    for (const engine of ['cpu', 'eager', 'cuda'] as const) {
      expect(await resolveEngine(engine, WORKLOAD, probe)).toEqual({ engine });
    }
    expect(asked).toEqual(['cuda 1']);
    const refused = requireEngine('webgpu', probe);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow('engine webgpu does not work here: no webgpu: install it');
  });
});
