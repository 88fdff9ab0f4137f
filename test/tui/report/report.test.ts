import { readFileSync } from 'node:fs';
import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fontFiles } from '../../../tui/export/fonts.js';
import { contrast, lighterRules, seenOn } from '../../../tui/report/dark-colors.js';
import { element, escaped, raw } from '../../../tui/report/html.js';
import { inlineSvg } from '../../../tui/report/inline-svg.js';
import { woffOf } from '../../../tui/report/woff.js';

describe('HTML', () => {
  it('takes no text for markup', () => {
    const text = '<script>alert("1")</script> & \'x\'';
    expect(element('p', { title: text }, text).markup).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>',
    );
    expect(element('p', {}, ['a<', raw('<b>c</b>')]).markup).toBe('<p>a&lt;<b>c</b></p>');
  });

  it('has no character that a strict parser refuses', () => {
    expect(escaped('a\u0000b\u001b[31m\ud800c\ufffe\t\u{1f600}')).toBe('a\ufffdb\ufffd[31m\ufffdc\ufffd\t\u{1f600}');
  });
});

describe('a figure in a page', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" class="marks" width="3.5in" height="2in" viewBox="0 0 10 20">' +
    '<defs><clipPath id="clip0"><rect/></clipPath></defs><g clip-path="url(#clip0)"/></svg>';

  it('is as wide as there is room, with names of its own', () => {
    expect(inlineSvg(svg, { prefix: 'a-', label: 'loss & "ELR"' }).markup).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="loss &amp; &quot;ELR&quot;" viewBox="0 0 10 20">' +
        '<defs><clipPath id="a-clip0"><rect/></clipPath></defs><g clip-path="url(#a-clip0)"/></svg>',
    );
    expect(() => inlineSvg('<p/>', { prefix: '', label: '' })).toThrow('not the SVG of a figure');
  });

  it('is seen on a dark page: contrast as WCAG 2 defines it', () => {
    // Black on white, and the grey that just reaches 4.5 there, are examples of WCAG.
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 9);
    expect(contrast('#767676', '#ffffff')).toBeGreaterThan(4.5);
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
    for (const color of ['#000000', '#440154', '#8f1d66', '#2a9bd0'])
      for (const least of [3, 4.5])
        expect(contrast(seenOn('#1e2126', color, least), '#1e2126')).toBeGreaterThanOrEqual(least);
    expect(seenOn('#1e2126', '#2a9bd0', 3)).toBe('#2a9bd0');
  });

  it('changes only what cannot be seen, of text more than of lines', () => {
    const rules = lighterRules(
      ['<path stroke="#440154" fill="none"/><text fill="#8f1d66">x</text><path fill="#2a9bd0" stroke="#222222"/>'],
      { ground: '#1e2126', selector: 'svg', known: ['#222222'] },
    );
    expect(rules.split('\n')).toHaveLength(2);
    expect(rules).toMatch(/svg \[stroke="#440154"\] \{ stroke: #[0-9a-f]{6}; \}/);
    expect(rules).toMatch(/svg text\[fill="#8f1d66"\] \{ fill: #[0-9a-f]{6}; \}/);
  });
});

/** The tables of a WOFF file as its specification has them, read here so that the writer has no say. */
function unpack(woff: Uint8Array) {
  const view = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  const tables = Array.from({ length: view.getUint16(12) }, (_, i) => {
    const entry = 44 + 20 * i;
    const [offset, packed, length] = [4, 8, 12].map((at) => view.getUint32(entry + at)) as [number, number, number];
    const data = woff.subarray(offset, offset + packed);
    const name = String.fromCharCode(...woff.subarray(entry, entry + 4));
    return { name, offset, checksum: view.getUint32(entry + 16), data: packed < length ? unzlibSync(data) : data };
  });
  const [signature, , size, , plainSize] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at));
  return { signature, size, plainSize, tables };
}

it('the font of the page is that of the figures, table by table', () => {
  const font = readFileSync(fontFiles()[0]!);
  const woff = woffOf(font);
  const { signature, size, plainSize, tables } = unpack(woff);
  expect([signature, size]).toEqual([0x774f4646, woff.length]);
  expect(woff.length).toBeLessThan(font.length / 2);
  expect(plainSize).toBe(font.length);
  for (const [i, { name, offset, checksum, data }] of tables.entries()) {
    const entry = 12 + 16 * i;
    expect(name).toBe(font.toString('latin1', entry, entry + 4));
    expect([checksum, offset % 4]).toEqual([font.readUInt32BE(entry + 4), 0]);
    const at = font.readUInt32BE(entry + 8);
    expect(font.subarray(at, at + font.readUInt32BE(entry + 12)).equals(Buffer.from(data))).toBe(true);
  }
});
