import { CompiledEngine } from './compiled.js';
import { EagerEngine } from './eager.js';
import type { Engine } from './engine.js';
import { enterEngine } from './installed/environment.js';
import type { EngineName } from './names.js';
import { openTensorFlow } from './tensorflow.js';

/** How an engine is opened. */
export interface EngineOptions {
  /** Threads inside one operation; default: as many as cores. Of no effect on `eager`. */
  readonly threads?: number;
}

/**
 * The engine of that name. Whether a GPU provider works shows when it first compiles; probe it before (deep/probe). Throws
 * OwnProcessNeeded where the engine was installed by `regimes engine install` and this process was not started for it.
 */
export async function openEngine(name: EngineName, options: EngineOptions = {}): Promise<Engine> {
  enterEngine(name);
  switch (name) {
    case 'cpu':
    case 'webgpu':
    case 'cuda':
      return new CompiledEngine({ ...options, provider: name });
    case 'tensorflow':
      return openTensorFlow(options);
    case 'eager':
      return new EagerEngine();
  }
}
