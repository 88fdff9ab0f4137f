import { Command } from 'commander';
import { runsCheckCommand } from './runs-check.js';
import { runsCompareCommand } from './runs-compare.js';
import { runsExportCommand } from './runs-export.js';
import { runsListCommand } from './runs-list.js';
import { runsShowCommand } from './runs-show.js';

/** `regimes runs`: what there is on disk. */
export const runsCommand = (): Command =>
  new Command('runs')
    .addCommand(runsListCommand())
    .addCommand(runsShowCommand())
    .addCommand(runsCompareCommand())
    .addCommand(runsExportCommand())
    .addCommand(runsCheckCommand());
