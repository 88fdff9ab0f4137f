import { readFileSync } from 'node:fs';
import type { Fact } from '../../src/text/facts-text.js';
import { findings } from '../../src/text/verification/findings.js';
import type { Verification } from '../../src/verify/verify.js';
import { figureCaption } from '../export/caption.js';
import { fontFiles } from '../export/fonts.js';
import { FONT_NAME } from '../export/palette.js';
import type { Figure } from '../figure/figure.js';
import { element, type Markup, raw } from './html.js';
import { inlineSvg } from './inline-svg.js';
import { styleOf } from './style.js';
import { predictionTables, runTable } from './tables.js';
import { woffOf } from './woff.js';

/** A figure as it stands in a report: drawn, without the points it was drawn from, which may be as many as the steps of all runs. */
export interface ReportFigure {
  readonly title: string;
  readonly caption: readonly string[];
  /** Whether it needs a light page. */
  readonly isLight: boolean;
  /** The text of its SVG file. */
  readonly svg: string;
}

/** A figure that has been drawn as it stands in a report. */
export const reportFigure = (figure: Figure, svg: string): ReportFigure => ({
  title: figure.title,
  // What is said of the sweep in every caption of a file stands in the settings here.
  caption: figureCaption(figure, []).trimEnd().split('\n'),
  isLight: figure.cells !== undefined,
  svg,
});

/** One setting of a sweep, ready to be written down. */
export interface ReportSetting {
  readonly title: string;
  /** The folder of the sweep. */
  readonly directory: string;
  readonly verification: Verification;
  readonly figures: readonly ReportFigure[];
  /** Figures that cannot be drawn, and why. */
  readonly missing: readonly string[];
  readonly settings: readonly Fact[];
  readonly versions: readonly Fact[];
  /** Commands that reproduce it. */
  readonly commands: readonly string[];
}

const facts = (all: readonly Fact[]): Markup =>
  element(
    'dl',
    {},
    all.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]),
  );

const figureMarkup = ({ title, caption, isLight, svg }: ReportFigure, prefix: string): Markup =>
  element('figure', { class: isLight ? 'light' : undefined }, [
    inlineSvg(svg, { prefix, label: title }),
    element(
      'figcaption',
      {},
      caption.map((line) => element('p', {}, line)),
    ),
  ]);

function settingMarkup(setting: ReportSetting, prefix: string): Markup {
  const { title, directory, verification, figures, missing, settings, versions, commands } = setting;
  return element('section', {}, [
    element('h2', {}, title),
    element('p', { class: 'quiet' }, directory),
    element(
      'div',
      { class: 'findings' },
      findings(verification).map((sentence) => element('p', {}, sentence)),
    ),
    element('h3', {}, 'Figures'),
    element(
      'div',
      { class: 'figures' },
      figures.map((figure, i) => figureMarkup(figure, `${prefix}f${i}-`)),
    ),
    ...missing.map((reason) => element('p', { class: 'quiet' }, `Not drawn: ${reason}.`)),
    element('h3', {}, 'Predictions'),
    ...predictionTables(verification.predictions),
    element('h3', {}, 'Runs'),
    runTable(verification.runs),
    element('h3', {}, 'Settings'),
    facts(settings),
    element('h3', {}, 'Versions'),
    facts(versions),
    element('h3', {}, 'How to reproduce it'),
    element('pre', {}, commands.join('\n')),
  ]);
}

/** The font of the figures, in the page itself: with another one their labels would not fit. */
function fontFace(): string {
  const data = Buffer.from(woffOf(readFileSync(fontFiles()[0]!))).toString('base64');
  return `@font-face { font-family: "${FONT_NAME}"; font-weight: 400; src: url(data:font/woff;base64,${data}) format("woff"); }`;
}

/**
 * The report as one HTML file that loads nothing: of one sweep, or of two side by side where the screen is wide enough, the settings of
 * each below one another. It is well-formed XML but for its first line, so that any strict parser takes it. The same sweeps give the
 * same bytes.
 */
export function reportPage(sweeps: readonly (readonly ReportSetting[])[]): string {
  const title = [...new Set(sweeps.flat().map((setting) => setting.title))].join(' and ');
  const svgs = sweeps.flat().flatMap(({ figures }) => figures.map(({ svg }) => svg));
  const sides = sweeps.map((settings, side) =>
    element(
      'div',
      {},
      settings.map((setting, i) => settingMarkup(setting, `s${side}-${i}-`)),
    ),
  );
  const page = element('html', { lang: 'en' }, [
    element('head', {}, [
      raw('<meta charset="utf-8"/>'),
      raw('<meta name="viewport" content="width=device-width, initial-scale=1"/>'),
      element('title', {}, `Training regimes: ${title}`),
      raw(`<style>${fontFace()}${styleOf(svgs)}</style>`),
    ]),
    element('body', {}, [
      element('h1', {}, `Training regimes: ${title}`),
      element('main', { class: sweeps.length > 1 ? 'sides two' : 'sides' }, sides),
    ]),
  ]);
  return `<!DOCTYPE html>\n${page.markup}\n`;
}
