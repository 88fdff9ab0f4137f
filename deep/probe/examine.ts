import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../../src/system/package.js';
import { ENGINES, type EngineName } from '../engine/names.js';
import { onnxruntimeVersion } from '../engine/onnxruntime.js';
import { findTensorFlow, type TensorFlowDetails } from '../engine/tensorflow.js';
import { type DataState, examineData } from './examine-data.js';
import { type ProbeReport, probeEngine } from './probe.js';
import { SMALLEST, trialDeviation } from './trial.js';

/** What `regimes doctor` finds. */
export interface Examination {
  readonly version: string;
  readonly node: { readonly version: string; readonly supported: boolean; readonly wanted: string };
  readonly platform: string;
  readonly cores: number;
  readonly onnxruntime: string;
  readonly engines: readonly EngineState[];
  readonly tensorflow: TensorFlowState | null;
  readonly data: readonly DataState[];
}

/** Whether an engine works on this machine, how fast, or why not. */
export interface EngineState {
  readonly engine: EngineName;
  readonly works: boolean;
  /** Why it does not work. */
  readonly reason?: string;
  /** Until the first step of the smallest network was done, compilation included. */
  readonly firstMilliseconds?: number;
  readonly stepMilliseconds?: number;
  /** Largest relative difference from the cpu in what two steps measure. */
  readonly deviation?: number;
  readonly adapter?: string;
  /** Whether the adapter only imitates a GPU. */
  readonly software?: boolean;
}

/** A package that was found, and what it says once loaded. */
export type TensorFlowState = { readonly package: string; readonly version: string } & Partial<TensorFlowDetails>;

function examineNode(): Examination['node'] {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const least = Number(/\d+/.exec(engines.node)![0]);
  const major = Number(process.versions.node.split('.')[0]);
  return { version: process.version, supported: major >= least, wanted: engines.node };
}

function stateOf(engine: EngineName, report: ProbeReport, cpu: ProbeReport): EngineState {
  if (!report.works) return { engine, works: false, reason: report.reason };
  const { trial, adapter } = report;
  const { firstMilliseconds, stepMilliseconds } = trial;
  return {
    engine,
    works: true,
    firstMilliseconds,
    stepMilliseconds,
    ...(cpu.works ? { deviation: trialDeviation(trial, cpu.trial) } : {}),
    ...(adapter === undefined ? {} : { adapter: adapter.name, software: adapter.software }),
  };
}

function tensorFlowState(report: ProbeReport | undefined): TensorFlowState | null {
  const found = findTensorFlow();
  if (found === undefined) return null;
  const loaded = report?.works ? report.tensorflow : undefined;
  return { package: found.name, version: found.version, ...loaded };
}

/** Tries every engine, one after another, and looks at what else runs depend on. */
export async function examine(onProgress: (line: string) => void): Promise<Examination> {
  const reports = new Map<EngineName, ProbeReport>();
  for (const engine of ENGINES) {
    onProgress(`trying engine ${engine}`);
    reports.set(engine, await probeEngine({ ...SMALLEST, timedSteps: 1, engine }));
  }
  const cpu = reports.get('cpu')!;
  return {
    version: packageVersion(),
    node: examineNode(),
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    onnxruntime: onnxruntimeVersion() ?? 'not installed',
    engines: [...reports].map(([engine, report]) => stateOf(engine, report, cpu)),
    tensorflow: tensorFlowState(reports.get('tensorflow')),
    data: examineData(),
  };
}
