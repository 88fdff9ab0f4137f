import { Command } from 'commander';
import { toyEquilibriumCommand } from './equilibrium.js';
import { toyPhaseCommand } from './phase.js';
import { toySimulateCommand } from './simulate.js';
import { toyLyapunovCommand, toySpectrumCommand } from './spectrum.js';
import { toySweepCommand } from './sweep.js';
import { toyThresholdsCommand } from './thresholds.js';

/** `regimes toy`: the toy model in closed form and simulated. */
export const toyCommand = (): Command =>
  new Command('toy')
    .addCommand(toyThresholdsCommand())
    .addCommand(toyEquilibriumCommand())
    .addCommand(toySimulateCommand())
    .addCommand(toySweepCommand())
    .addCommand(toyPhaseCommand())
    .addCommand(toySpectrumCommand())
    .addCommand(toyLyapunovCommand());
