import { InvalidArgumentError } from 'commander';

/** Parsers of option values; each failure is one line that says what is allowed. */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseNumber(text: string, allowed: string): number {
  const value = DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
  return value;
}

/** A finite number above 0. */
export function positiveNumber(text: string): number {
  const allowed = 'a number greater than 0';
  const value = parseNumber(text, allowed);
  if (value <= 0) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
  return value;
}

/** A number strictly between 0 and 1. */
export function fraction(text: string): number {
  const allowed = 'a number between 0 and 1, both excluded';
  const value = parseNumber(text, allowed);
  if (value <= 0 || value >= 1) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
  return value;
}

const wholeNumber =
  (least: number, allowed: string) =>
  (text: string): number => {
    const value = parseNumber(text, allowed);
    if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
    return value;
  };

/** 1, 2, 3 ... */
export const count = wholeNumber(1, 'a whole number from 1 on');

/** 0, 1, 2 ... */
export const seed = wholeNumber(0, 'a whole number from 0 on');

/** Positive numbers separated by commas. */
export function positiveNumbers(text: string): number[] {
  const allowed = 'positive numbers separated by commas, like 1,2,4';
  return text.split(',').map((part) => {
    const value = parseNumber(part, allowed);
    if (value <= 0) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
    return value;
  });
}

/** One of a fixed list of words. */
export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new InvalidArgumentError(`Allowed: ${words.join(', ')}.`);
    return word;
  };

const MOST_POINTS = 10_000;

/** `a:b:n`: n numbers from a to b, equally spaced in the logarithm; or positive numbers separated by commas. */
export function logarithmicRange(text: string): number[] {
  if (!text.includes(':')) return positiveNumbers(text);
  const allowed = 'positive numbers separated by commas, or FROM:TO:COUNT, like 1e-5:1:11';
  const parts = text.split(':').map((part) => parseNumber(part, allowed));
  const [from, to, points] = parts as [number, number, number];
  const whole = Number.isSafeInteger(points) && points >= 2 && points <= MOST_POINTS;
  if (parts.length !== 3 || from <= 0 || to <= 0 || !whole) throw new InvalidArgumentError(`Allowed: ${allowed}.`);
  const ratio = Math.log10(to / from) / (points - 1);
  // Twelve digits, so that 1e-5:1:6 gives 0.001 and not its neighbour.
  return Array.from({ length: points }, (_, i) => Number((from * 10 ** (ratio * i)).toPrecision(12)));
}
