import type { Line } from './styled.js';
import { firstFitting } from './view-options.js';
import { type Page, VIEWS } from './views.js';

const SPACE = 3;
const SHORTEST_TITLE = 12;

const cut = (text: string, width: number): string =>
  text.length <= width ? text : width < 1 ? '' : `${text.slice(0, width - 1)}…`;

/** What is trained, and how far it is; in a narrow terminal the title gives way to the status. */
export function headerLine(title: string, status: string, width: number): Line {
  const left = Math.max(Math.min(SHORTEST_TITLE, width), width - SPACE - status.length);
  const name = cut(title, left);
  const rest = cut(status, Math.max(0, width - SPACE - name.length));
  return [{ text: name, bold: true }, { text: rest === '' ? '' : `${' '.repeat(SPACE)}${rest}` }];
}

/** The keys, the page that is shown in brackets. */
export function keyLine(page: Page, width: number): Line {
  const item = (name: string, text: string): string => (name === page ? `[${text}]` : ` ${text} `);
  const long = VIEWS.map((name) => item(name, `${name[0]} ${name}`)).join('');
  const short = VIEWS.map((name) => item(name, name[0]!)).join('');
  const help = item('help', '? help');
  const texts = [`${long} arrows move ${help} q quit`, `${short} arrows ${help} q quit`, `${help} q quit`] as const;
  return [{ text: firstFitting(width, ...texts, 'q quit'), dim: true }];
}
