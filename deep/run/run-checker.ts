import type { RunConfiguration } from '../../src/run/manifest.js';
import { elrRate } from '../../src/run/rate.js';
import { DEFAULT_TRAINING } from '../../src/run/training-settings.js';
import { openData } from '../data/open.js';
import { prepareRun } from './prepare.js';

/** A configuration with what no data set, model or checkpoint can be at odds with made equal. */
function essence({
  corrupt,
  noiseSeed,
  augment,
  shuffledLabels,
  training,
  ...rest
}: RunConfiguration): RunConfiguration {
  const { projection, freeLr, lastLayerSeed, initScale } = training;
  const kept = {
    projection,
    freeLr,
    lastLayerSeed: lastLayerSeed === null ? null : 0,
    ...(initScale && { initScale }),
  };
  return {
    ...rest,
    rate: elrRate(1),
    steps: 1,
    seed: 0,
    order: 'shuffled',
    training: { ...DEFAULT_TRAINING, ...kept },
  };
}

/**
 * Returns a function that throws what prepareRun would throw for a configuration. It opens each data set once, and skips
 * configurations that differ from an earlier one only in fields that cannot be invalid together, such as seed and ELR. `onNote` is called
 * once with each line about a checkpoint that they start from.
 */
export function runChecker(onNote: (line: string) => void = () => {}): (configuration: RunConfiguration) => void {
  const said = new Set<string>();
  const sayOnce = (line: string): void => {
    if (!said.has(line)) onNote(line);
    said.add(line);
  };
  const opened = new Map<string, ReturnType<typeof openData>>();
  const open: typeof openData = (name, options) => {
    const key = JSON.stringify([name, options]);
    const data = opened.get(key) ?? openData(name, options);
    opened.set(key, data);
    return data;
  };
  const checked = new Set<string>();
  return (configuration) => {
    const candidate = essence(configuration);
    const key = JSON.stringify(candidate);
    if (!checked.has(key)) prepareRun(candidate, { open, onNote: sayOnce });
    checked.add(key);
  };
}
