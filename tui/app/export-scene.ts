import { figuresOf } from '../views/figures.js';
import type { Scene } from '../views/scene.js';

/** Writes the figures that are shown into the folder of the sweep; what came of it, in a line. */
export async function exportScene(scene: Scene): Promise<string> {
  const figures = figuresOf(scene);
  if (figures === undefined) return 'this view is a table: regimes verify and regimes runs export print it';
  return 'export is not there yet';
}
