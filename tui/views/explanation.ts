import { rowExplanation } from '../../src/text/verification/row-explanation.js';
import { runTable } from '../../src/text/verification/verification-text.js';
import { type Line, plainLine } from '../line/styled.js';
import { paragraph, scrolled, title } from '../line/view-options.js';
import type { Scene, Size } from './scene.js';

const NAME = 11;

/** All lines about the chosen row of the predictions; none while there is no such row. */
export function explanationLines({ data, state, predictions }: Scene, width: number): Line[] {
  const verification = data.sweep?.verification;
  const row = predictions[state.row];
  if (verification === undefined || row === undefined) return [];
  const { title: name, facts, runs } = rowExplanation(row, verification);
  return [
    ...paragraph(name, width).map((line) => title(line[0]!.text)),
    plainLine(''),
    ...facts.flatMap(([word, text]) =>
      paragraph(text, width - NAME).map((line, i) =>
        plainLine(`${(i === 0 ? word : '').padEnd(NAME)}${line[0]!.text}`),
      ),
    ),
    plainLine(''),
    title(runs.length === 1 ? 'The run behind it' : `The ${runs.length} runs behind it`),
    ...runTable(runs, width, 'wrapping').split('\n').map(plainLine),
    plainLine(''),
    [{ text: 'Esc or Enter: back to the table', dim: true }],
  ];
}

/** The chosen row of the predictions, explained in place of the table. */
export const explanation = (scene: Scene, { width, height }: Size): Line[] =>
  scrolled(explanationLines(scene, width), { height, scroll: scene.state.scroll });
