import { describe, expect, it } from 'vitest';
import { besides, fitHeight, fitLine, joinSpans, lineText } from '../../../tui/line/styled.js';
import { firstFitting, numberList, scrolled, scrollLimit } from '../../../tui/line/view-options.js';
import { textOf } from '../text.js';

describe('lines', () => {
  it('are cut or filled to a width, and joined to blocks', () => {
    const line = [{ text: 'ab', bold: true }, { text: 'cd' }];
    expect([0, 1, 3, 4, 6].map((width) => lineText(fitLine(line, width)))).toEqual(['', 'a', 'abc', 'abcd', 'abcd  ']);
    expect(textOf(besides([line], [line, line], 3, 1))).toEqual(['abc abc', '    abc']);
    expect(textOf(fitHeight([line], 2))).toEqual(['abcd', '']);
    expect(fitHeight([line, line], 1)).toHaveLength(1);
  });

  it('keep text and styles where pieces are joined', () => {
    const cells = [...'──── x ──'].map((text) => (text === 'x' ? { text, color: 'red' } : { text, dim: true }));
    expect(joinSpans(cells)).toEqual([
      { text: '──── ', dim: true },
      { text: 'x ', color: 'red' },
      { text: '──', dim: true },
    ]);
    const inverse = [{ text: 'x', inverse: true }, { text: ' ' }];
    expect(joinSpans(inverse)).toEqual(inverse);
    // A background shows on blanks too, and parts what is otherwise alike.
    const backgrounds = [{ text: 'a', background: 'red' }, { text: 'b', background: 'blue' }, { text: ' ' }];
    expect(joinSpans(backgrounds)).toEqual(backgrounds);
    const blank = [{ text: 'a' }, { text: ' ', background: 'red' }];
    expect(joinSpans(blank)).toEqual(blank);
  });
});

describe('text for a width', () => {
  it('is the first way to say it that fits', () => {
    expect(firstFitting(9, 'long words', 'short one', 'x')).toBe('short one');
    expect(firstFitting(5, 'long words', 'short one')).toBe('shor…');
  });

  it('gives up digits, then numbers, of a list', () => {
    const list = (width: number) => lineText(numberList('w ', [0.12345, 0.2, 0.3], width));
    expect([20, 16, 13, 9].map(list)).toEqual(['w 0.123 0.200 0.300', 'w 0.12 0.20 0.30', 'w 0.12 +2', 'w 0.12 +2']);
    expect(lineText(numberList('w ', [Number.NaN], 9))).toBe('w nan');
  });

  it('scrolls from the first line to the last', () => {
    const lines = ['a', 'b', 'c', 'd', 'e'].map((text) => [{ text }]);
    const at = (scroll: number) => textOf(scrolled(lines, { height: 3, scroll }));
    expect(at(0)).toEqual(['a', 'b', '3 more lines: down or j']);
    expect(at(scrollLimit(5, 3))).toEqual(['d', 'e', 'the end; up or k for the lines above']);
    expect(at(99)).toEqual(at(scrollLimit(5, 3)));
    expect(textOf(scrolled(lines, { height: 6, scroll: 2 }))).toEqual(['a', 'b', 'c', 'd', 'e', '']);
    expect(scrollLimit(5, 5)).toBe(0);
  });
});
