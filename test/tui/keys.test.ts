import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { headerLine, keyLine } from '../../tui/frame-lines.js';
import { type Bounds, bounded, type Choice, FIRST_CHOICE, keyNames, pageOf, press } from '../../tui/keys.js';
import { lineText } from '../../tui/styled.js';

const NO_KEY = {} as Key;
const BOUNDS: Bounds = {
  runs: 5,
  firstCursor: 2,
  screen: 10,
  scrollLimit: (page) => (page === 'table' || page === 'help' ? 7 : undefined),
};
const pressed = (...names: string[]): Choice => names.reduce((now, name) => press(now, name, BOUNDS), FIRST_CHOICE);
const cursorAfter = (...names: string[]): number => bounded(pressed(...names), BOUNDS).cursor;

describe('keys', () => {
  it('o, c, r, t choose a view and leave the help', () => {
    expect(['o', 'c', 'r', 't'].map((name) => pageOf(pressed(name)))).toEqual(['overview', 'curves', 'runs', 'table']);
    expect(pageOf(pressed('?', 'c'))).toBe('curves');
  });

  it('? shows and hides the help, Escape hides it', () => {
    expect(pageOf(pressed('c', '?'))).toBe('help');
    expect(pageOf(pressed('c', '?', '?'))).toBe('curves');
    expect(pageOf(pressed('c', '?', 'escape'))).toBe('curves');
    expect(pageOf(pressed('c', 'escape'))).toBe('curves');
  });

  it('arrows move the cursor from the first run of interest, within the runs', () => {
    expect(cursorAfter()).toBe(2);
    expect(cursorAfter('rightArrow')).toBe(3);
    expect(cursorAfter('leftArrow', 'leftArrow', 'leftArrow')).toBe(0);
    expect(cursorAfter(...Array(9).fill('rightArrow'))).toBe(4);
    expect(cursorAfter('r', 'downArrow')).toBe(3);
    expect([cursorAfter('home'), cursorAfter('end')]).toEqual([0, 4]);
  });

  it('up and down scroll the table, no further than it goes, and leave the cursor', () => {
    expect(bounded(pressed('t', 'downArrow'), BOUNDS)).toEqual({ cursor: 2, scroll: 1 });
    expect(pressed('t', 'pageDown', 'pageDown', 'upArrow').scroll).toBe(6);
    expect(pressed('t', 'downArrow', 'c').scroll).toBe(0);
    expect(cursorAfter('t', 'rightArrow')).toBe(3);
  });

  it('keep the cursor on a run when there are fewer', () => {
    expect(bounded(pressed('end'), { ...BOUNDS, runs: 2 }).cursor).toBe(1);
    expect(bounded(pressed('end'), { ...BOUNDS, runs: 0 }).cursor).toBe(0);
  });

  it('are told apart in what Ink reports, several letters at a time too', () => {
    expect(keyNames('', { ...NO_KEY, leftArrow: true })).toEqual(['leftArrow']);
    expect(keyNames('hjkl', NO_KEY)).toEqual(['leftArrow', 'downArrow', 'upArrow', 'rightArrow']);
    expect(keyNames('ct\x03', NO_KEY)).toEqual(['c', 't', 'interrupt']);
    expect(keyNames('c', { ...NO_KEY, ctrl: true })).toEqual(['interrupt']);
    expect(keyNames('', { ...NO_KEY, escape: true, meta: true })).toEqual(['escape']);
    expect(keyNames('q', { ...NO_KEY, meta: true })).toEqual([]);
    expect(pressed('z', 'Q', '1')).toEqual(FIRST_CHOICE);
  });
});

describe('title and keys', () => {
  const header = (title: string, status: string, width: number): string => lineText(headerLine(title, status, width));

  it('cuts the title before the status', () => {
    expect(header('convnet width 4', '3 of 10 runs', 60)).toBe('convnet width 4   3 of 10 runs');
    expect(header('convnet width 4, some data', '3 of 10 runs', 35)).toBe('convnet width 4, so…   3 of 10 runs');
    expect(header('a title that is long', 'x'.repeat(99), 40)).toBe(`a title tha…   ${'x'.repeat(24)}…`);
    for (let width = 0; width < 90; width++)
      expect(header('a title that is long', 'a status that is long', width).length).toBeLessThanOrEqual(width);
  });

  it('names every key and puts the page shown in brackets', () => {
    expect(lineText(keyLine('overview', 80))).toBe(
      '[o overview] c curves  r runs  t table  arrows move  ? help  q quit',
    );
    expect(lineText(keyLine('runs', 60))).toBe(' o  c [r] t  arrows  ? help  q quit');
    expect(lineText(keyLine('help', 20))).toBe('[? help] q quit');
  });
});
