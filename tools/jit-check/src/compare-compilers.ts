import { readFileSync } from 'node:fs';

interface Row {
  readonly op: string;
  readonly shape: readonly number[];
  readonly us: number;
  readonly config?: string;
}

/** Of one measurement to another of the same code; a difference below it says nothing. */
const noise = 0.03;

/** A table of the rows that two results of the benchmark share: microseconds of each, and their ratio. */
export function compareCompilers(nvccFile: string, nvrtcFile: string): string {
  const nvrtcRows = new Map(readRows(nvrtcFile).map((row) => [nameOf(row), row]));
  const pairs = readRows(nvccFile).flatMap((nvcc) => {
    const nvrtc = nvrtcRows.get(nameOf(nvcc));
    return nvrtc === undefined ? [] : [{ name: nameOf(nvcc), nvcc, nvrtc, ratio: nvrtc.us / nvcc.us }];
  });
  const lines = pairs.map(({ name, nvcc, nvrtc, ratio }) => {
    const verdict = ratio > 1 + noise ? 'slower' : ratio < 1 - noise ? 'faster' : 'the same';
    return `| ${name} | ${nvcc.us.toFixed(2)} | ${nvrtc.us.toFixed(2)} | ${ratio.toFixed(3)} | ${verdict} |`;
  });
  const mean = Math.exp(pairs.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / pairs.length);
  const slower = pairs.filter(({ ratio }) => ratio > 1 + noise).length;
  return [
    '| row | nvcc µs | NVRTC µs | NVRTC / nvcc | code of NVRTC |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `${pairs.length} rows, ${slower} slower with NVRTC by more than ${noise * 100} %, geometric mean ${mean.toFixed(3)}`,
  ].join('\n');
}

/** Rows of GEMMs. */
function readRows(path: string): Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
    .filter(({ config }) => config !== undefined);
}

function nameOf({ op, shape }: Row): string {
  return `${op} ${shape.join('x')}`;
}
