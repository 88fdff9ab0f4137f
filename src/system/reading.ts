/** How far the reading of a file has come: told to whoever shows it, and to nobody where that is not asked for. */
export type ReadingListener = (path: string, bytes: number, size: number) => void;

let listener: ReadingListener | undefined;

/** `bytes` of `size` are read; the last call for a file has both equal. */
export const tellReading: ReadingListener = (path, bytes, size) => listener?.(path, bytes, size);

/** Has a function told of all reading from now on, or nobody; returns a function that gives back to who was told before. */
export function listenToReading(told: ReadingListener | undefined): () => void {
  const before = listener;
  listener = told;
  return () => {
    listener = before;
  };
}
