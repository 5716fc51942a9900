import type { Device } from '@dg/runtime';
import { formatTable } from '../../../src/cli/format-table.js';
import { timeCalls } from '../../../src/cli/time-calls.js';
import type { Check } from '../check/check.js';
import type { Step } from './step.js';

export interface CheckedStep {
  readonly step: Step;
  readonly check: Check;
}

interface Row {
  readonly name: string;
  readonly shape: string;
  readonly microseconds: number | undefined;
  readonly operations: number;
  readonly bytes: number;
  readonly check: Check | undefined;
}

const header = ['step', 'shape', 'time', 'TFLOPS', 'GB/s', 'check'];

/** Runs each step again for its time, and makes a table of them and of their sum. */
export async function stepTable(
  device: Device,
  steps: readonly CheckedStep[],
  more: readonly Row[] = [],
): Promise<string> {
  const rows: Row[] = [];
  for (const { step, check } of steps) {
    rows.push({ ...step, microseconds: await timeStep(device, step), check });
  }
  return formatTable([header, ...[...rows, sumOf(rows), ...more].map(cellsOf)]);
}

function sumOf(rows: readonly Row[]): Row {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const times = rows.flatMap(({ microseconds }) => (microseconds === undefined ? [] : [microseconds]));
  return {
    name: 'sum of the steps',
    shape: '',
    microseconds: times.length === rows.length ? sum(times) : undefined,
    operations: sum(rows.map(({ operations }) => operations)),
    bytes: sum(rows.map(({ bytes }) => bytes)),
    check: undefined,
  };
}

/** Undefined on the simulator, whose time says nothing. */
async function timeStep(device: Device, { enqueue }: Step): Promise<number | undefined> {
  if (device.kind === 'sim') return undefined;
  const { callMicroseconds } = await timeCalls(device, enqueue);
  return callMicroseconds;
}

function cellsOf({ name, shape, microseconds, operations, bytes, check }: Row): string[] {
  const perSecond = (count: number, unit: number) =>
    microseconds === undefined || count === 0 ? '-' : (count / (microseconds / 1e6) / unit).toPrecision(3);
  return [
    name,
    shape,
    microseconds === undefined ? '-' : `${microseconds.toFixed(1)} us`,
    perSecond(operations, 1e12),
    perSecond(bytes, 1e9),
    check === undefined ? '' : describeCheck(check),
  ];
}

export function describeCheck({ passed, detail }: Check): string {
  return passed ? detail : `FAIL: ${detail}`;
}
