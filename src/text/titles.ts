import type { RunConfiguration } from '../run/manifest.js';

type Network = Pick<RunConfiguration, 'model' | 'width' | 'depth' | 'norm' | 'groups' | 'lastLayer'>;

/** A network in a few words: its name, width and, where they are not the usual ones, depth, normalisation and last layer. */
export const networkTitle = ({ model, width, depth, norm, groups, lastLayer }: Network): string =>
  [
    `${model} width ${width}`,
    ...(depth === undefined ? [] : [`depth ${depth}`]),
    ...(norm === undefined ? [] : [`norm ${norm}`]),
    ...(groups === undefined ? [] : [`groups ${groups}`]),
    ...(lastLayer === undefined ? [] : [`last layer ${lastLayer}`]),
  ].join(' ');

/** What is trained on what, in one line. */
export const sweepTitle = ({ data, batch, ...network }: RunConfiguration): string =>
  `${networkTitle(network)}, ${data}, batch ${batch}`;
