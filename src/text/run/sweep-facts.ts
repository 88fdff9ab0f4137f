import type { Manifest } from '../../run/manifest.js';
import type { Fact } from '../facts-text.js';
import { counted } from '../output.js';
import { networkTitle } from '../titles.js';

/** What the runs of a setting have in common, in words: of captions and reports. */

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

const listed = (values: readonly (string | number)[]): string => distinct(values).join(', ');

/** One number, or from the least to the largest. */
function spanned(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? `${low}` : `${low} to ${high}`;
}

/** A path is of this machine; what it leads to is not. */
const dataName = (data: string): string => data.replace(/:.*/, '');

/** How weights move, where it is not at a fixed ELR on the joint sphere. */
/** A run by what it was to do, and how many steps it has taken. */
interface TakenRun {
  readonly manifest: Manifest;
  readonly record: { readonly taken: number };
}

function trainingText({ manifest }: TakenRun): string {
  const { projection, momentum, weightDecay, loss, fullBatch, schedule } = manifest.configuration.training;
  const parts = [
    projection === 'joint'
      ? 'on the joint sphere'
      : projection === 'none'
        ? 'in full space'
        : `projection ${projection}`,
    loss === 'cross-entropy' ? '' : `${loss} loss`,
    momentum === 0 ? '' : `momentum ${momentum}`,
    weightDecay === 0 ? '' : `weight decay ${weightDecay}`,
    fullBatch ? 'full batch' : '',
    schedule.kind === 'constant' ? '' : `schedule ${schedule.kind}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Network, data, batch, steps, seeds and kind of training of runs, a fact each; none without runs. */
export function sweepFacts(runs: readonly TakenRun[]): Fact[] {
  if (runs.length === 0) return [];
  const configurations = runs.map(({ manifest }) => manifest.configuration);
  const images = runs.map(({ manifest }) => manifest.data.trainImages);
  const seeds = distinct(configurations.map(({ seed }) => seed));
  return [
    ['network', listed(configurations.map(networkTitle))],
    ['data', `${listed(configurations.map(({ data }) => dataName(data)))}, ${spanned(images)} training images`],
    ['training', distinct(runs.map(trainingText)).join('; ')],
    ['batch', listed(configurations.map(({ batch }) => batch))],
    ['steps', `${spanned(runs.map(({ record }) => record.taken))} a run`],
    ['runs', `${runs.length}, ${counted(seeds.length, 'seed')} (${seeds.join(', ')})`],
  ];
}
