import { formatNumber } from '../../src/text/output.js';
import type { RunSnapshot } from '../data/sweep-snapshot.js';
import type { Scene } from './scene.js';

/** Runs with the baseline first, then the selected ones, each once. */
function chosenByKeys({ state, data }: Scene): RunSnapshot[] {
  const runs = data.sweep?.runs ?? [];
  const folders = [...new Set([state.baseline, ...state.selected])];
  return folders.flatMap((folder) => runs.find((run) => run.folder === folder) ?? []);
}

/** The runs that are compared: the baseline and the selected ones, or the one at the cursor beside a baseline. */
export function comparedRuns(scene: Scene): RunSnapshot[] {
  const chosen = chosenByKeys(scene);
  if (scene.state.selected.length > 0 || scene.state.baseline === undefined || scene.run === undefined) return chosen;
  return [...new Set([...chosen, scene.run])];
}

/** The runs that are drawn over one another: those chosen and the one at the cursor, or without any chosen all seeds at the cursor. */
export function overlaidRuns(scene: Scene): RunSnapshot[] {
  const { run, data } = scene;
  const chosen = chosenByKeys(scene);
  const seeds = (data.sweep?.runs ?? []).filter(({ elr }) => run !== undefined && elr === run.elr);
  return chosen.length === 0 ? seeds : [...new Set([...chosen, ...(run === undefined ? [] : [run])])];
}

/** What each run is called among others: its ELR, with its seed where others share it; # is the baseline. */
export function runLabels(runs: readonly RunSnapshot[], baseline: string | undefined): string[] {
  return runs.map(({ folder, elr, seed }) => {
    const isShared = runs.some((other) => other.folder !== folder && other.elr === elr);
    return `${folder === baseline ? '#' : ''}${formatNumber(elr)}${isShared ? ` seed ${seed}` : ''}`;
  });
}
