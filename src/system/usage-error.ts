/** Bad input: one line that says what is wrong and what is allowed. The process ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
