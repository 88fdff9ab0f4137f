import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { EXPRESSION_LIMITS, loadAlgebra, parseExpression } from '../../../toy/function/expression.js';
import { MATH_FUNCTIONS } from '../../../toy/function/graph.js';
import { layoutOf } from '../../../toy/function/groups.js';

const { parse } = await loadAlgebra();
const coordinatesOf = (text: string) => parseExpression(parse, text).coordinates.toSorted();

/** The message of the UsageError that `act` throws. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('what an expression may contain', () => {
  it('is arithmetic, of which it names the coordinates', () => {
    expect(coordinatesOf('2 x1^2 / (x1^2 + y1^2) - -0x10 * pi + e^(+1) * b_2')).toEqual(['b_2', 'x1', 'y1']);
    expect(coordinatesOf(MATH_FUNCTIONS.map((name) => `${name}(x1)`).join('+'))).toEqual(['x1']);
  });

  it.each([
    ['f(x1) = x1', 'f(x1) = x1'],
    ['a = x1', 'a = x1'],
    ['x1.constructor', 'x1.constructor'],
    ['cos.constructor("return process")', 'cos.constructor('],
    ['cos.constructor("return process")()', 'cos.constructor('],
    ['cos["constructor"]("return process")', 'cos[\\"constructor\\"]('],
    ['x1["constructor"]', 'constructor'],
    ['import("fs")', 'import'],
    ['import({a: 1})', 'import'],
    ['evaluate("1")', 'evaluate'],
    ['parse("x1")', 'parse'],
    ['constructor(x1)', 'constructor(x1)'],
    ['toString(x1)', 'toString(x1)'],
    ['x1 ? 1 : 2', 'x1 ? 1 : 2'],
    ['x1 > 0', 'x1 > 0'],
    ['[x1, 2]', '[x1, 2]'],
    ['{a: x1}', 'x1'],
    ['x1:3', 'x1:3'],
    ['x1; y1', 'x1'],
    ['x1\ny1', 'x1'],
    ['"x1"', 'x1'],
    ["x1'", "x1'"],
    ['x1!', 'x1!'],
    ['x1 % 2', 'x1 % 2'],
    ['x1 .* y1', 'x1 .* y1'],
    ['x1 to cm', 'x1 to cm'],
    ['true', 'true'],
    ['1e999', 'Infinity'],
    ['gamma(x1)', 'gamma(x1)'],
    ['log(x1, 2)', 'log(x1, 2)'],
    ['sqrt()', 'sqrt()'],
    ['x1(y1 + 1)', 'x1(y1 + 1)'],
    ['sech(x1)', 'sech(x1)'],
    ['2 + x1.y', 'x1.y'],
  ])('is not %j', (text, piece) => {
    const message = refusal(() => parseExpression(parse, text));
    expect(message).toContain(piece);
    expect(message).toContain('allowed');
    expect(message).not.toContain('\n');
  });

  it.each(['`x1`', 'x1 +', '(x1', '$' + '{x1}', 'x1 => 1', '() => 1', 'x1..y', '1 2', '@', ''])(
    'cannot read %j',
    (text) => {
      expect(refusal(() => parseExpression(parse, text))).not.toContain('\n');
    },
  );

  it('is bounded in length, nesting and operations', () => {
    const { characters, nesting, nodes } = EXPRESSION_LIMITS;
    expect(refusal(() => parseExpression(parse, `x1${' '.repeat(characters)}`))).toContain(`up to ${characters}`);
    const nested = (depth: number) => `${'('.repeat(depth)}x1${')'.repeat(depth)}`;
    expect(coordinatesOf(nested(nesting))).toEqual(['x1']);
    expect(refusal(() => parseExpression(parse, nested(nesting + 1)))).toContain('nested deeper');
    const sum = (terms: number) => Array.from({ length: terms }, () => 'x1').join('+');
    expect(coordinatesOf(sum(nodes / 2))).toEqual(['x1']);
    expect(refusal(() => parseExpression(parse, sum(nodes / 2 + 1)))).toContain(`more than ${nodes}`);
    expect(refusal(() => parseExpression(parse, `${'-'.repeat(characters - 2)}x1`))).toContain('x');
  });
});

describe('groups', () => {
  it('are the numbers that names end in, in their order', () => {
    const { coordinates, groups } = layoutOf(['y10', 'x10', 'y2', 'x2', 'z2']);
    expect(coordinates).toEqual(['x2', 'y2', 'z2', 'x10', 'y10']);
    expect(groups).toEqual([
      { name: '2', start: 0, end: 3 },
      { name: '10', start: 3, end: 5 },
    ]);
  });

  it('are those declared, in the order declared', () => {
    const { coordinates, groups } = layoutOf(['a', 'b', 'c'], ' b , a ; c ');
    expect(coordinates).toEqual(['b', 'a', 'c']);
    expect(groups.map(({ name, start, end }) => [name, start, end])).toEqual([
      ['1', 0, 2],
      ['2', 2, 3],
    ]);
  });

  it.each([
    [['x', 'y1'], undefined, '"x" does not end in the number'],
    [['µ1'], undefined, '"µ1" does not end'],
    [['x1', 'cm'], 'x1', '"cm" is in no group'],
    [['x1'], 'x1,y1', 'y1 of the groups is not in the expression'],
    [['x1', 'y1'], 'x1,y1;x1', 'x1 is in the groups twice'],
    [['x1'], 'x1;', '"" is not a coordinate'],
    [['x1'], 'x1,`id`', 'is not a coordinate'],
    [['x1'], 'x1,pi', 'pi is a constant'],
    [['x1'], 'cos,x1', 'cos is a constant or function'],
    [['constructor'], undefined, 'does not end'],
    [[], undefined, 'no coordinates'],
    [Array.from({ length: 33 }, (_, i) => `x${i}`), undefined, 'up to 32'],
  ])('of %j declared %j are refused', (used, declared, message) => {
    expect(refusal(() => layoutOf(used, declared))).toContain(message);
  });
});
