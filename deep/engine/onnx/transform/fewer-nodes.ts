import { addedSums } from './added-sums.js';
import { keepReducedAxes } from './keep-reduced-axes.js';
import { mergeReshapes } from './merge-reshapes.js';
import { movingAverages } from './moving-averages.js';
import { nameOutputs } from './name-outputs.js';
import { plainNumbers } from './plain-numbers.js';
import { reshapeFirst } from './reshape-first.js';
import { type GraphTransform, inTurn } from './rewrite.js';
import { selectByMasks } from './select-by-masks.js';
import { stackedSums } from './stacked-sums.js';
import { sumsOfSquares } from './sums-of-squares.js';

/** The same function in fewer nodes, for devices on which every node is a launch. Sums may be added in another order. */
export const fewerNodes: GraphTransform = inTurn(
  sumsOfSquares,
  addedSums,
  stackedSums,
  selectByMasks,
  movingAverages,
  mergeReshapes,
  reshapeFirst,
  keepReducedAxes,
  mergeReshapes,
  plainNumbers,
  nameOutputs,
);
