import { INK } from '../export/palette.js';
import { lighterRules } from './dark-colors.js';

/** How the page looks, light and dark, wide and narrow. Figures keep their colours; what is black or white in them follows the page. */

const DARK = {
  page: '#16181c',
  card: '#1e2126',
  text: '#e6e6e6',
  quiet: '#a4a9b0',
  line: '#3a3f46',
  bracket: '#2b3040',
};

const FIGURE = 'figure:not(.light) svg';

/** Inks of figures on a dark page. A phase diagram stays light: its cells are. */
const darkInks = (
  [
    [`fill="${INK.text}"`, `fill: ${DARK.text}`],
    [`fill="${INK.quiet}"`, `fill: ${DARK.quiet}`],
    [`fill="${INK.theory}"`, `fill: ${DARK.text}`],
    [`fill="${INK.mark}"`, `fill: ${DARK.quiet}`],
    [`fill="${INK.bracket}"`, `fill: ${DARK.bracket}`],
    ['fill="#ffffff"', `fill: ${DARK.card}`],
    [`stroke="${INK.text}"`, `stroke: ${DARK.text}`],
    [`stroke="${INK.theory}"`, `stroke: ${DARK.text}`],
    [`stroke="${INK.mark}"`, `stroke: ${DARK.quiet}`],
    [`stroke="${INK.quiet}"`, `stroke: ${DARK.quiet}`],
    [`stroke="${INK.grid}"`, `stroke: ${DARK.line}`],
    [`stroke="${INK.faint}"`, 'stroke: #565c66'],
    [`stroke="${INK.frame}"`, `stroke: ${DARK.quiet}`],
    ['stroke="#ffffff"', `stroke: ${DARK.card}`],
  ] as const
)
  .map(([attribute, rule]) => `${FIGURE} [${attribute}] { ${rule}; }`)
  .join('\n  ');

const KNOWN = [...Object.values(INK), '#ffffff'];

/** The style of a page with these figures. */
export const styleOf = (svgs: readonly string[]): string => `
:root { color-scheme: light dark; --page: #fff; --card: #fff; --text: #222; --quiet: #5c6066; --line: #d9dce1; --good: #1d6b3a; --bad: #9c2b2b; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 100rem; background: var(--page); color: var(--text);
  font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 1.5rem 0 0.5rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
.findings { font-size: 1.1rem; max-width: 45rem; }
.findings p { margin: 0.4rem 0; }
.quiet, figcaption, td.note { color: var(--quiet); }
.sides { display: grid; gap: 1rem 2.5rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 70rem) { .sides.two { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
figure { margin: 0; padding: 0.5rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); }
figure.light { background: #fff; }
figure.light figcaption { color: #5c6066; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 0.85rem; line-height: 1.4; margin-top: 0.4rem; }
figcaption p { margin: 0.2rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 1rem 0 0.3rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem 0.25rem 0; border-top: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.reason td { border-top: 0; padding-top: 0; }
.holds { color: var(--good); }
.fails { color: var(--bad); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0.5rem 0; padding: 0.6rem; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere;
  font-size: 0.85rem; }
@media (max-width: 40rem) {
  table, tbody, tr, td, caption { display: block; width: auto; }
  thead { display: none; }
  tr { border-top: 1px solid var(--line); padding: 0.4rem 0; }
  tr.reason { border-top: 0; padding-top: 0; }
  th, td, td.number { border: 0; padding: 0; text-align: left; white-space: normal; }
  td[data-label] { display: inline-block; margin-right: 1rem; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--quiet); }
  td:empty { display: none; }
}
@media (prefers-color-scheme: dark) {
  :root { --page: ${DARK.page}; --card: ${DARK.card}; --text: ${DARK.text}; --quiet: ${DARK.quiet}; --line: ${DARK.line}; --good: #7fce9b; --bad: #ef9a9a; }
  ${darkInks}
  ${lighterRules(svgs, { ground: DARK.card, selector: FIGURE, known: KNOWN })}
}
@media print { body { max-width: none; } figure { break-inside: avoid; } }
`;
