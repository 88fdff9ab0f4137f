import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { confusionTable, examineAll, lengthTable } from './classifier.js';
import { HARD_FAMILIES } from './classifier-trajectories.js';
import { benchCluster } from './cluster.js';
import { benchCurvature } from './curvature.js';
import { benchEngines } from './engines.js';
import { benchMeasurements } from './measurements.js';
import { benchNetworks, type NetworkSetting, rowName } from './networks.js';
import { PEER_FORMS } from './processes.js';
import { benchRegimes } from './regimes.js';
import { benchStartup } from './startup.js';
import { benchTerminal } from './terminal.js';
import { benchTogether } from './together.js';
import { benchPhaseDiagram, benchToySteps } from './toy.js';

const cores = availableParallelism();

/** One process with one thread, one with all cores, and one process a core. */
const arrangements = [
  { processes: 1, threads: 1 },
  ...(cores > 1
    ? [
        { processes: 1, threads: cores },
        { processes: cores, threads: 1 },
      ]
    : []),
];

const NETWORKS = [
  { model: 'convnet', width: 8 },
  { model: 'convnet', width: 16 },
  { model: 'convnet', width: 32 },
  { model: 'resnet18', width: 8 },
  { model: 'resnet18', width: 16 },
] as const;

const settings: NetworkSetting[] = NETWORKS.flatMap((network) =>
  arrangements.map((arrangement) => ({ ...network, ...arrangement })),
);

const USAGE = 'npm run bench -- [PART ...] [--python PYTHON] [--rows NAME,...] [--forms NAME,...] [--long]';

function readWords() {
  try {
    const word = { type: 'string' } as const;
    const { positionals, values } = parseArgs({
      options: { python: word, rows: word, forms: word, long: { type: 'boolean' } },
      allowPositionals: true,
    });
    const python = values.python ?? process.env.TORCH_PYTHON;
    const [rows, forms] = [values.rows?.split(','), values.forms?.split(',')];
    return { chosen: positionals, python, rows, forms, isLong: values.long ?? false };
  } catch (error) {
    return refuse(`${(error as Error).message.split('\n')[0]}; allowed: ${USAGE}`);
  }
}

function refuse(message: string): never {
  console.error(`error: ${message}`);
  process.exit(2);
}

const { chosen, python, rows, forms, isLong } = readWords();
const unknownForm = forms?.find((form) => !(PEER_FORMS as readonly string[]).includes(form));
if (unknownForm !== undefined) refuse(`there is no form ${unknownForm}; choose among ${PEER_FORMS.join(', ')}`);

/** The rows that were asked for, each by its name or the beginning of it: `convnet-8` is three, `convnet-8:1x2` one. */
function chosenSettings(): NetworkSetting[] {
  const isChosen = (name: string, word: string): boolean => name === word || name.startsWith(`${word}:`);
  const names = settings.map(rowName);
  const unknown = rows?.find((word) => !names.some((name) => isChosen(name, word)));
  if (unknown !== undefined) refuse(`there is no row ${unknown}; choose among ${names.join(', ')}`);
  return settings.filter((setting) => rows?.some((word) => isChosen(rowName(setting), word)) ?? true);
}

const SMALL_NETWORKS = NETWORKS.filter(({ width }) => width === 8);

/** Of each kind and length: a rate of 2% over eight lengths is known to 0.4%. */
const CLASSIFIED_RUNS = 200;

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  toy: async () => {
    console.log('The toy on one core, 256 replicas, M group-steps a second of processor time:\n');
    console.log(benchToySteps([1, 2, 3, 8]));
    console.log('\nA phase diagram, 2 groups, 1,000 steps, all cores:\n');
    console.log(await benchPhaseDiagram(400));
  },
  networks: async () => {
    console.log('\nOne training step, batch 128 of 3x32x32: forward, backward, update and measurements:\n');
    const onRow = (name: string): void => console.error(`measuring ${name}`);
    console.log(await benchNetworks(chosenSettings(), { ...(python && { python }), ...(forms && { forms }), onRow }));
  },
  together: async () => {
    console.log('\nA sweep of 16 runs of the ConvNet on the cpu, steps in one graph beside runs by themselves:\n');
    console.log(benchTogether({ isLong }));
  },
  engines: async () => {
    console.log('\nThe same step on every engine that works here:\n');
    console.log(await benchEngines(SMALL_NETWORKS));
  },
  curvature: async () => {
    console.log('\nA Hessian-vector product beside a training step, batch 128 of 3x32x32:\n');
    console.log(await benchCurvature(SMALL_NETWORKS));
  },
  startup: async () => {
    console.log('\nProcessor time of commands that only load and print:\n');
    console.log(await benchStartup());
  },
  classifier: async () => {
    const confusions = examineAll(CLASSIFIED_RUNS);
    console.log(`\nWhat the classifier answers for ${CLASSIFIED_RUNS} runs of each length and kind:\n`);
    console.log(`${confusionTable(confusions)}\n\n${lengthTable(confusions)}`);
    console.log('\nKinds that no rule for a single run can tell well:\n');
    console.log(confusionTable(examineAll(CLASSIFIED_RUNS, HARD_FAMILIES)));
  },
  cluster: async () => {
    console.log('\nA sweep on a simulated cluster:\n');
    benchCluster();
  },
  measurements: async () => {
    console.log('\nTraining with and without measurements at their default, ConvNet of width 8, 2,000 images:\n');
    console.log(await benchMeasurements([20, 30]));
  },
  terminal: async () => {
    const minutes = Number(process.env.MINUTES ?? 1);
    console.log(`\nThe application beside a sweep that is written, for ${minutes} minutes (MINUTES says how many):\n`);
    console.log(await benchTerminal(minutes));
  },
};

/** Parts that take many minutes and data of the user's: only by name. */
const LONG_PARTS: typeof PARTS = {
  regimes: async () => {
    const data = process.env.CIFAR10;
    if (data === undefined) throw new Error('CIFAR10 is not set; it wants the folder of CIFAR-10 in its binary layout');
    console.log('\nThe regime table: ConvNet of width 8, 2,000 images of CIFAR-10, batch 128, 60 epochs:\n');
    console.log(await benchRegimes(`cifar10:${data}`));
  },
};

const ALL = { ...PARTS, ...LONG_PARTS };
const unknown = chosen.find((name) => ALL[name] === undefined);
if (unknown !== undefined) refuse(`there is no benchmark ${unknown}; choose among ${Object.keys(ALL).join(', ')}`);
for (const name of chosen.length === 0 ? Object.keys(PARTS) : chosen) await ALL[name]!();
