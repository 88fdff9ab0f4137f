import type { RunReport } from '../../archive/run-report.js';
import { type Fields, fieldText } from '../../archive/setting-differences.js';
import { type Fact, factLines } from '../facts-text.js';
import { formatNumber } from '../output.js';

const numbers = (values: readonly number[]): string => values.map((value) => formatNumber(value, 3)).join(' ');

/** What a run always says, default or not: what is trained, on what, at which rate. */
const ALWAYS = new Set(['model', 'width', 'data', 'elr', 'lr', 'batch', 'steps', 'seed']);
/** What is said with the origin of a run. */
const ELSEWHERE = new Set(['engine', 'threads']);

/** The settings that differ from the defaults, and those that a run always says. */
function configurationFacts({ configuration }: RunReport, defaults: Fields | undefined): Fact[] {
  const isSaid = (name: string): boolean => {
    const value = configuration[name] ?? null;
    if (defaults === undefined) return true;
    if (ALWAYS.has(name)) return value !== null;
    return !ELSEWHERE.has(name) && value !== (defaults[name] ?? null);
  };
  return Object.keys(configuration)
    .filter(isSaid)
    .map((name) => [name, fieldText(configuration[name])]);
}

const originFacts = ({ data, start, version, node, created, configuration }: RunReport): Fact[] => [
  ['images', `${data.trainImages} + ${data.testImages} of ${data.name}`],
  ['data SHA-256', data.sha256],
  ['start SHA-256', start ?? 'not recorded'],
  ['made by', `regimes ${version}, Node ${node}, ${created}`],
  ['engine', `${configuration.engine}, threads ${fieldText(configuration.threads)}`],
];

function progressFacts({ status, failure, steps, outcome, lastEpoch }: RunReport): Fact[] {
  const epochs = formatNumber(steps.taken / steps.perEpoch);
  const facts: Fact[] = [
    ['status', failure === null ? status : `${status}: ${failure}`],
    ['steps', `${steps.taken} of ${steps.of} (${epochs} epochs of ${steps.perEpoch})`],
    ['last epoch', `loss ${formatNumber(lastEpoch.loss)}, accuracy ${formatNumber(lastEpoch.accuracy)}`],
  ];
  if (outcome === null) return facts;
  const { loss, accuracy } = outcome.test;
  const test = `loss ${loss === null ? 'not finite' : formatNumber(loss)}, accuracy ${formatNumber(accuracy)}`;
  return [...facts, ['test', test], ['seconds', formatNumber(outcome.seconds)]];
}

const levelRatio = (ratio: number): string =>
  Number.isFinite(ratio) ? ` (${formatNumber(ratio)} of random points)` : '';

export const evidenceText = ({ level, relativeLevel, decline, declineError, path }: RunReport['evidence']): string =>
  [
    ...(Number.isFinite(level) ? [`level ${formatNumber(level)}${levelRatio(relativeLevel)}`] : []),
    ...(Number.isFinite(decline)
      ? [`log loss falls by ${formatNumber(decline)} +- ${formatNumber(declineError)}`]
      : []),
    ...(Number.isFinite(path) ? [`path ${formatNumber(path)} rad`] : []),
  ].join(', ');

/** R with its error, and the noise floor that it is of the loss. */
function noiseShareText({ value, error }: RunReport['noiseShare']): string {
  const known = Number.isFinite(error) ? ` +- ${formatNumber(error, 2)}` : '';
  return `R ${formatNumber(value)}${known} of the tail loss: ELR E|g|^2 / 4 over it (T14)`;
}

function regimeFacts({ regime, evidence, randomLoss, averages, groups, noiseShare }: RunReport): Fact[] {
  const random = `${formatNumber(randomLoss.mean)} +- ${formatNumber(randomLoss.standardError)}`;
  return [
    ['regime', regime === null ? 'not judged: the ELR is not fixed' : `${regime}: ${evidence.reason}`],
    ...(regime === null ? [] : [['evidence', evidenceText(evidence)] as const]),
    ['random points', `loss ${random}`],
    ['tail loss', `${formatNumber(averages.loss)}, accuracy ${formatNumber(averages.accuracy)}`],
    ['tail EGN', `${formatNumber(averages.egn)}, ESS ${formatNumber(averages.ess)}`],
    ['noise share', noiseShareText(noiseShare)],
    ['groups', groups.join(', ')],
    ['shares', numbers(averages.shares)],
    ['g_i / sum', numbers(averages.equilibriumShares)],
    ['ess_i', numbers(averages.groupEffectiveSteps)],
    ['cosine', `${formatNumber(averages.radial)} at most between weights and gradient of a group`],
  ];
}

function identityFacts({ identities }: RunReport): Fact[] {
  if (identities === null)
    return [['identities', 'K1 and K3 are not for steps with momentum, decay or several spheres']];
  const { plain, given } = identities;
  const named = [
    ['K1', plain.K1],
    ["K1'", given.K1],
    ['K2', plain.K2],
    ['K3', plain.K3],
    ["K3'", given.K3],
  ] as const;
  return [['identities', named.map(([name, value]) => `${name} ${formatNumber(value)}`).join(', ')]];
}

function measurementFacts({ measurement }: RunReport): Fact[] {
  if (measurement === null) return [['measured', 'nothing']];
  const { step, epoch, train, test, gradient, norm, start } = measurement;
  const quality = ({ loss, accuracy }: { loss: number; accuracy: number }): string =>
    `loss ${formatNumber(loss)}, accuracy ${formatNumber(accuracy)}`;
  return [
    ['measured', `after step ${step}, epoch ${formatNumber(epoch)}`],
    ['  training', `${quality(train.training)}; with running statistics ${quality(train.evaluation)}`],
    ['  test', quality(test.evaluation)],
    ['  gradient', `EGN ${formatNumber(gradient.egn)}, of the mean ${formatNumber(gradient.meanGradientEgn)}`],
    ['  norm', `${formatNumber(norm)}, cosine with the start ${formatNumber(start.cosine)}`],
  ];
}

function fileFacts({ files }: RunReport): Fact[] {
  const texts = files.map(({ name, bytes }) => `${name} (${formatNumber(bytes / 1e6, 3)} MB)`);
  return [['kept', texts.length === 0 ? 'no checkpoint, no weights' : texts.join(', ')]];
}

/** A run as text; of its configuration what differs from `defaults`, or all where there are none. */
export function runReportText(
  report: RunReport,
  defaults?: Fields,
  width: number | undefined = process.stdout.columns,
): string {
  const sections = [
    [['run', report.path] as const, ...progressFacts(report)],
    configurationFacts(report, defaults),
    originFacts(report),
    [...regimeFacts(report), ...identityFacts(report)],
    [...measurementFacts(report), ...fileFacts(report)],
  ];
  return sections.map((facts) => factLines(facts, width)).join('\n\n');
}
