import { figureFileName, fileNamePart } from '../export/file-name.js';
import { nothingToDraw } from '../figure/drawable.js';
import { type Figure, withoutCursor } from '../figure/figure.js';
import { toyTitle } from './figures/scene-figures.js';
import { figuresOf } from './figures.js';
import { type Scene, toyTaskOf } from './scene.js';

/** What `e` writes: the figures of the view without the marks of the screen, under names that tell quantities, ELRs and toys apart. */
export interface Exports {
  readonly figures: readonly { readonly name: string; readonly figure: Figure }[];
  /** Why others are not written, a clause each. */
  readonly missing: readonly string[];
}

/** Why figures of the toy are not final yet: its first answer has fewer steps and cells, and answers come late; undefined where they are. */
export function unfinished(scene: Scene): string | undefined {
  const figures = figuresOf(scene);
  if (figures === undefined || figures.toy.length === 0) return undefined;
  const answered = scene.data.toy?.task;
  if (answered !== undefined && !answered.quick) {
    const { quick: _, ...task } = answered;
    if (JSON.stringify(task) === JSON.stringify(toyTaskOf(scene))) return undefined;
  }
  return scene.state.view === 'diagram' ? 'the phase diagram is being computed' : 'the toy is being computed';
}

/** What tells the figures of one side from those of another toy, or of another setting of the sweep. */
function sideName(side: 'toy' | 'network', scene: Scene): string {
  if (side === 'toy') return fileNamePart(toyTitle(scene));
  const settings = scene.data.sweep?.settings ?? [];
  return settings.length > 1 ? `network-${fileNamePart(settings[scene.state.setting] ?? '')}` : 'network';
}

/** The figures of a view that can be written; undefined of a view that is a table. */
export function exportsOf(scene: Scene): Exports | undefined {
  const figures = figuresOf(scene);
  if (figures === undefined) return undefined;
  const all = (['toy', 'network'] as const).flatMap((side) =>
    figures[side].map((figure) => ({
      name: `${sideName(side, scene)}-${figureFileName(figure)}`,
      figure: withoutCursor(figure),
      side,
    })),
  );
  const reason = ({ side, figure }: (typeof all)[number]): string | undefined => {
    const missing = nothingToDraw(figure);
    return missing === undefined ? undefined : `${side}: ${missing}`;
  };
  return {
    figures: all.filter((each) => reason(each) === undefined).map(({ name, figure }) => ({ name, figure })),
    missing: [...new Set(all.map(reason).filter((text) => text !== undefined))],
  };
}
