import { expect, it } from 'vitest';
import { csvLine } from '../../../src/system/csv.js';

it('quotes as RFC 4180 says, and only where it says so', () => {
  expect(csvLine(['plain', 'a,b', 'say "no"', 'two\nlines', 'cr\r', ' space ', ''])).toBe(
    'plain,"a,b","say ""no""","two\nlines","cr\r", space ,\n',
  );
});

it('has all digits of numbers, and words for what is none', () => {
  expect(csvLine([0.1 + 0.2, -0, 1e21, Number.NaN, 1 / 0, -1 / 0, null, undefined, true])).toBe(
    '0.30000000000000004,0,1e+21,nan,inf,-inf,,,true\n',
  );
});
