import { describe, expect, it } from 'vitest';
import * as code from '../../../toy/kernel/code.js';
import { loadModule, moduleBytes } from '../../../toy/kernel/module.js';

const NUMBERS = [0, -0, 1, -1.5, 5e-324, -2.2e-308, 2 ** -1022, 1e300, -1e300, Math.PI, Infinity, -Infinity, NaN];

/** What an expression of two pairs makes of every two of the numbers, both lanes of which are asked at once. */
function results(expression: (a: code.Code, b: code.Code) => code.Code): number[] {
  const body = new code.Body(3, 3);
  const address = code.integer(0);
  body.do(code.store(address, 32, expression(code.load(address, 0), code.load(address, 16))));
  const bytes = moduleBytes({ imports: [], functions: { run: body.bytes() } });
  const { numbers, functions } = loadModule(bytes, 64, () => ({}))!;
  return NUMBERS.flatMap((a) =>
    NUMBERS.flatMap((b) => {
      numbers.set([a, b, b, a]);
      functions.run!(0, 0, 0);
      return [numbers[4]!, numbers[5]!];
    }),
  );
}

/** The same by JavaScript. */
const expected = (operation: (a: number, b: number) => number): number[] =>
  NUMBERS.flatMap((a) => NUMBERS.flatMap((b) => [operation(a, b), operation(b, a)]));

describe('operations on pairs do to each lane what JavaScript does to a number', () => {
  const mask = (holds: boolean): number => (holds ? Number.NaN : 0);
  const CASES: Readonly<
    Record<string, readonly [(a: code.Code, b: code.Code) => code.Code, (a: number, b: number) => number]>
  > = {
    add: [code.add, (a, b) => a + b],
    subtract: [code.subtract, (a, b) => a - b],
    multiply: [code.multiply, (a, b) => a * b],
    divide: [code.divide, (a, b) => a / b],
    squareRoot: [(a) => code.squareRoot(a), (a) => Math.sqrt(a)],
    negate: [(a) => code.negate(a), (a) => -a],
    larger: [code.larger, (a, b) => (a < b ? b : a)],
    isLess: [code.isLess, (a, b) => mask(a < b)],
    both: [(a, b) => code.both(code.isLess(a, b), b), (a, b) => (a < b ? b : 0)],
    constant: [(a) => code.add(a, code.constant(Math.E)), (a) => a + Math.E],
  };
  it.each(Object.keys(CASES))('%s', (name) => {
    const [expression, operation] = CASES[name]!;
    expect(results(expression)).toEqual(expected(operation));
  });
});

describe('statements', () => {
  /** What a function with this body calls with. */
  function run(write: (body: code.Body) => void, values: readonly [number, number, number]): number[] {
    const body = new code.Body(3, 4);
    write(body);
    const calls: number[] = [];
    const bytes = moduleBytes({ imports: ['call'], functions: { run: body.bytes() } });
    const loaded = loadModule(bytes, 64, () => ({ call: (address) => calls.push(address) }));
    loaded!.functions.run!(...values);
    return calls;
  }

  it('repeat, count and call with whole numbers of every length', () => {
    const count = (body: code.Body, by: number): void => {
      const [place, end] = [body.integer(0), body.integer(1)];
      body.repeat(
        () => {
          body.do(code.call(0, place.get));
          body.do(place.set(code.integerAdd(place.get, code.integer(by))));
        },
        code.integerLess(place.get, end.get),
      );
    };
    for (const by of [1, 63, 64, 127, 128, 8191, 8192, 1_000_000, 2 ** 30])
      expect(run((body) => count(body, by), [0, Math.min(3 * by, 2 ** 31), 0])).toEqual(
        [0, by, 2 * by].slice(0, by === 2 ** 30 ? 2 : 3),
      );
  });

  it('go on with negative numbers, and branch by all lanes or any', () => {
    const pair = (a: number, b: number): code.Code => [...code.constant(a).slice(0, 10), ...code.constant(b).slice(10)];
    const branch = (body: code.Body, lanes: readonly [number, number]): void => {
      const isPositive = code.isLess(code.constant(0), body.keep(pair(...lanes)));
      const say = (value: number) => (): void => body.do(code.call(0, code.integer(value)));
      body.when(code.isAny(isPositive), say(1));
      body.either(code.isAll(isPositive), say(-2), say(-70));
    };
    expect(run((body) => branch(body, [1, 1]), [0, 0, 0])).toEqual([1, -2]);
    expect(run((body) => branch(body, [1, -1]), [0, 0, 0])).toEqual([1, -70]);
    expect(run((body) => branch(body, [-1, Number.NaN]), [0, 0, 0])).toEqual([-70]);
  });
});
