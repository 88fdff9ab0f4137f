import { describe, expect, it } from 'vitest';
import { formatTable } from '../../../src/text/output.js';
import { printable } from '../../../src/text/printable.js';

describe('text that others wrote', () => {
  it.each([
    ['es\u001b[31mc', 'es\\u001b[31mc'],
    ['new\nline\r\ttab', 'new\\nline\\r\\ttab'],
    ['\u0000\u007f\u009b', '\\u0000\\u007f\\u009b'],
    // Marks that turn the direction of writing, and ones that nobody sees.
    ['a\u202eb\u200bc\ufeff', 'a\\u202eb\\u200bc\\ufeff'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['Größe λ 数 😀 \\n', 'Größe λ 数 😀 \\n'],
  ])('%j is printed as %s', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('takes one line of a table, as wide as it is printed', () => {
    expect(formatTable([{ title: 'run' }, { title: 'x' }], [['a\nb', '1']])).toBe('run   x\na\\nb  1');
  });
});
