/** Key of all runs at an ELR: how a cursor finds their point. */
export const elrKey = (elr: number): string => `elr ${elr}`;
