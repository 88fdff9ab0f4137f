import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { regimes, temporaryFolder } from '../../cli.js';
import { TYPICAL, writeSweep } from '../recorded.js';

/** The report in headless Chromium, where Debian's chromium-headless-shell is there (64 MB, so not in CI); skipped elsewhere. */
const BROWSERS = ['chromium-headless-shell', 'chromium', 'google-chrome'];
const browser = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => BROWSERS.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const folder = temporaryFolder();
afterAll(folder.remove);

interface Seen {
  /** Width of the window, and of what is in it. */
  readonly width: number;
  readonly content: number;
  readonly fonts: boolean;
  readonly background: string;
  readonly figures: number;
  /** Texts of figures that leave their picture, and pairs of texts that lie on each other. */
  readonly cut: readonly string[];
  readonly overlapping: readonly string[];
  readonly errors: readonly string[];
}

/** Run in the browser, beside the page. */
const PROBE = `
addEventListener('load', async () => {
  const frame = document.querySelector('iframe');
  const page = frame.contentDocument;
  await page.fonts.ready;
  const svgs = [...page.querySelectorAll('figure svg')];
  const cut = [], overlapping = [];
  for (const svg of svgs) {
    const edge = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => !text.hasAttribute('stroke') && text.textContent !== '');
    const scale = edge.width / svg.viewBox.baseVal.width;
    const boxes = texts.map((text) => ({
      text: text.textContent, box: text.getBoundingClientRect(), size: scale * parseFloat(text.getAttribute('font-size')),
    }));
    for (const { text, box } of boxes)
      if (box.left < edge.left - 0.5 || box.right > edge.right + 0.5 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1) cut.push(text);
    // A line of this font is 1.42 of its size high, its letters from top to tail 0.93: what is between may overlap.
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      const line = Math.min(a.size, b.size);
      if (across > 0.15 * line && down > 0.49 * line) overlapping.push(a.text + ' / ' + b.text + ' in ' + svg.getAttribute('aria-label'));
    }));
  }
  const seen = {
    width: frame.clientWidth, content: page.documentElement.scrollWidth,
    fonts: page.fonts.check('12px "Source Sans 3"'), figures: svgs.length,
    background: getComputedStyle(page.body).backgroundColor, cut, overlapping, errors: window.problems,
  };
  document.body.innerHTML = '<pre>' + JSON.stringify(seen).replaceAll('&', '&amp;').replaceAll('<', '&lt;') + '</pre>';
});`;

function look(page: string, width: number, dark = false): Seen {
  const frame = folder.path(`frame-${width}-${dark}.html`);
  writeFileSync(
    frame,
    `<!DOCTYPE html><script>window.problems = []; addEventListener('error', (e) => problems.push(e.message));${PROBE}</script>` +
      `<body style="margin:0"><iframe src="${page}" style="border:0;width:${width}px;height:3000px"></iframe></body>`,
  );
  const scheme = dark ? ['--blink-settings=preferredColorScheme=0'] : ['--blink-settings=preferredColorScheme=1'];
  const out = execFileSync(
    browser!,
    [
      ...['--no-sandbox', '--disable-gpu', '--allow-file-access-from-files', '--virtual-time-budget=5000', ...scheme],
      ...[`--user-data-dir=${folder.path('profile')}`, '--window-size=1600,3000', '--dump-dom', `file://${frame}`],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], timeout: 200_000 },
  ).toString();
  // The first one is that of the script.
  const text = out.slice(out.lastIndexOf('<pre>') + '<pre>'.length, out.lastIndexOf('</pre>'));
  return JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')) as Seen;
}

describe.skipIf(browser === undefined)('a report in a browser', () => {
  beforeAll(async () => {
    writeSweep(folder.path('sweep'), TYPICAL);
    await regimes('report', folder.path('sweep'), '--out', folder.path('page.html'));
    await regimes('report', folder.path('sweep'), folder.path('sweep'), '--out', folder.path('two.html'));
  });

  it.each([360, 500, 820, 1400])('%i pixels wide it has no text cut off, on another or beyond the window', (width) => {
    const seen = look('page.html', width);
    expect(seen).toMatchObject({ width, fonts: true, cut: [], overlapping: [], errors: [] });
    expect(seen.content).toBeLessThanOrEqual(width);
    expect(seen.figures).toBeGreaterThan(7);
  });

  it('is light or dark as the reader has it, and two sweeps fit beside each other', () => {
    expect(look('page.html', 820).background).toBe('rgb(255, 255, 255)');
    expect(look('page.html', 820, true).background).toBe('rgb(22, 24, 28)');
    const two = look('two.html', 1500);
    expect(two).toMatchObject({ cut: [], overlapping: [] });
    expect(two.content).toBeLessThanOrEqual(1500);
  });

  it('notices text that is cut off and text that lies on other text', () => {
    const page = readFileSync(folder.path('page.html'), 'utf8');
    writeFileSync(folder.path('broken.html'), page.replaceAll('font-size="13px"', 'font-size="40px"'));
    const seen = look('broken.html', 820);
    expect(seen.cut.length).toBeGreaterThan(0);
    expect(seen.overlapping.length).toBeGreaterThan(0);
  });
});
