import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSweep } from '../../../../deep/study/plan-sweep.js';
import { lengthenedComments, sweepCommandOf } from '../../../../src/cli/report/sweep-command.js';
import { sweepCommand } from '../../../../src/cli/sweep/sweep.js';
import { sweepSpecOf } from '../../../../src/cli/sweep/sweep-spec.js';
import { readSweepPlan } from '../../../../src/sweep/directory.js';
import { withShortElrs } from '../../../../src/text/verification/short-elrs.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { levelOf, TYPICAL, writeSweep } from './report-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const [SWEEP, OTHER] = [folder.path('a sweep & more'), folder.path('other')];
let page = '';

beforeAll(async () => {
  writeSweep(SWEEP, TYPICAL);
  writeSweep(OTHER, levelOf([0.003, 0.004]));
  const { code, out } = await regimes('report', SWEEP, '--out', folder.path('one.html'));
  expect({ code, out }).toEqual({ code: 0, out: `${folder.path('one.html')}\n` });
  page = readFileSync(folder.path('one.html'), 'utf8');
});

/** Whether a strict parser of XML takes a page; it reads SVG, in which foreign elements may stand. */
function isWellFormed(html: string): boolean {
  const body = html.replace(/^<!DOCTYPE html>\n/, '');
  try {
    new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><foreignObject>${body}</foreignObject></svg>`,
    );
    return true;
  } catch {
    return false;
  }
}

/** What a reader reads: markup left out, entities resolved. */
const textOf = (html: string): string =>
  html
    .replace(/<(style|svg)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('regimes report', () => {
  it('is well-formed, which the check can tell', () => {
    expect(isWellFormed(page)).toBe(true);
    for (const broken of [page.replace('</main>', ''), page.replace('<h3>', '<h3><b>'), page.replace('&amp;', '&')])
      expect(isWellFormed(broken)).toBe(false);
  });

  it('begins with what was found, in the words of verify', async () => {
    const { out } = await regimes('verify', SWEEP, '--json');
    const { predictions } = JSON.parse(out) as {
      predictions: { name: string; holds: boolean | null; note?: string }[];
    };
    const text = textOf(page);
    const sentences = text.slice(0, text.indexOf('Figures'));
    expect(sentences).toMatch(/Convergence ends between ELR 0.001 and 0.003/);
    for (const { name, note } of predictions) {
      expect(text).toContain(withShortElrs(name));
      if (note !== undefined) expect(text).toContain(withShortElrs(note));
    }
    const count = (word: string): number => page.split(`>${word}</span>`).length - 1;
    for (const [word, holds] of [
      ['holds', true],
      ['FAILS', false],
      ['untested', null],
    ] as const)
      expect(count(word)).toBe(predictions.filter((row) => row.holds === holds).length);
  });

  it('has its figures in it, says which are missing, and loads nothing', () => {
    expect(page.match(/<svg /g)!.length).toBeGreaterThan(7);
    expect(textOf(page)).toContain('Not drawn: epoch-test-error:');
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed)\b|@import|\b(src|href)="|url\((?!#|data:)/i);
    expect(
      page.replaceAll('http://www.w3.org/2000/svg', '').replaceAll('http://www.w3.org/1999/xlink', ''),
    ).not.toMatch(/https?:/);
  });

  it('escapes what was read from disk', () => {
    expect(page).toContain('a sweep &amp; more');
    expect(page).not.toContain('a sweep & more');
  });

  it('is light and dark, and for phones', () => {
    for (const part of ['prefers-color-scheme: dark', 'name="viewport"', 'max-width: 40rem', 'charset="utf-8"'])
      expect(page).toContain(part);
  });

  it('gives the same bytes each time', async () => {
    await regimes('report', SWEEP, '--out', folder.path('again.html'));
    expect(readFileSync(folder.path('again.html'), 'utf8')).toBe(page);
  });

  it('shows two sweeps side by side', async () => {
    const { code } = await regimes('report', SWEEP, OTHER, '--out', folder.path('two.html'));
    expect(code).toBe(0);
    const two = readFileSync(folder.path('two.html'), 'utf8');
    expect(isWellFormed(two)).toBe(true);
    expect(two).toContain('class="sides two"');
    expect(two.match(/<section>/g)).toHaveLength(2);
    const ids = [...two.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses what it cannot write or read', async () => {
    expectOneLineError(
      await refused('report', SWEEP, '--out', 'a.pdf'),
      /--out a.pdf; allowed: a file that ends in .html/,
    );
    expectOneLineError(await refused('report', folder.path('none')), /is not a sweep/);
    expect(existsSync('report.html')).toBe(false);
  });
});

describe('the command that reproduces a sweep', () => {
  /** The plan that a command line asks for, read as the program reads it. */
  async function planOf(line: string, out: string) {
    const words = line
      .split(' ')
      .slice(3)
      .map((word) => word.replace(/^'|'$/g, ''));
    let spec: ReturnType<typeof sweepSpecOf> | undefined;
    const command: Command = sweepCommand();
    command.exitOverride().action((options: { out: string }, self: Command) => {
      spec = sweepSpecOf({ ...options, out }, self);
    });
    await command.parseAsync(words, { from: 'user' });
    return planSweep(spec!, {});
  }

  it.each([
    ['--width 2 --batch 64 --steps 5 --train-images 128 --elr 0.001,0.003 --seed 1,2'],
    [
      '--model resnet18 --width 2 --batch 8 --steps 6 --elr 0.001 --momentum 0.9 --schedule cosine --span 0.5:1 --factor 0.01',
    ],
    [
      '--width 2 --lr 0.1,0.2 --weight-decay 0.001 --epochs 1 --schedule step --milestones 10,20 --measure none --keep 5',
    ],
    [
      '--width 2 --steps 9 --elr 0.01 --batch 20 --train-images 100 --balanced --validation 0.1 --normalisation official --init-scale 3',
    ],
    ['--width 2 --steps 7 --elr 0.01 --norm group --groups 2 --last-layer invariant'],
    ['--model vit --width 1 --depth 2 --steps 7 --elr 0.01'],
    ['--width 2 --steps 90 --batch 500 --elr 0.01 --shuffled-labels --schedule linear --schedule-by epoch'],
    ['--width 2 --steps 7 --elr 0.01 --full-batch --loss squared --order sequential --projection group --corrupt 0.25'],
  ])('plans the same runs again: %s', async (options) => {
    const plan = await planOf(`npx regimes sweep ${options} --out x`, folder.path('nowhere'));
    const again = await planOf(sweepCommandOf(plan.runs, 'x'), folder.path('nowhere'));
    expect(again.runs.map(({ configuration }) => configuration)).toEqual(
      plan.runs.map(({ configuration }) => configuration),
    );
  });

  it('quotes what a shell would take apart', () => {
    const { runs } = readSweepPlan(SWEEP);
    expect(sweepCommandOf(runs, SWEEP)).toContain(`--out '${SWEEP}'`);
    // A run that was lengthened is asked for as it was at first, and what was done to it is said.
    const { steps } = runs[0]!.configuration;
    const longer = {
      ...runs[0]!,
      configuration: { ...runs[0]!.configuration, steps: 2 * steps },
      lengthenedFrom: steps,
    };
    expect(sweepCommandOf([longer, ...runs.slice(1)], SWEEP)).toBe(sweepCommandOf(runs, SWEEP));
    expect(lengthenedComments([longer, ...runs.slice(1)])).toEqual([
      `# then L in regimes watch, until ${longer.folder} has ${2 * steps} steps`,
    ]);
    expect(sweepCommandOf(runs, "it's")).toContain(`--out 'it'\\''s'`);
    writeFileSync(
      folder.path('say.sh'),
      `printf '%s\\n' ${sweepCommandOf(runs, "it's & more").replace('npx regimes', '')}\n`,
    );
    expect(
      execFileSync('sh', [folder.path('say.sh')])
        .toString()
        .trim()
        .split('\n')
        .at(-1),
    ).toBe("it's & more");
  });
});
