import type { Command } from 'commander';

/** One example for each command, by its words; a test parses each of them. `regimes` alone is the root. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  regimes: 'regimes --out runs/first-sweep',
  'regimes toy thresholds': 'regimes toy thresholds --alpha 1,2,4',
  'regimes toy equilibrium': 'regimes toy equilibrium --alpha 1,2,4 --elr 0.2',
  'regimes toy simulate': 'regimes toy simulate --alpha 1,2,4 --elr 0.2 --steps 20000',
  'regimes toy sweep': 'regimes toy sweep --alpha 1,2,4 --elr 0.01:10:40 --quantity ess',
  'regimes toy phase': 'regimes toy phase --alpha 1,1 --x elr=0.01:10:60 --y alpha2=0.1:10:30',
  'regimes toy spectrum': 'regimes toy spectrum --alpha 1,2,4 --elr 0.2',
  'regimes toy lyapunov': 'regimes toy lyapunov --alpha 1,2,4 --elr 1 --steps 50000',
  'regimes train': 'regimes train --elr 1e-3 --width 8 --epochs 5 --out runs/one',
  'regimes sweep': 'regimes sweep --elr 1e-5:1:11 --seed 1,2 --epochs 10 --out runs/sweep',
  'regimes predict': 'regimes predict --width 8 --steps 4000 --out runs/forecast',
  'regimes verify': 'regimes verify runs/sweep --refine 1.5',
  'regimes watch': 'regimes watch runs/sweep',
  'regimes figure': 'regimes figure loss runs/sweep --out loss.svg',
  'regimes experiment list': 'regimes experiment list --json',
  'regimes experiment run batch-size': 'regimes experiment run batch-size --out runs/batch-size',
  'regimes experiment run weight-decay': 'regimes experiment run weight-decay --out runs/weight-decay',
  'regimes experiment run frozen-shares': 'regimes experiment run frozen-shares --out runs/frozen-shares',
  'regimes alpha': 'regimes alpha runs/sweep',
  'regimes curvature': 'regimes curvature runs/sweep/elr-1e-4 --images 512',
  'regimes balance': 'regimes balance runs/sweep --points 9',
  'regimes runs list': "regimes runs list runs --where 'width=8'",
  'regimes runs show': 'regimes runs show runs/one',
  'regimes runs compare': 'regimes runs compare runs/one runs/other',
  'regimes runs export': 'regimes runs export runs/sweep --format csv --out steps.csv',
  'regimes evaluate': 'regimes evaluate runs/one/weights.safetensors',
  'regimes path': 'regimes path runs/one/weights.safetensors runs/other/weights.safetensors --points 11',
  'regimes data list': 'regimes data list',
  'regimes data fetch': 'regimes data fetch cifar10',
  'regimes data check': 'regimes data check cifar10',
  'regimes engine inspect': 'regimes engine inspect --width 8 --batch 64',
  'regimes doctor': 'regimes doctor --json',
};

const isHelp = (command: Command): boolean => command.name() === 'help';

/** Each command with its words, those that only group others left out. */
export function commandsOf(command: Command, words: readonly string[] = [command.name()]): [string, Command][] {
  const below = command.commands.filter((child) => !isHelp(child));
  const isGroup = below.length > 0 && command.parent !== null;
  const own: [string, Command][] = isGroup ? [] : [[words.join(' '), command]];
  return [...own, ...below.flatMap((child) => commandsOf(child, [...words, child.name()]))];
}

/** Ends the help of every command with its example. */
export function addExamples(root: Command): void {
  for (const [words, command] of commandsOf(root)) {
    const example = EXAMPLES[words];
    if (example !== undefined) command.addHelpText('after', `\nExample:\n  ${example}`);
  }
}
