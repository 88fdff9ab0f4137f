import { Command } from 'commander';
import type { SubjectPrediction } from '../../experiments/experiment.js';
import { sideBySideText } from '../../text/experiment/experiment-text.js';
import { printJson, printLine } from '../../text/output.js';
import { type ProtocolDefaults, type ProtocolOptions, placed, withProtocolOptions } from './experiment-options.js';

/** What an experiment has found. */
export interface Findings {
  /** As JSON, between the protocol and the predictions. */
  readonly facts: object;
  readonly predictions: readonly SubjectPrediction[];
  /** As paragraphs, among them the table of the predictions, which is handed in. */
  readonly text: (predictions: string) => readonly string[];
}

/** What distinguishes an experiment from the others: what it tests, the defaults of its options, and how it finds out. */
export interface Experiment<Options extends ProtocolOptions> extends ProtocolDefaults {
  readonly name: string;
  readonly statement: string;
  /** Adds the options that other experiments do not have. */
  readonly withOwnOptions?: (command: Command) => Command;
  readonly run: (options: Options) => Promise<Findings>;
}

/** The command of an experiment: `regimes experiment run NAME`. */
export function defineExperiment<Options extends ProtocolOptions>({
  name,
  statement,
  withOwnOptions = (command) => command,
  run,
  ...defaults
}: Experiment<Options>): Command {
  return withOwnOptions(withProtocolOptions(new Command(name).description(statement), defaults)).action(
    placed<Options>(async (options) => {
      const { out: directory, steps, json } = options;
      const { facts, predictions, text } = await run(options);
      if (json) printJson({ experiment: name, directory, steps, ...facts, predictions });
      else printLine(text(sideBySideText(predictions)).join('\n\n'));
    }),
  );
}
