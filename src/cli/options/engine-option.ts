import { ENGINE_CHOICES } from '../../../deep/engine/names.js';
import { DEFAULT_RUN } from '../../../deep/study/spec.js';
import { oneOf } from '../../text/grammar/value-grammar.js';

/** The engine of a run, also that of the main job. */
export const engineOption = [
  '--engine <name>',
  'cpu, webgpu, cuda (compiled), tensorflow (where installed), eager (slow reference), auto (the fastest here)',
  oneOf(ENGINE_CHOICES),
  DEFAULT_RUN.engine,
] as const;
