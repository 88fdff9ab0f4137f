import { z } from 'zod';
import { RunListLine } from './run-list-schema.js';
import { VerifyLine } from './verification-schema.js';
import { WatchOutput } from './watch-schema.js';

/** What commands print with `--json` for other programs, by the name of the file in docs/schemas that describes it. */
export const INTERFACES = { 'runs-list': RunListLine, verify: VerifyLine, 'watch-once': WatchOutput } as const;

/** That description as JSON Schema (draft 2020-12). */
export const jsonSchema = (name: keyof typeof INTERFACES): string =>
  `${JSON.stringify(z.toJSONSchema(INTERFACES[name]), null, 2)}\n`;
