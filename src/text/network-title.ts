import type { RunConfiguration } from '../run/manifest.js';

/** A network in a few words: its name, width and, where it is not the usual one, depth. */
export const networkTitle = ({ model, width, depth }: Pick<RunConfiguration, 'model' | 'width' | 'depth'>): string =>
  `${model} width ${width}${depth === undefined ? '' : ` depth ${depth}`}`;
