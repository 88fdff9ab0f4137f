/** A name of a file as a message shows it: plain, or quoted with its control characters escaped, and cut where it is long. */
export function shownName(name: string): string {
  const short = name.length > 100 ? `${name.slice(0, 100)}...` : name;
  return /^[\w.:/-]+$/.test(short) ? short : JSON.stringify(short);
}
