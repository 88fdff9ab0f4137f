import type { EngineState, Examination } from '../../../deep/probe/examine.js';
import { type FittedColumn, fitTable } from '../../text/narrow-table.js';
import { formatNumber, rightAligned } from '../../text/output.js';

const COLUMNS: readonly FittedColumn[] = [
  { title: 'engine' },
  { title: 'works' },
  rightAligned('first step ms'),
  rightAligned('a step ms'),
  rightAligned('deviation'),
  { title: '', shrink: { by: 'wrapping', minimum: 30 } },
];

const numberOrDash = (value: number | undefined, digits: number): string =>
  value === undefined ? '-' : formatNumber(value, digits);

function engineRow(state: EngineState): string[] {
  const { engine, works, reason = '', adapter, software, firstMilliseconds, stepMilliseconds, deviation } = state;
  const remark = adapter === undefined ? reason : `${adapter}${software ? ', in software' : ''}`;
  return [
    engine,
    works ? 'yes' : 'no',
    numberOrDash(firstMilliseconds, 3),
    numberOrDash(stepMilliseconds, 3),
    engine === 'cpu' ? '-' : numberOrDash(deviation, 2),
    remark,
  ];
}

function tensorFlowText({ tensorflow }: Examination): string {
  if (tensorflow === null) return 'TensorFlow    not installed';
  const { package: name, version, library, gpu } = tensorflow;
  const native = library === undefined ? '' : `, TensorFlow ${library}${gpu ? ' on a GPU' : ' on the cpu'}`;
  return `TensorFlow    ${name} ${version}${native}`;
}

/** An examination for people, in tables of at most `width` columns. */
export function examinationText(examination: Examination, width?: number): string {
  const { version, node, platform, cores, onnxruntime, engines, data } = examination;
  const support = node.supported ? 'supported' : `not supported: Node ${node.wanted} is needed`;
  return [
    `sphere-regimes ${version}`,
    `Node          ${node.version}, ${support}`,
    `machine       ${platform}, ${cores} cores`,
    `onnxruntime   ${onnxruntime}`,
    tensorFlowText(examination),
    ...data.map(({ name, found, detail }) => `data          ${name}: ${found ? detail : `not found (${detail})`}`),
    '',
    fitTable(COLUMNS, engines.map(engineRow), width),
    '',
    'deviation: largest relative difference from engine cpu in what two steps of the smallest network measure',
  ].join('\n');
}
