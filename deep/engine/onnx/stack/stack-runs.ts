import type { GraphStructure } from '../structure.js';
import { nameOutputs } from '../transform/name-outputs.js';
import { mergeReshapes } from '../transform/reshapes.js';
import { inTurn } from '../transform/rewrite.js';
import { STACKING_RULES } from './rules.js';
import { stackGraph } from './stacked-graph.js';

const tidied = inTurn(mergeReshapes, nameOutputs);

/** A graph with few nodes for several runs at once, in hardly more nodes than for one. */
export const stackRuns = (one: GraphStructure, runs: number): GraphStructure =>
  tidied(stackGraph(one, runs, STACKING_RULES));
