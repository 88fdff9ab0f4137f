/** What the runtime says of memory that it cannot have. */
const NO_MEMORY =
  /bad_alloc|Invalid string length|Array buffer allocation failed|Invalid (typed )?array (buffer )?length|Cannot create a string longer/i;
const NO_STACK = /Maximum call stack size exceeded/;

/** What a program was doing to a file, by the name of the system's call. */
const CALLS: Readonly<Record<string, string>> = {
  ...{ open: 'opened', read: 'read', scandir: 'read', stat: 'read', lstat: 'read', mkdir: 'made', write: 'written' },
  ...{ rename: 'renamed', unlink: 'removed', fsync: 'written', ftruncate: 'written' },
};

/** An error in one line for people: those of the runtime say which file, or what there was too little of. */
export function explainedError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined && path !== undefined)
    return `${path} cannot be ${CALLS[syscall] ?? 'used'} (${message.split(',')[0]})`;
  if (NO_MEMORY.test(message)) return `not enough memory: this is larger than what can be held (${message})`;
  if (NO_STACK.test(message)) return `not enough memory: this is nested too deeply (${message})`;
  return message;
}
