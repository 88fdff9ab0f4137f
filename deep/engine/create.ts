import { CompiledEngine } from './compiled.js';
import { EagerEngine } from './eager.js';
import type { Engine } from './engine.js';

/** `cpu`: compiled, on onnxruntime's cpu provider. `eager`: tfjs' own cpu backend, the slow reference. */
export const ENGINES = ['cpu', 'eager'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineOptions {
  /** Threads inside one operation; default: as many as cores. Of no effect on `eager`. */
  readonly threads?: number;
}

export const createEngine = (name: EngineName, options: EngineOptions = {}): Engine =>
  name === 'cpu' ? new CompiledEngine(options) : new EagerEngine();
