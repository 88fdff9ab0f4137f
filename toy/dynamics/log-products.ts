/** Sums of logarithms over the steps of a run, as logarithms of products: one logarithm for many steps. */

/** Products beyond this, or below its inverse, are turned into logarithms; the product of two within it is finite. */
export const PRODUCT_LIMIT = 2 ** 500;

/** A sum of logarithms of each replica: what has been taken of logarithms, and the product of factors since. */
export interface LogSums {
  readonly sums: Float64Array;
  readonly products: Float64Array;
}

/**
 * Adds log(1 + term) at a place, for terms from 0 on; `products` are the products of all 1 + term, less 1: exact for small
 * terms too. The product may have a place of its own.
 */
export function addLogOfOnePlus({ sums, products }: LogSums, at: number, term: number, productAt = at): void {
  const product = products[productAt]!;
  const next = product + term + product * term;
  if (next < PRODUCT_LIMIT) products[productAt] = next;
  else {
    sums[at]! += Math.log1p(product) + Math.log1p(term);
    products[productAt] = 0;
  }
}

/** Adds log(factor), for factors from 0 on; `products` are products of factors, and start at 1. */
export function addLog({ sums, products }: LogSums, at: number, factor: number, productAt = at): void {
  const next = products[productAt]! * factor;
  if (next < PRODUCT_LIMIT && next > 1 / PRODUCT_LIMIT) products[productAt] = next;
  else {
    sums[at]! += Math.log(products[productAt]!) + Math.log(factor);
    products[productAt] = 1;
  }
}

/** Sums of no logarithms yet, for `addLogOfOnePlus` and `addLog`. */
export const noLogsOfOnePlus = (count: number): LogSums => ({
  sums: new Float64Array(count),
  products: new Float64Array(count),
});
export const noLogs = (count: number): LogSums => ({
  sums: new Float64Array(count),
  products: new Float64Array(count).fill(1),
});

/** What has been added by `addLogOfOnePlus` and by `addLog`. */
export const sumOfLogsOfOnePlus = ({ sums, products }: LogSums, at: number): number =>
  sums[at]! + Math.log1p(products[at]!);
export const sumOfLogs = ({ sums, products }: LogSums, at: number): number => sums[at]! + Math.log(products[at]!);
