import fc from 'fast-check';
import { all, create } from 'mathjs/number';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { createEnsemble, evaluateGradient, randomPositions } from '../../../toy/dynamics/ensemble.js';
import { compileProgram, type ToyProgram } from '../../../toy/function/program.js';
import { sumOfRatios, type ToyFunction } from '../../../toy/function/toy-function.js';
import { parseToyFunction, type UserToyFunction } from '../../../toy/function/user-function.js';

const math = create({ ...all });

const ratio = (i: number, alpha = 1) => `${alpha}*x${i}^2/(x${i}^2+y${i}^2)`;
const COUPLED = '1 - (x1*x2+y1*y2)^2/((x1^2+y1^2)*(x2^2+y2^2))';

/** Expressions with their groups: every function of the whitelist that is smooth, coupling, powers of all kinds. */
const EXAMPLES: readonly [string, string?][] = [
  [`${ratio(1)} + ${ratio(2, 3)}`],
  [COUPLED],
  ['x^2*(y^2+2*z^2)/(x^2+y^2+z^2)^2', 'x,y,z'],
  ['exp(x1/sqrt(x1^2+y1^2)) * cos(y2/sqrt(x2^2+y2^2)) - tanh(x1*y2/sqrt((x1^2+y1^2)*(x2^2+y2^2)))'],
  ['(2 + x1/(x1^2+y1^2)^0.5)^(x2^2/(x2^2+y2^2)) + atan(x1/y1)^2 + 2^(y1^2/(x1^2+y1^2))'],
  ['tan(x1^2/(x1^2+y1^2)) + log(1+y1^4*(x1^2+y1^2)^-2) - log10(2+sin(x1/sqrt(x1^2+y1^2))) + cbrt(3+x1*y1/(x1^2+y1^2))'],
  [
    'asinh(x1/sqrt(x1^2+y1^2)) + acosh(2+x1^2/(x1^2+y1^2)) + atanh(x1^2/(2*x1^2+2*y1^2)) + ' +
      'sinh(x1/sqrt(x1^2+y1^2))*cosh(x1*y1/(x1^2+y1^2))',
  ],
  ['asin(x1/(sqrt(x1^2+y1^2)*2)) - acos(y1/(2*sqrt(x1^2+y1^2))) + pi*e^(x1^2/(x1^2+y1^2))'],
  ['abs(x1)^3/(x1^2+y1^2)^1.5 + (x2^2/(x2^2+y2^2))^2.5 + abs(x1*y1)/(x1^2+y1^2)'],
];
const examples = await Promise.all(EXAMPLES.map(([expression, groups]) => parseToyFunction(expression, groups)));

const pointsOf = ({ dimension }: ToyFunction, count: number, seed: number) => {
  const random = randomSource(seed);
  return Float64Array.from({ length: count * dimension }, () => random.gaussian());
};

/** The expression less the offset, as mathjs itself evaluates it. */
function byMathjs({ expression, coordinates, offset }: UserToyFunction): (point: readonly number[]) => number {
  const compiled = math.compile(expression);
  return (point) => compiled.evaluate(Object.fromEntries(coordinates.map((name, i) => [name, point[i]!]))) - offset;
}

function evaluate(fn: ToyFunction, points: Float64Array) {
  const gradients = new Float64Array(points.length);
  const losses = new Float64Array(points.length / fn.dimension);
  fn.evaluate(points, gradients, losses);
  return { gradients, losses };
}

const product = (fn: ToyFunction, points: Float64Array, vectors: Float64Array) => {
  const products = new Float64Array(points.length);
  fn.hessianVector(points, vectors, products);
  return products;
};

/** Largest difference, relative to the largest number. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!))) / Math.max(1, ...Array.from(b, Math.abs));

describe.each(examples.map((example) => [example.expression, example] as const))('%s', (_, user) => {
  const { fn } = user;
  const points = pointsOf(fn, 20, 11);
  const { gradients, losses } = evaluate(fn, points);
  const rows = Array.from(losses, (_, i) => Array.from(points.subarray(i * fn.dimension, (i + 1) * fn.dimension)));

  it('has the values that mathjs gives', () => {
    // The same operations but for powers as products and the order of factors.
    expect(difference(losses, rows.map(byMathjs(user)))).toBeLessThan(1e-13);
  });

  it('has the gradient that differences of those values give', () => {
    const value = byMathjs(user);
    const h = 1e-5;
    const slopes = rows.flatMap((row) =>
      row.map((x, j) => (value(row.with(j, x + h)) - value(row.with(j, x - h))) / (2 * h)),
    );
    // Rounding 1e-16 / h, and h^2 times third derivatives, which grow as the cube of 1 / |x_i| near 0: up to thousands.
    expect(difference(gradients, slopes)).toBeLessThan(1e-6);
  });

  it('has the Hessian that differences of the gradient give, within and across groups', () => {
    const h = 1e-5;
    const directions = pointsOf(fn, 20, 12);
    const [up, down] = [h, -h].map(
      (by) =>
        evaluate(
          fn,
          points.map((x, i) => x + by * directions[i]!),
        ).gradients,
    );
    const changes = up!.map((value, i) => (value - down![i]!) / (2 * h));
    // As for the gradient.
    expect(difference(product(fn, points, directions), changes)).toBeLessThan(1e-6);
  });

  it('is homogeneous: <x_i, grad_i F> = 0 and H x = -grad F', () => {
    // Euler's identity and its derivative, to rounding of sums of a few hundred terms.
    expect(
      difference(
        product(fn, points, points),
        gradients.map((value) => -value),
      ),
    ).toBeLessThan(1e-11);
    for (const { start, end } of fn.groups) {
      const along = rows.map((row, i) =>
        row.slice(start, end).reduce((sum, x, j) => sum + x * gradients[i * fn.dimension + start + j]!, 0),
      );
      expect(
        difference(
          along,
          along.map(() => 0),
        ),
      ).toBeLessThan(1e-11);
    }
  });

  it('has 0 for its lowest value, and a mean loss that other random points confirm', () => {
    const other = evaluate(fn, pointsOf(fn, 4000, 13)).losses;
    const mean = other.reduce((sum, value) => sum + value, 0) / other.length;
    const spread = user.randomLoss.standardError * Math.sqrt(16_384);
    // Five standard errors of the smaller sample.
    expect(Math.abs(mean - user.randomLoss.mean)).toBeLessThan((5 * spread) / Math.sqrt(other.length));
    expect(Math.min(...other)).toBeGreaterThan(-1e-12);
  });

  it('is the same from its strings and from its data in another thread', async () => {
    const again = await parseToyFunction(user.expression, EXAMPLES[examples.indexOf(user)]![1]);
    expect(again.program).toEqual(user.program);
    expect(again.randomLoss).toEqual(user.randomLoss);
    const copy = compileProgram(structuredClone(user.program));
    expect(evaluate(copy, points)).toEqual({ gradients, losses });
  });
});

describe('the sum of ratios as an expression', () => {
  it('equals the built-in one', async () => {
    const alphas = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(alphas, fc.nat(), async (alpha, seed) => {
        const { fn, offset, randomLoss } = await parseToyFunction(
          alpha.map((value, i) => ratio(i + 1, value)).join('+'),
        );
        const builtIn = sumOfRatios(alpha, 8);
        expect(fn.groups).toEqual(builtIn.groups);
        const position = randomPositions(
          fn,
          Array.from({ length: 8 }, (_, stream) => randomSource(seed, stream)),
        );
        const [ours, theirs] = [fn, builtIn].map((each) => {
          const ensemble = createEnsemble(each, position.slice());
          evaluateGradient(ensemble);
          return ensemble;
        });
        // A quotient's derivative cancels where x is large against y; rounding is relative to the largest.
        expect(difference(ours!.loss, theirs!.loss)).toBeLessThan(1e-12);
        expect(difference(ours!.update, theirs!.update)).toBeLessThan(1e-12);
        const vectors = pointsOf(fn, 8, seed);
        expect(difference(product(fn, position, vectors), product(builtIn, position, vectors))).toBeLessThan(1e-12);
        expect(offset).toBe(0);
        const half = alpha.reduce((sum, value) => sum + value, 0) / 2;
        expect(Math.abs(randomLoss.mean - half)).toBeLessThan(5 * randomLoss.standardError);
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('keeps relative accuracy at the minimum, where convergence is measured', async () => {
    const { fn } = await parseToyFunction(ratio(1, 2));
    const { losses, gradients } = evaluate(fn, Float64Array.of(1e-150, 1));
    // A few roundings; nothing may be lost to a difference with 1.
    expect(losses[0]! / 2e-300).toBeCloseTo(1, 14);
    expect(gradients[0]! / 4e-150).toBeCloseTo(1, 14);
  });
});

describe('the lowest value', () => {
  it('is subtracted where it is not 0', async () => {
    const { fn, offset, randomLoss } = await parseToyFunction('3 + x1/sqrt(x1^2+y1^2)');
    // Quadratic in the distance from the minimum that the descent leaves: rounding.
    expect(offset).toBeCloseTo(2, 14);
    expect(Math.abs(randomLoss.mean - 1)).toBeLessThan(5 * randomLoss.standardError);
    expect(evaluate(fn, Float64Array.of(-2, 0)).losses[0]).toBeCloseTo(0, 14);
  });

  it('may be at a kink', async () => {
    const { offset } = await parseToyFunction('1 + abs(x1)/sqrt(x1^2+y1^2)');
    // Descents stop where a step is as small as rounding.
    expect(offset).toBeCloseTo(1, 12);
  });
});

describe('refusals', () => {
  it.each([
    ['x1^2 + y1^2', undefined, /group 1 \(x1, y1\) is rescaled: .* is 0\.\d+ of its size; allowed: up to 1e-8/],
    [`${ratio(1)} + x2^2/(x2^2+y2^2+1e-6)`, undefined, /group 2 \(x2, y2\)/],
    [COUPLED, 'x1,x2;y1,y2', /group 1 \(x1, x2\)/],
    ['sqrt(x1/y1)', undefined, /not a finite number at x1 = .*, y1 = /],
    ['acosh(x1/y1)', undefined, /not a finite number/],
    ['(x1/y1)^0.3', undefined, /not a finite number/],
    ['1/0 + x1/y1', undefined, /not a finite number/],
    ['log(x1^2/(x1^2+y1^2))', undefined, /no minimum found/],
    ['x1/y1', undefined, /no minimum found/],
    ['(x1+y1)/(x1+y1)', undefined, /constant/],
    ['process.exit(1)', undefined, /not part of an expression/],
  ])('%s with groups %j', async (expression, groups, message) => {
    const error = await parseToyFunction(expression, groups).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('an expression whose derivatives would be too long', async () => {
    const product = Array.from({ length: 120 }, () => '(x1/y1)').join('*');
    await expect(parseToyFunction(product)).rejects.toThrow('shorten the expression');
  });

  it('a program with anything but its operations', () => {
    const { program } = examples[0]!;
    const withLoss = (change: object) => {
      const operations = program.operations.map((each, i) => (i === program.loss ? { ...each, ...change } : each));
      return { ...program, operations } as ToyProgram;
    };
    expect(() => compileProgram(withLoss({ name: 'process.exit(1)' }))).toThrow('not an operation');
    expect(() => compileProgram(withLoss({ name: 'number', value: Number.NaN }))).toThrow('not an operation');
    expect(() => compileProgram(withLoss({ name: 'number', value: '1;process.exit(1)' }))).toThrow('not an operation');
  });
});
