import type { RunConfiguration } from '../run/manifest.js';
import { networkTitle } from './network-title.js';

/** What is trained on what, in one line. */
export const sweepTitle = ({ data, batch, ...network }: RunConfiguration): string =>
  `${networkTitle(network)}, ${data}, batch ${batch}`;
