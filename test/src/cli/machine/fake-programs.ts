import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of programs, each a script of the shell; for PATH. */
export function programs(folder: string, scripts: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}
