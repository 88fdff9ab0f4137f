import type { SceneData } from './scene.js';

/** What is shown: the network and, of several settings, which of them. */
export function titleText(title: string, { sweep }: SceneData): string {
  if (sweep === undefined) return title;
  const { settings, setting } = sweep;
  if (settings.length <= 1) return [sweep.title, settings[0] ?? ''].filter((text) => text !== '').join(', ');
  return `${settings[setting]} (${setting + 1} of ${settings.length}: [ ])  ${sweep.title}`;
}

/** How far the sweep is: as its trainer says, or as it lies on the disk. */
export function statusText({ sweep, work, problem }: SceneData): string {
  if (problem !== undefined && sweep !== undefined) return `cannot be read: ${problem}`;
  if (work.text !== '' && work.state !== 'idle') return work.text;
  if (sweep === undefined) return work.text;
  const count = (wanted: string): number => sweep.runs.filter(({ state }) => state === wanted).length;
  const finished = count('finished');
  const { length } = sweep.runs;
  if (finished === length) return `${length} runs, finished`;
  const others = (['running', 'interrupted', 'failed', 'damaged'] as const).map((state): [string, number] => [
    state,
    count(state),
  ]);
  const parts = others.filter(([, number]) => number > 0).map(([state, number]) => `${number} ${state}`);
  const next = sweep.writing || !sweep.isSweep ? '' : 'w trains';
  return [`${finished} of ${length} runs finished`, ...parts, next].filter((text) => text !== '').join(', ');
}
