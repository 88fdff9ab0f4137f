import { headlines, unknownTexts } from '../../src/text/verification/headline.js';
import { thresholdLines } from '../../src/text/verification/threshold-text.js';
import { GLYPH_SETS } from '../canvas/glyphs.js';
import { legendInFull } from '../canvas/legend.js';
import { drawable, emptyText, figureNotes } from '../figure/drawable.js';
import type { Figure } from '../figure/figure.js';
import { lineText } from '../line/styled.js';
import { toyFields } from '../state/toy-fields.js';
import { figuresOf } from './figures.js';
import { unknownKeys, unknownRuns, WHAT } from './headline.js';
import { networkFacts } from './network-facts.js';
import { RUN_COLUMNS, runRow } from './run-rows.js';
import type { Scene } from './scene.js';
import { emptyLines } from './states.js';
import { statusText, titleText } from './sweep-status.js';
import { listText, reasonText } from './tables.js';
import { toyFacts } from './toy-facts.js';

/** What a view says, without a word left out or shortened: at the end of the help, for terminals that have no room for it. */

/** Columns in which every fact has room. */
const WIDE = 1000;

const settingsText = ({ state, toyElr }: Scene): string =>
  toyFields(state.toy)
    .map((field) => `${field.name} ${field.text({ settings: state.toy, elr: toyElr })}`)
    .join(', ');

function figureTexts(figure: Figure, scene: Scene): string[] {
  const { title, x, y } = figure;
  const shown = drawable(figure);
  return [
    title,
    [y.label, x.label].filter((label) => label !== '').join(' against '),
    legendInFull(figure, GLYPH_SETS[scene.glyphs]),
    ...figureNotes(figure, shown),
    shown.isEmpty ? emptyText(shown) : '',
  ];
}

const factTexts = (scene: Scene): string[] =>
  [...toyFacts(scene, WIDE), ...networkFacts(scene, WIDE)].map((line) => lineText(line).trim().replace(/ {3,}/g, '  '));

const headlineTexts = (scene: Scene): string[] => [
  WHAT[0],
  headlines(scene.data.sweep!.verification, scene.threshold)[0],
  unknownTexts(unknownRuns(scene), unknownKeys(scene))?.[0] ?? '',
];

/** The row at the cursor with the columns that a narrow table leaves out. */
function rowText(scene: Scene): string {
  const row = scene.listed.find(({ elr }) => elr === scene.elr);
  if (row === undefined) return '';
  const cells = runRow(scene, row);
  return RUN_COLUMNS.map(({ title }, i) => `${title} ${cells[i]}`)
    .slice(1)
    .join(', ');
}

const runTexts = (scene: Scene): string[] => [
  ...thresholdLines(scene.data.sweep!.verification.thresholds).split('\n'),
  listText(scene),
  rowText(scene),
  reasonText(scene),
];

/** The texts of the view that is chosen, a paragraph each. */
export function inFull(scene: Scene): string[] {
  const { data, state } = scene;
  if (data.sweep === undefined || emptyLines(scene, WIDE) !== undefined) return [];
  const figures = figuresOf(scene);
  const all = [
    titleText('', data),
    statusText(data),
    `toy: ${settingsText(scene)}`,
    ...(state.view === 'overview' ? headlineTexts(scene) : []),
    ...(state.view === 'runs' ? runTexts(scene) : []),
    ...[...(figures?.toy ?? []), ...(figures?.network ?? [])].flatMap((figure) => figureTexts(figure, scene)),
    ...(figures === undefined ? [] : factTexts(scene)),
  ];
  return all.filter((text) => text !== '');
}
