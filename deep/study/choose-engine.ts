import { startedFor } from '../engine/installed/environment.js';
import type { EngineName } from '../engine/names.js';
import { type NetworkSpec, withDefaults } from './spec.js';

/** How the cores are used. */
interface Cores {
  /** Threads inside one operation. */
  readonly threads: number;
  /** Runs at a time. */
  readonly sideBySide: number;
}

/**
 * The engine that a choice stands for, once it is known to work here; `onNote` is called with what there is to say of it.
 * Throws a UsageError if it does not work.
 */
export async function chooseEngine(
  spec: Pick<NetworkSpec, 'engine' | 'model' | 'width' | 'depth' | 'norm' | 'groups' | 'lastLayer' | 'batch'>,
  { threads, sideBySide }: Cores,
  onNote: (line: string) => void = () => {},
): Promise<EngineName> {
  const { engine: choice, model, width, depth, norm, groups, lastLayer, batch } = withDefaults(spec);
  if (choice === 'cpu' || choice === 'eager') return choice;
  const started = startedFor();
  if (started !== undefined && (choice === started || choice === 'auto')) return started;
  // What tries engines loads all of them.
  const { resolveEngine } = await import('../probe/choose.js');
  const workload = { model, width, depth, norm, groups, lastLayer, batch, threads, sideBySide };
  const { engine, explanation } = await resolveEngine(choice, workload);
  if (explanation !== undefined) onNote(explanation);
  return engine;
}
