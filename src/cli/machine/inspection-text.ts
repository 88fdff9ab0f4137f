import type { Inspection } from '../../../deep/probe/inspect-engine.js';
import { formatNumber, formatTable, rightAligned } from '../../text/output.js';

const COPY = /^Memcpy(ToHost|FromHost)$/;

const fixed = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const megabytes = (bytes: number): string => fixed(bytes / 1e6);

/** An operator a line, the slowest first. */
function operatorTable({ operators, millisecondsPerRun }: Inspection): string {
  const onDevice = operators.some(({ deviceMilliseconds }) => deviceMilliseconds !== undefined);
  const columns = [
    { title: 'operator' },
    { title: 'runs on' },
    ...['count', 'ms a step', 'share', 'MB out'].map(rightAligned),
    ...(onDevice ? [rightAligned('GPU ms')] : []),
  ];
  const rows = operators.map(({ operator, provider, count, milliseconds, bytes, deviceMilliseconds }) => [
    operator,
    provider,
    String(count),
    fixed(milliseconds),
    `${((100 * milliseconds) / millisecondsPerRun).toFixed(1)}%`,
    megabytes(bytes),
    ...(onDevice ? [deviceMilliseconds === undefined ? '-' : fixed(deviceMilliseconds)] : []),
  ]);
  return formatTable(columns, rows);
}

/** What a GPU provider left to the cpu, and what that costs in copies. */
function fallbackLines({ operators }: Inspection, engine: string): string[] {
  if (engine === 'cpu') return [];
  const fallen = operators.filter(({ provider }) => provider === 'cpu');
  const copies = operators.filter(({ operator }) => COPY.test(operator));
  const names = fallen.map(({ operator, count }) => `${operator} x${count}`).join(', ');
  const copied = copies.map(
    ({ operator, count, bytes, milliseconds }) =>
      `${count} ${operator.endsWith('ToHost') ? 'to' : 'from'} the host, ${megabytes(bytes)} MB, ${fixed(milliseconds)} ms`,
  );
  return [
    fallen.length === 0 ? `every node runs on ${engine}` : `on the cpu instead of ${engine}: ${names}`,
    ...(copied.length === 0 ? [] : [`copies per step: ${copied.join('; ')}`]),
  ];
}

function totalLines({ compilation, millisecondsPerStep, millisecondsPerRun, ...rest }: Inspection): string[] {
  const { traceMilliseconds, sessionMilliseconds, modelBytes } = compilation;
  const { millisecondsOutsideKernels, peakMemory, runs } = rest;
  return [
    `trace ${fixed(traceMilliseconds)} ms, session ${fixed(sessionMilliseconds)} ms, model ${formatNumber(modelBytes)} bytes`,
    `a step ${fixed(millisecondsPerStep)} ms (mean of ${runs}), of which the graph ${fixed(millisecondsPerRun)} ms, ` +
      `of which outside kernels ${fixed(millisecondsOutsideKernels)} ms`,
    `peak memory ${Math.round(peakMemory / 1e6)} MB`,
  ];
}

/** An inspection for people. */
export const inspectionText = (inspection: Inspection, engine: string): string =>
  [operatorTable(inspection), '', ...fallbackLines(inspection, engine), ...totalLines(inspection)].join('\n');
