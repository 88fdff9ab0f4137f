import { movingAverages } from './moving-averages.js';
import { nameOutputs } from './name-outputs.js';
import { keepReducedAxes, mergeReshapes, plainNumbers, reshapeFirst } from './reshapes.js';
import { type GraphTransform, inTurn } from './rewrite.js';
import { selectByMasks } from './select-by-masks.js';
import { addedSums, stackedSums, sumsOfSquares } from './sums.js';

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
