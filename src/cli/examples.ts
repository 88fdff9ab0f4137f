import type { Command } from 'commander';

/** One example for each command, by its words; a test parses each of them. `regimes` alone is the root. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  regimes: 'regimes --once --out runs/first-sweep',
  'regimes toy thresholds': 'regimes toy thresholds --alpha 1,2,4',
  'regimes toy equilibrium': 'regimes toy equilibrium --alpha 1,2,4 --elr 0.3',
  'regimes toy simulate': 'regimes toy simulate --alpha 1,2,4 --elr 0.3 --starts 10',
  'regimes toy sweep': 'regimes toy sweep --alpha 1,2,4 --elr 0.01:100:61 --quantity loss',
  'regimes toy phase': 'regimes toy phase --alpha 1,1 --x elr=0.01:10:80 --y alpha2=0.1:10:40',
  'regimes toy spectrum': 'regimes toy spectrum --alpha 1,2,4 --elr 0.3',
  'regimes toy lyapunov': 'regimes toy lyapunov --alpha 1,2,4 --elr 0.5',
  'regimes train': 'regimes train --model convnet --width 8 --elr 0.003 --out runs/one',
  'regimes sweep': 'regimes sweep --elr 1e-5:1:11 --seed 1,2,3 --out runs/mine',
  'regimes sweep-task': 'regimes sweep-task runs/mine --submission 1 --task 0',
  'regimes predict': 'regimes predict --model convnet --width 4 --steps 4000',
  'regimes verify': 'regimes verify runs/mine --where seed=2,batch=64',
  'regimes watch': 'regimes watch runs/mine',
  'regimes alpha': 'regimes alpha runs/mine',
  'regimes figure': 'regimes figure loss runs/mine --size column --out loss.pdf',
  'regimes report': 'regimes report runs/mine --out mine.html',
  'regimes experiment list': 'regimes experiment list',
  'regimes experiment run anneal': 'regimes experiment run anneal --elr 1e-3,4e-3 --anneal-steps 800',
  'regimes experiment run random-walk': 'regimes experiment run random-walk --elr 0.008,0.06 --followed-steps 256',
  'regimes experiment run momentum': 'regimes experiment run momentum --momentum 0.9 --elr 2e-3,8e-3',
  'regimes experiment run replacement': 'regimes experiment run replacement --model resnet18 --batch 16',
  'regimes experiment run batch-size': 'regimes experiment run batch-size',
  'regimes experiment run large-batch': 'regimes experiment run large-batch --train-images 256 --batch 16,64,256',
  'regimes experiment run weight-decay': 'regimes experiment run weight-decay',
  'regimes experiment run frozen-shares': 'regimes experiment run frozen-shares',
  'regimes experiment run regimes': 'regimes experiment run regimes --elr 1e-4:0.1:10 --seed 1,2,3',
  'regimes experiment run minima': 'regimes experiment run minima --elr 2.5e-4,5e-4,1e-3 --seed 1,2,3',
  'regimes experiment run fine-tuning':
    'regimes experiment run fine-tuning --elr 1e-3,4e-3,8e-3 --tuning-elr 2.5e-4,1e-3',
  'regimes experiment run cooling': 'regimes experiment run cooling --width 4 --elr 0.002,0.004',
  'regimes experiment run temperature': 'regimes experiment run temperature --norm group --elr 1e-3,4e-3 --batch 16,64',
  'regimes experiment run conventional': 'regimes experiment run conventional --lr 0.05,0.2 --weight-decay 0.02',
  'regimes curvature': 'regimes curvature runs/mine/elr-1e-3 --groups',
  'regimes balance': 'regimes balance runs/mine --points 9',
  'regimes floor': 'regimes floor --lr 0.05 --norm 5 --gradient-norm 5.2 --loss 0.474',
  'regimes judge': 'regimes judge log.csv --loss train_loss --lr 0.05 --norm weight_norm --gradient-norm grad_norm',
  'regimes runs list': 'regimes runs list runs --sort loss --where model=convnet',
  'regimes runs show': 'regimes runs show runs/mine/elr-1e-3',
  'regimes runs compare': 'regimes runs compare runs/mine/elr-1e-3 runs/mine/elr-1e-2',
  'regimes runs export': 'regimes runs export runs/mine --per measurement --out mine.csv',
  'regimes runs check': 'regimes runs check runs --repair',
  'regimes evaluate': 'regimes evaluate runs/mine/elr-1e-3/weights.safetensors',
  'regimes path': 'regimes path runs/a/weights.safetensors runs/b/weights.safetensors',
  'regimes weights convert': 'regimes weights convert checkpoint-100.pt weights.safetensors',
  'regimes data list': 'regimes data list',
  'regimes data fetch': 'regimes data fetch cifar10',
  'regimes data check': 'regimes data check cifar10',
  'regimes data labels': 'regimes data labels runs/noisy --out labels.txt',
  'regimes engine install': 'regimes engine install cuda --dry-run',
  'regimes engine list': 'regimes engine list',
  'regimes engine remove': 'regimes engine remove cuda',
  'regimes engine inspect': 'regimes engine inspect --width 8',
  'regimes doctor': 'regimes doctor',
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
    if (example !== undefined) command.addHelpText('after', `\nExample:\n  npx ${example}`);
  }
}
