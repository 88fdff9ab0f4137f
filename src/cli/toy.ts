import { Command } from 'commander';
import { toyEquilibriumCommand } from './toy-equilibrium.js';
import { toyPhaseCommand } from './toy-phase.js';
import { toySimulateCommand } from './toy-simulate.js';
import { toyLyapunovCommand, toySpectrumCommand } from './toy-spectrum.js';
import { toySweepCommand } from './toy-sweep.js';
import { toyThresholdsCommand } from './toy-thresholds.js';

/** `regimes toy`: the toy model in closed form and simulated. */
export const toyCommand = (): Command =>
  new Command('toy')
    .description('The toy model: closed forms, simulation, phase diagrams, stability.')
    .addCommand(toyThresholdsCommand())
    .addCommand(toyEquilibriumCommand())
    .addCommand(toySimulateCommand())
    .addCommand(toySweepCommand())
    .addCommand(toyPhaseCommand())
    .addCommand(toySpectrumCommand())
    .addCommand(toyLyapunovCommand());
