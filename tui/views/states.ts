import type { Line } from '../line/styled.js';
import { paragraph, title } from '../line/view-options.js';
import type { Scene } from './scene.js';

/** Shown in place of a view without data: what is missing, and what to do about it. */
export function emptyLines({ data, elrs, state }: Scene, width: number): Line[] | undefined {
  if (data.problem !== undefined && data.sweep === undefined)
    return [
      title('The sweep cannot be read'),
      ...paragraph(data.problem, width),
      ...paragraph('Retrying continuously; q quits.', width),
    ];
  if (data.sweep === undefined) return [title('Reading the sweep ...')];
  if (elrs.length > 0) return undefined;
  const why = state.setting > 0 ? 'This setting has no runs.' : 'No run at a fixed ELR is planned in this folder.';
  return [
    title('Nothing to show'),
    ...paragraph(why, width),
    ...paragraph(`Start some with: regimes sweep --elr 1e-5:1:11 --out ${data.sweep.directory}`, width),
    ...paragraph('They appear here as soon as they are planned. q quits.', width),
  ];
}
