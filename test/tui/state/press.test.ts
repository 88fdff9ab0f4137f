import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keyNames } from '../../../tui/state/key-names.js';
import { commandOf, press } from '../../../tui/state/press.js';
import {
  type AppState,
  type Bounds,
  cursorElr,
  firstState,
  pageOf,
  VIEW_KEYS,
  VIEWS,
} from '../../../tui/state/state.js';
import { MOST_STEPS } from '../../../tui/state/toy-fields.js';

const NO_KEY = {} as Key;
const ELRS = [1e-3, 1e-2, 1e-1, 1, 10];
const BOUNDS: Bounds = {
  elrs: ELRS,
  firstElr: 1e-1,
  scale: 2,
  listed: ELRS.map((elr) => ({ folder: `run ${elr}`, elr })),
  settings: 3,
  screen: 10,
  predictions: 20,
  scrollLimit: (page) => (page === 'explanation' || page === 'help' ? 7 : undefined),
};
const FIRST = firstState([1, 2, 4]);
const pressedFrom = (state: AppState, ...names: string[]): AppState =>
  names.reduce((now, name) => press(now, name, BOUNDS), state);
const pressed = (...names: string[]): AppState => pressedFrom(FIRST, ...names);
const elrAfter = (...names: string[]): number | undefined => cursorElr(pressed(...names), BOUNDS);
const letters = (text: string): string[] => [...text];

describe('keys for what is shown', () => {
  it('one key a view, which leaves the help', () => {
    for (const view of VIEWS) expect(pageOf(pressed('?', VIEW_KEYS[view]))).toBe(view);
    expect(new Set(Object.values(VIEW_KEYS)).size).toBe(VIEWS.length);
  });

  it('? shows and hides the help, Escape hides it; the first hint goes with the first key', () => {
    expect(pageOf(pressed('c', '?'))).toBe('help');
    expect(pageOf(pressed('c', '?', '?'))).toBe('curves');
    expect(pageOf(pressed('c', '?', 'escape'))).toBe('curves');
    expect([FIRST.hint, pressed('z').hint]).toEqual([true, false]);
  });

  it('Tab, Shift-Tab, 1 and 2 give the focus', () => {
    expect(pressed('tab').side).toBe('toy');
    expect(pressed('tab', 'shiftTab').side).toBe('network');
    expect([pressed('1').side, pressed('1', '2').side]).toEqual(['toy', 'network']);
  });

  it('x and y flip the axes of the view shown, g the theory, v m s what curves show', () => {
    expect(pressed('x').flipped).toEqual({ x: ['overview'], y: [] });
    expect(pressed('c', 'y', 'o', 'x', 'x').flipped).toEqual({ x: [], y: ['curves'] });
    expect([pressed('g').theory, pressed('g', 'g').theory]).toEqual([false, true]);
    const { quantity, clock, smoothing } = pressed('c', 'v', 'm', 's');
    expect({ quantity, clock, smoothing }).toEqual({ quantity: 'error', clock: 'epoch', smoothing: 0.8 });
    expect(pressed('s', 's', 's', 's').smoothing).toBe(0);
    expect(pressed('d', 'v')).toMatchObject({ phaseQuantity: 'noiseShare', quantity: 'loss' });
    expect(pressed('d', 'v', 'v', 'v', 'v').phaseQuantity).toBe('regime');
  });

  it('[ and ] choose another setting, within those that there are', () => {
    expect(pressed(']', ']', ']', ']').setting).toBe(2);
    expect(pressed(']', '[', '[').setting).toBe(0);
  });
});

describe('the one cursor', () => {
  it('moves from the first run of interest, within the runs', () => {
    expect(elrAfter()).toBe(1e-1);
    expect(elrAfter('rightArrow')).toBe(1);
    expect(elrAfter('h', 'h', 'h')).toBe(1e-3);
    expect(elrAfter(...Array(9).fill('l'))).toBe(10);
    expect(elrAfter('downArrow')).toBe(1);
    expect([elrAfter('home'), elrAfter('end')]).toEqual([1e-3, 10]);
  });

  it('between two runs goes to the neighbour first', () => {
    const between = { ...FIRST, elr: 0.5 };
    expect(pressedFrom(between, 'leftArrow').elr).toBe(1e-1);
    expect(pressedFrom(between, 'rightArrow').elr).toBe(1);
    expect(pressedFrom({ ...FIRST, elr: 100 }, 'leftArrow').elr).toBe(10);
    expect(pressedFrom({ ...FIRST, elr: 100 }, 'rightArrow').elr).toBe(10);
    expect(pressedFrom({ ...FIRST, elr: 1e-6 }, 'leftArrow').elr).toBe(1e-3);
  });

  it('scrolls pages instead, no further than they go', () => {
    expect(pressed('?', 'j', 'j').scroll).toBe(2);
    expect(pressed('?', 'end').scroll).toBe(7);
    expect(pressed('?', ' ', 'k').scroll).toBe(6);
    expect(pressed('?', 'end', 'home').scroll).toBe(0);
    expect(pressed('?', 'j', '?').scroll).toBe(0);
  });

  it('chooses a row of the predictions, which Enter explains and Enter or Escape leaves', () => {
    expect(pressed('t', 'j', 'j', 'k').row).toBe(1);
    expect(pressed('t', ' ').row).toBe(10);
    expect(pressed('t', 'end', 'j').row).toBe(19);
    expect(pressed('t', 'end', 'home').row).toBe(0);
    const explained = pressed('t', 'j', 'return');
    expect(explained).toMatchObject({ explained: true, row: 1 });
    expect(pageOf(explained)).toBe('explanation');
    expect(pressedFrom(explained, 'j').scroll).toBe(1);
    for (const key of ['return', 'escape', 't'])
      expect(pressedFrom(explained, 'j', key)).toMatchObject({ explained: false, row: 1, scroll: 0, view: 'table' });
    // Elsewhere it edits the toy.
    expect(pressedFrom(explained, 'o', '1', 'return').edit?.field).toBe('ELR');
    expect(press(pressed('t'), 'return', { ...BOUNDS, predictions: 0 }).explained).toBe(false);
  });

  it('without runs stays where it is', () => {
    const none: Bounds = { ...BOUNDS, elrs: [], firstElr: undefined, listed: [] };
    for (const name of ['leftArrow', 'downArrow', 'end', ' ', 'p', '+'])
      expect(press(press(FIRST, 'r', none), name, none).elr).toBeUndefined();
  });
});

describe('the toy by hand', () => {
  it('up and down choose a setting, + and - change it', () => {
    expect(pressed('1', 'j', 'j', '+').toy.alpha).toEqual([1, 2.52, 4]);
    expect(pressed('1', 'j', ...Array(10).fill('+')).toy.alpha[0]).toBeCloseTo(10, 1);
    expect(pressed('1', 'end', '+').toy.weightDecay).toBe(0.001);
    expect(pressed('1', 'end', '+', '-', '-').toy.weightDecay).toBe(0);
    expect(pressed('1', 'j', 'j', 'j', 'j', '-').toy.steps).toBe(1500);
    expect(pressed('1', 'j', 'j', 'j', 'j', ...Array(20).fill('+')).toy.steps).toBe(MOST_STEPS);
  });

  it('noises, a set of samples and its batches are fields too, those of batches where there is a set', () => {
    const typed = (field: number, text: string, from = FIRST): AppState =>
      pressedFrom({ ...from, side: 'toy', field }, 'return', ...letters(text), 'return');
    expect(typed(6, 'exponential').toy).toMatchObject({ law: 'exponential', secondMoment: 2 });
    const factors = typed(6, 'bernoulli:4');
    expect(factors.toy).toMatchObject({ law: 'bernoulli', secondMoment: 4 });
    expect(typed(6, 'none', factors).toy.secondMoment).toBe(1);
    expect(typed(6, 'cauchy:2').edit?.complaint).toContain('Allowed: bernoulli, exponential, lognormal');
    expect(typed(6, 'lognormal').edit?.complaint).toContain('like lognormal:2');
    expect(pressedFrom({ ...FIRST, side: 'toy', field: 6 }, '+', '+', '-', '-').toy.secondMoment).toBe(1);
    expect(pressedFrom({ ...FIRST, side: 'toy', field: 6 }, '+').toy.secondMoment).toBe(1.25);
    // Without a set the eighth field is weight decay.
    expect(pressedFrom({ ...FIRST, side: 'toy', field: 8 }, '+').toy.weightDecay).toBe(0.001);
    const set = typed(7, '50');
    expect(set.toy).toMatchObject({ samples: 50, batch: 1 });
    const batch = typed(8, '10', set);
    expect(batch.toy.batch).toBe(10);
    expect(typed(8, '51', set).edit?.complaint).toContain('up to the 50 samples');
    expect(typed(9, 'without', batch).toy.sampling).toBe('without');
    expect(pressedFrom({ ...batch, field: 9 }, '+').toy.sampling).toBe('without');
    // A batch is no larger than the set.
    expect(typed(7, '4', batch).toy).toMatchObject({ samples: 4, batch: 4 });
    expect(typed(7, '0', batch).toy).toMatchObject({ samples: 0, batch: 1 });
    expect(typed(7, '5000').edit?.complaint).toContain('4096 samples at most');
  });

  it('its ELR is the cursor of both sides', () => {
    // The toy is at twice the network's ELR here: 0.2, then 0.252.
    expect(elrAfter('1', '+')).toBeCloseTo(0.126, 12);
    expect(elrAfter('1', 'return', ...Array(3).fill('backspace'), ...letters('0.5'), 'return')).toBe(0.25);
  });

  it('a, then a list, sets all alphas; a list that is none says what is allowed and stays', () => {
    const typed = (text: string): AppState => pressed('a', ...Array(5).fill('backspace'), ...letters(text), 'return');
    expect(typed('3,5').toy.alpha).toEqual([3, 5]);
    expect(typed('3,5').edit).toBeUndefined();
    for (const text of ['', '0,1', '1,x', '-2'])
      expect(typed(text)).toMatchObject({
        toy: FIRST.toy,
        edit: { text, complaint: expect.stringContaining('Allowed') },
      });
    expect(typed('1,1,1,1,1,1,1,1,1,1,1,1,1').edit?.complaint).toContain('12 groups');
    expect(pressedFrom(typed('0'), 'escape')).toMatchObject({ toy: FIRST.toy, edit: undefined });
  });

  it('letters that are typed are no keys', () => {
    const typing = pressed('a', ...letters('qe?w'));
    expect(typing.edit?.text).toBe('qe?w');
    expect(commandOf(typing, 'q')).toBeUndefined();
    expect(commandOf(typing, 'interrupt')).toBe('interrupt');
    expect(['q', 'e', 'w', 'o'].map((name) => commandOf(FIRST, name))).toEqual(['quit', 'export', 'work', undefined]);
  });

  it('the first letter takes the place of the text, a filter included; Backspace and the keys of shells change it', () => {
    expect(pressed('a', ...letters('3,5')).edit?.text).toBe('3,5');
    expect(pressed('a', 'backspace', ...letters('5')).edit?.text).toBe('1,2,5');
    expect(pressed('a', ...letters('3'), 'backspace', ...letters('7')).edit?.text).toBe('7');
    const filtered = (...names: string[]) => pressed('r', '/', ...letters('diver'), 'return', '/', ...names);
    expect(filtered().edit).toMatchObject({ text: 'diver', untouched: true });
    expect(filtered().filter).toBe('diver');
    expect(filtered(...letters('co'))).toMatchObject({ filter: 'co', edit: { text: 'co' } });
    expect(filtered('lineEnd', ...letters('g')).filter).toBe('diverg');
    expect(filtered('lineStart', ...letters('a')).filter).toBe('adiver');
    expect(filtered('killToStart').filter).toBe('');
    expect(filtered('killToStart', ...letters('x')).filter).toBe('x');
    expect(filtered('leftArrow', 'leftArrow', 'backspace').filter).toBe('dier');
    expect(filtered('home', 'rightArrow', 'rightArrow', 'killToEnd').filter).toBe('di');
    expect(filtered('end', ...letters(' elr'), 'killWord').filter).toBe('diver');
    // What is moved in a line moves no cursor of the table.
    expect(filtered('leftArrow').elr).toBe(pressed('r').elr);
  });

  it('the chosen setting stays one of those that are left', () => {
    const few = pressedFrom(pressed('1', 'end', 'a'), ...Array(5).fill('backspace'), '3', 'return');
    expect(few.toy.alpha).toEqual([3]);
    expect(pressedFrom(few, '+').toy.weightDecay).toBe(0.001);
  });
});

describe('z', () => {
  it('shows the last half of curves, the last tenth, and all again; elsewhere it does nothing', () => {
    const parts = [1, 2, 3].map((times) => pressed('c', ...Array(times).fill('z')).lastPart);
    expect(parts).toEqual([0.5, 0.1, 1]);
    expect(pressed('c', 'z', 'd').lastPart).toBe(0.5);
    expect(pressed('z').lastPart).toBe(1);
  });
});

describe('Enter and Escape', () => {
  it('Enter on a run leads to its curves, and Escape back to where it was', () => {
    for (const [key, view] of [
      ['o', 'overview'],
      ['r', 'runs'],
      ['n', 'plane'],
    ] as const) {
      const open = pressed(key, 'rightArrow', 'return');
      expect(open).toMatchObject({ view: 'curves', from: view, elr: pressed(key, 'rightArrow').elr });
      expect(pressedFrom(open, 'return')).toEqual(open);
      expect(pressedFrom(open, 'escape')).toEqual({ ...pressed(key, 'rightArrow'), hint: false });
    }
    // A key of a view is no way that Escape would go back.
    expect(pressed('r', 'return', 'd', 'escape').view).toBe('diagram');
    expect(pressed('r', 'c', 'escape').view).toBe('curves');
    // What the run table has chosen stays for its curves; help is closed first.
    expect(pressed('r', ' ', 'return', 'escape').selected).toEqual(['run 0.1']);
    expect(pressed('r', 'return', '?', 'escape')).toMatchObject({ view: 'curves', help: false });
  });

  it('Enter types a setting where the toy has the focus, but in the run table', () => {
    expect(pressed('1', 'return').edit).toBeDefined();
    expect(pressed('r', '1', 'return')).toMatchObject({ view: 'curves', from: 'runs', edit: undefined });
  });

  it('Enter leads nowhere without a run', () => {
    const none: Bounds = { ...BOUNDS, elrs: [], firstElr: undefined, listed: [] };
    expect(press(FIRST, 'return', none).view).toBe('overview');
  });
});

describe('the table of predictions', () => {
  it('/ filters it from its first row; Escape clears the filter, also of an explanation that is left', () => {
    const typing = pressed('t', 'j', 'j', '/', ...letters('fail'));
    expect(typing).toMatchObject({ view: 'table', rowFilter: 'fail', row: 0, filter: '' });
    const kept = pressedFrom(typing, 'return', 'j');
    expect(kept).toMatchObject({ rowFilter: 'fail', row: 1, edit: undefined });
    expect(pressedFrom(kept, 'return', 'escape')).toMatchObject({ explained: false, rowFilter: 'fail', row: 1 });
    expect(pressedFrom(kept, 'return', '/')).toMatchObject({ explained: false, edit: { text: 'fail' } });
    expect(pressedFrom(kept, 'escape')).toMatchObject({ view: 'table', rowFilter: '', row: 0 });
    expect(pressedFrom(typing, 'escape')).toMatchObject({ rowFilter: '', edit: undefined });
    // Elsewhere it is the runs that are filtered.
    expect(pressed('t', '?', '/').view).toBe('runs');
  });
});

describe('the run table', () => {
  it('/ filters as it is typed; Enter keeps, Escape clears', () => {
    expect(pressed('/', ...letters('div'))).toMatchObject({ view: 'runs', filter: 'div' });
    expect(pressed('/', ...letters('div'), 'return')).toMatchObject({ filter: 'div', edit: undefined });
    expect(pressed('/', ...letters('div'), 'escape').filter).toBe('');
    expect(pressed('/', ...letters('div'), 'return', 'escape').filter).toBe('');
  });

  it('Space selects the run at the cursor, p pins it; again lets go', () => {
    expect(pressed('r', ' ', 'j', ' ').selected).toEqual(['run 0.1', 'run 1']);
    expect(pressed('r', ' ', ' ').selected).toEqual([]);
    expect(pressed('c', ' ')).toMatchObject({ selected: [], elr: undefined });
    expect(pressed('r', 'p').baseline).toBe('run 0.1');
    expect(pressed('r', 'p', 'p').baseline).toBeUndefined();
    expect(pressed('r', ' ', 'p', 'escape')).toMatchObject({ selected: [], baseline: 'run 0.1' });
    expect(pressed('r', ' ', 'p', 'escape', 'escape').baseline).toBeUndefined();
  });

  it('s sorts by the next column, S turns it round; the cursor moves in that order', () => {
    expect(pressed('r', 's').sort).toEqual({ by: 'state', falling: false });
    expect(pressed('r', 's', 'S').sort).toEqual({ by: 'state', falling: true });
    const turned: Bounds = { ...BOUNDS, listed: BOUNDS.listed.toReversed() };
    expect(press(pressed('r'), 'j', turned).elr).toBe(1e-2);
  });
});

describe('names of keys', () => {
  it('are told apart in what Ink reports, several letters at a time too', () => {
    expect(keyNames('', { ...NO_KEY, leftArrow: true })).toEqual(['leftArrow']);
    expect(keyNames('hj\r', NO_KEY)).toEqual(['h', 'j', 'return']);
    expect(keyNames('ct\x03', NO_KEY)).toEqual(['c', 't', 'interrupt']);
    expect(keyNames('c', { ...NO_KEY, ctrl: true })).toEqual(['interrupt']);
    expect(keyNames('u', { ...NO_KEY, ctrl: true })).toEqual(['killToStart']);
    expect(keyNames('z', { ...NO_KEY, ctrl: true })).toEqual(['suspend']);
    expect(keyNames('space', { ...NO_KEY, ctrl: true })).toEqual([]);
    expect(keyNames('ab\x15c\x1a', NO_KEY)).toEqual(['a', 'b', 'killToStart', 'c', 'suspend']);
    expect(keyNames('', { ...NO_KEY, escape: true, meta: true })).toEqual(['escape']);
    expect(keyNames('q', { ...NO_KEY, meta: true })).toEqual([]);
    expect(keyNames('', { ...NO_KEY, tab: true, shift: true })).toEqual(['shiftTab']);
    expect(keyNames('', { ...NO_KEY, delete: true })).toEqual(['backspace']);
    expect(keyNames('\x7f\x7f1', NO_KEY)).toEqual(['backspace', 'backspace', '1']);
  });
});
