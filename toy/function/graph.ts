/**
 * Arithmetic as a list of operations, each written once however often it is used: what an expression and its
 * derivatives are turned into before they are compiled. Plain data, so that it can be sent to another thread.
 */

/** Functions of one number, all of which `Math` has under the same name. */
export const MATH_FUNCTIONS = [
  ...(['sqrt', 'cbrt', 'exp', 'log', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'] as const),
  ...(['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'abs'] as const),
] as const;
export type MathFunction = (typeof MATH_FUNCTIONS)[number];

export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide' | 'power';
export type OperationName = 'number' | 'coordinate' | 'direction' | 'negate' | 'sign' | Arithmetic | MathFunction;

/** One operation on the results of earlier ones, which `inputs` counts from 0. */
export interface Operation {
  readonly name: OperationName;
  readonly inputs: readonly number[];
  /** The number itself, or the place of the coordinate of the point or the direction; otherwise 0. */
  readonly value: number;
}

/** Powers up to this one are written as products: faster than Math.pow, and right for negative bases. */
const LARGEST_PRODUCT = 64;

const compute: Record<Arithmetic, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  power: (a, b) => a ** b,
};

/** Collects operations; every method returns the place of a result in `operations`. */
export class Graph {
  readonly operations: Operation[] = [];
  private readonly places = new Map<string, number>();

  private intern(name: OperationName, inputs: readonly number[], value = 0): number {
    const key = `${name} ${value} ${inputs.join(' ')}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.operations.length);
    return this.operations.push({ name, inputs, value }) - 1;
  }

  /** The number that an operation is, if it is one. */
  private known(of: number): number | undefined {
    const { name, value } = this.operations[of]!;
    return name === 'number' ? value : undefined;
  }

  number(value: number): number {
    return this.intern('number', [], value);
  }

  coordinate(place: number): number {
    return this.intern('coordinate', [], place);
  }

  direction(place: number): number {
    return this.intern('direction', [], place);
  }

  negate(of: number): number {
    const { name, inputs, value } = this.operations[of]!;
    if (name === 'number') return this.number(-value);
    return name === 'negate' ? inputs[0]! : this.intern('negate', [of]);
  }

  call(name: MathFunction, of: number): number {
    const value = this.known(of);
    const folded = value === undefined ? Number.NaN : Math[name](value);
    return Number.isFinite(folded) ? this.number(folded) : this.intern(name, [of]);
  }

  /** `a name b`, simplified where one of them is 0, 1 or -1 or both are numbers: derivatives are full of those. */
  arithmetic(name: Arithmetic, a: number, b: number): number {
    const [left, right] = [this.known(a), this.known(b)];
    if (left !== undefined && right !== undefined) {
      const folded = compute[name](left, right);
      if (Number.isFinite(folded)) return this.number(folded);
    }
    const shorter = this[name](a, b, left, right);
    if (shorter !== undefined) return shorter;
    const commutes = name === 'add' || name === 'multiply';
    return this.intern(name, commutes && a > b ? [b, a] : [a, b]);
  }

  private add(a: number, b: number, left?: number, right?: number): number | undefined {
    if (left === 0) return b;
    return right === 0 ? a : undefined;
  }

  private subtract(a: number, b: number, left?: number, right?: number): number | undefined {
    if (left === 0) return this.negate(b);
    return right === 0 ? a : undefined;
  }

  private multiply(a: number, b: number, left?: number, right?: number): number | undefined {
    if (left === 0 || right === 0) return this.number(0);
    if (left === 1 || right === 1) return left === 1 ? b : a;
    return left === -1 || right === -1 ? this.negate(left === -1 ? b : a) : undefined;
  }

  private divide(a: number, b: number, left?: number, right?: number): number | undefined {
    if (right === 1) return a;
    if (left === 0 && right !== 0) return this.number(0);
    // The derivative of abs(b) comes as abs(b) / b, which is not a number at 0.
    const { name, inputs } = this.operations[a]!;
    return name === 'abs' && inputs[0] === b ? this.intern('sign', [b]) : undefined;
  }

  private power(base: number, _exponent: number, _left?: number, right?: number): number | undefined {
    if (right === 0.5) return this.call('sqrt', base);
    if (right === undefined || !Number.isInteger(right) || Math.abs(right) > LARGEST_PRODUCT) return undefined;
    if (right < 0) return this.arithmetic('divide', this.number(1), this.product(base, -right));
    return right === 0 ? this.number(1) : this.product(base, right);
  }

  private product(base: number, count: number): number {
    if (count === 1) return base;
    const half = this.product(base, Math.floor(count / 2));
    const square = this.arithmetic('multiply', half, half);
    return count % 2 === 0 ? square : this.arithmetic('multiply', square, base);
  }
}
