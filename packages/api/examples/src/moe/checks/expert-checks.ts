import type { ScaledTensor } from '@dg/api';
import { bfloat16ToFloat32Array, e4m3ToFloat32Array } from '@dg/layout';
import type { Device } from '@dg/runtime';
import { allOf, type Check } from '../../check/check.js';
import { checkFp8Product } from '../../check/gemm-check.js';
import { readRows, readScaleRows } from '../../check/read-rows.js';
import { sameBits } from '../../check/same-bits.js';
import { spacingAt } from '../../check/spacing.js';
import { withinBound } from '../../check/within-bound.js';
import { combineRows } from '../../operations/combine-rows.js';
import { newRouting } from '../../operations/routing.js';
import { newScaledRows, type ScaledRows, scaledColumns } from '../../operations/scaled-rows.js';
import { swigluCast } from '../../operations/swiglu-cast.js';
import type { MoePass } from '../moe-pass.js';
import type { CpuExpert, CpuExperts } from './cpu-experts.js';
import { byExpert, type Sample } from './sample.js';

/** Exponentials of two devices differ in their last bits, which moves hardly any code, and that to a neighbour. */
const largestShareOfOtherCodes = 1e-3;
const otherCodesAlwaysAllowed = 2;
/** Sums of float32 in the same order, with and without a rounding between product and sum. */
const combineEpsilon = 1e-6;

const rowsOf = ({ choices }: Sample) => choices.map(({ row }) => row);

/** Each sampled row holds its token's codes and scales. */
export async function checkDispatch({ tokens, dispatched }: MoePass, sample: Sample): Promise<Check> {
  const tokenOfChoice = sample.choices.map(({ place }) => sample.tokens[place]!);
  const checks = [
    sameBits(await readRows(dispatched.data, rowsOf(sample)), await readRows(tokens.data, tokenOfChoice)),
    sameBits(await readScaleRows(dispatched, rowsOf(sample)), await readScaleRows(tokens, tokenOfChoice)),
  ];
  return allOf(checks, 'same bits');
}

/** One of the two grouped GEMMs: each expert's sampled rows against a plain GEMM on the `cpu` device. */
export async function checkExpertGemm(
  pass: MoePass,
  sample: Sample,
  experts: CpuExperts,
  projection: keyof CpuExpert,
): Promise<Check> {
  const a = projection === 'gateUp' ? pass.dispatched : pass.activated;
  const d = projection === 'gateUp' ? pass.gateUp : pass.expertRows;
  const checks: Check[] = [];
  for (const [expert, places] of byExpert(sample)) {
    const rows = places.map((place) => sample.choices[place]!.row);
    const onCpu = await copyRows(experts.device, a, rows);
    const weight = (await experts.expert(expert))[projection];
    checks.push(checkFp8Product(await readRows(d, rows), onCpu, weight, pass.x.device));
  }
  return allOf(checks, worstOf(checks));
}

/** Of checks by `withinBound`, whose words sort like their numbers. */
function worstOf(checks: readonly Check[]): string {
  return checks
    .map(({ detail }) => detail)
    .sort()
    .at(-1)!;
}

/** The codes of the `cpu` device, but for a few that are neighbours. */
export async function checkSwiglu(pass: MoePass, sample: Sample, cpu: Device): Promise<Check> {
  const rows = rowsOf(sample);
  const { columns } = pass.activated;
  const gateUp = cpu.tensor(await readRows(pass.gateUp, rows), [1, rows.length, 2 * columns], 'bfloat16');
  const onCpu = newScaledRows(cpu, 1, rows.length, columns);
  swigluCast(gateUp, undefined, onCpu, cpu.defaultStream);

  const everyRow = rows.map((_, place) => place);
  const expected = await dequantise(onCpu, everyRow);
  const actual = await dequantise(pass.activated, rows);
  const slightlyMoreThanOneCode = (i: number) =>
    1.001 * expected.scaleAt(i) * spacingAt(expected.codes[i]!, 'float8_e4m3fn');
  const close = withinBound(actual.values, expected.values, slightlyMoreThanOneCode);
  const others = actual.codes.filter((code, i) => code !== expected.codes[i]).length;
  const allowed = Math.max(otherCodesAlwaysAllowed, largestShareOfOtherCodes * actual.codes.length);
  const detail = others === 0 ? 'same codes' : `${others} of ${actual.codes.length} codes next to it`;
  return allOf([close, { passed: others <= allowed, detail }], detail);
}

export async function checkCombine(pass: MoePass, sample: Sample, cpu: Device): Promise<Check> {
  const { routing, expertRows, out } = pass;
  const hidden = out.shape[1]!;
  const count = sample.tokens.length;
  const codes = await readRows(expertRows, rowsOf(sample));
  const onCpu = newRouting(cpu, count, routing.experts, routing.topK);
  onCpu.weights.write(await readRows(routing.weights, sample.tokens));
  onCpu.rows.write(Int32Array.from(sample.choices.keys()));

  const combine = async (elements: Uint16Array<ArrayBuffer>) => {
    const rows = cpu.tensor(elements, [1, sample.choices.length, hidden], 'bfloat16');
    const sums = cpu.empty([count, hidden], 'bfloat16');
    combineRows(rows, onCpu, sums, cpu.defaultStream);
    return bfloat16ToFloat32Array(await sums.read());
  };
  const expected = await combine(codes as Uint16Array<ArrayBuffer>);
  const magnitudes = await combine(codes.map((code) => code & 0x7fff) as Uint16Array<ArrayBuffer>);
  const actual = bfloat16ToFloat32Array(await readRows(out, sample.tokens));
  const boundOf = (i: number) => spacingAt(expected[i]!, 'bfloat16') + combineEpsilon * magnitudes[i]!;
  return withinBound(actual, expected, boundOf);
}

/** Rows of another device's tensor, as A of a plain GEMM on this one. */
async function copyRows(device: Device, source: ScaledRows, rows: readonly number[]): Promise<ScaledTensor> {
  const { columns } = source;
  return {
    data: device.tensor(await readRows(source.data, rows), [rows.length, columns], 'float8_e4m3fn'),
    scales: device.tensor(
      await readScaleRows(source, rows),
      [rows.length, columns / scaledColumns],
      'float32',
    ),
  };
}

async function dequantise(scaled: ScaledRows, rows: readonly number[]) {
  const codes = e4m3ToFloat32Array(await readRows(scaled.data, rows));
  const scales = await readScaleRows(scaled, rows);
  // Rows are whole blocks long, so that blocks are counted over all rows.
  const scaleAt = (i: number) => scales[Math.floor(i / scaledColumns)]!;
  return { codes, scaleAt, values: Float64Array.from(codes, (code, i) => code * scaleAt(i)) };
}
