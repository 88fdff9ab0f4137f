import { Command } from 'commander';
import { randomSource } from '../../numerics/random.js';
import { MOST_TANGENT_STEPS, refuseAbove } from '../../system/bounds.js';
import { positiveNumber } from '../../text/grammar/value-grammar.js';
import { formatNumber, formatTable, printJson, printLine, rightAligned } from '../../text/output.js';
import { type RunningOptions, readSubject, withRunningOptions } from './subject-options.js';

interface SpectrumOptions extends RunningOptions {
  readonly elr: number;
}

/** Multipliers at the equilibrium of the toy; of a function of the user's, at its flattest minimum. */
async function multipliersOf(options: SpectrumOptions) {
  const { elr } = options;
  const { alpha, create } = await readSubject(options);
  const { equilibriumMultipliers, eigenvalues, predictedMultipliers, tangentJacobian } = await import(
    '../../../toy/chaos/spectrum.js'
  );
  if (alpha !== undefined) {
    return { multipliers: equilibriumMultipliers(alpha, elr), predicted: predictedMultipliers(alpha, elr) };
  }
  const { sharpnessThreshold } = await import('../../../toy/function/sharpness.js');
  const fn = create(1);
  const { point } = sharpnessThreshold(fn);
  return { multipliers: eigenvalues(tangentJacobian(fn, elr, point, 1)), predicted: [] };
}

async function spectrum(options: SpectrumOptions): Promise<void> {
  const { json } = options;
  const { multipliers, predicted } = await multipliersOf(options);
  if (!multipliers.every(({ abs }) => Number.isFinite(abs)))
    throw new Error('the multipliers are not finite: the ELR or the function is beyond the range of numbers');
  if (json) return printJson({ multipliers, predicted });
  const columns = ['re', 'im', 'abs', 'closed re', 'closed im', 'closed abs'].map(rightAligned);
  const rows = multipliers.map((value, i) =>
    [value, predicted[i]].flatMap((entry) =>
      entry === undefined ? ['-', '-', '-'] : [entry.re, entry.im, entry.abs].map((part) => formatNumber(part, 6)),
    ),
  );
  const where =
    predicted.length > 0
      ? 'the equilibrium, of one step (above the threshold combined with the reflection x -> -x)'
      : 'the flattest minimum, of one step';
  printLine(`Multipliers at ${where}:`);
  printLine(formatTable(columns, rows));
}

const NOT_FINITE = 'not finite';

/** What the exponents say of a motion, to a resolution. */
function motionOf(exponents: readonly number[], resolution: number): string {
  if (!exponents.every(Number.isFinite)) return NOT_FINITE;
  const largest = exponents[0]!;
  return largest > resolution ? 'chaotic' : largest < -resolution ? 'contracting' : 'quasi-periodic or neutral';
}

async function lyapunov(options: SpectrumOptions): Promise<void> {
  const { elr, steps, seed, json } = options;
  refuseAbove('--steps', steps, MOST_TANGENT_STEPS);
  const { createEnsemble, randomPositions } = await import('../../../toy/dynamics/ensemble.js');
  const { lyapunovSpectrum } = await import('../../../toy/chaos/lyapunov.js');
  const { runEnsemble } = await import('../../../toy/dynamics/run.js');
  const { composeStep } = await import('../../../toy/dynamics/step.js');
  const fn = (await readSubject(options)).create(1);
  const ensemble = createEnsemble(fn, randomPositions(fn, [randomSource(seed)]));
  // The first tenth leads to the attractor and is not averaged.
  runEnsemble(ensemble, composeStep(ensemble, { elr }, randomSource(seed, 1)), Math.ceil(steps / 10));
  const exponents = lyapunovSpectrum(fn, elr, ensemble.position, steps);
  const largest = exponents[0]!;
  // Tangents of quasi-periodic motion grow like a power of time, which looks like this over a finite number of steps.
  const resolution = (2 * Math.log(steps)) / steps;
  const motion = motionOf(exponents, resolution);
  if (motion === NOT_FINITE) process.exitCode = 1;
  if (json) return printJson({ exponents, largest, resolution, motion });
  printLine(
    `Lyapunov exponents in nats per step, over ${steps} steps: ${exponents.map((value) => formatNumber(value)).join('  ')}`,
  );
  if (motion === NOT_FINITE) printLine(`${NOT_FINITE}: the trajectory left the numbers, so there is no verdict`);
  else printLine(`${motion}: the largest is ${formatNumber(largest)}; below ${formatNumber(resolution)} counts as 0`);
}

const command = (name: string, description: string, steps: number): Command =>
  withRunningOptions(new Command(name).description(description), steps).requiredOption(
    '--elr <number>',
    'effective learning rate',
    positiveNumber,
  );

/** `regimes toy spectrum`: multipliers at the equilibrium beside T5. */
export const toySpectrumCommand = (): Command =>
  command('spectrum', 'Multipliers at the equilibrium, numerically and in closed form (T1, T5).', 1).action(spectrum);

/** `regimes toy lyapunov`: the Lyapunov spectrum along a trajectory. */
export const toyLyapunovCommand = (): Command =>
  command('lyapunov', 'Lyapunov exponents along a trajectory, by QR decomposition.', 5000).action(lyapunov);
