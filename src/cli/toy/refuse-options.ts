import { UsageError } from '../../system/usage-error.js';

/** Refuses options that a command would silently ignore. `given` are those not supported here, by their names. */
export function refuseOptions(given: Readonly<Record<string, unknown>>, reason: string): void {
  const used = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (used.length > 0)
    throw new UsageError(`${used.join(', ')} ${used.length > 1 ? 'do' : 'does'} not apply here: ${reason}`);
}
