import { perTokenCastToFp8 } from '@dg/api';
import type { Device } from '@dg/runtime';
import { allOf, type Check } from '../../check/check.js';
import { checkBf16Product } from '../../check/gemm-check.js';
import { readRows, readScaleRows } from '../../check/read-rows.js';
import { sameBits } from '../../check/same-bits.js';
import { withinBound } from '../../check/within-bound.js';
import { assignRows } from '../../operations/assign-rows.js';
import { newRouting, type Routing } from '../../operations/routing.js';
import { selectExperts } from '../../operations/select-experts.js';
import type { MoePass } from '../moe-pass.js';
import type { CpuExperts } from './cpu-experts.js';
import type { Sample } from './sample.js';

/** Of a weight between 0 and 1: exponentials of two devices differ in their last bits. */
const weightTolerance = 2e-6;

export async function checkRouter(pass: MoePass, sample: Sample, experts: CpuExperts): Promise<Check> {
  const x = await readRows(pass.x, sample.tokens);
  const onCpu = experts.device.tensor(x, [sample.tokens.length, experts.shape.hidden], 'bfloat16');
  const logits = await readRows(pass.routing.logits, sample.tokens);
  return checkBf16Product(logits, onCpu, await experts.router(), pass.routing.logits.device);
}

/** The choices of all tokens, from the logits that the device made. */
export async function checkSelection({ routing }: MoePass, cpu: Device): Promise<Check> {
  const expected = await copyOf(routing, cpu, ['logits']);
  selectExperts(expected, cpu.defaultStream);
  const tolerance = () => weightTolerance;
  const weights = withinBound(await routing.weights.read(), await expected.weights.read(), tolerance);
  return allOf(
    [sameBits(await routing.chosen.read(), await expected.chosen.read()), weights],
    'same experts',
  );
}

/** The rows and counts of all tokens, from the choices that the device made. */
export async function checkRows(
  { routing, dispatched }: MoePass,
  counts: Int32Array,
  cpu: Device,
): Promise<Check> {
  const expected = await copyOf(routing, cpu, ['chosen']);
  const expectedCounts = cpu.empty([routing.experts], 'int32');
  assignRows(expected, expectedCounts, dispatched.rows, cpu.defaultStream);
  const checks = [
    sameBits(await routing.rows.read(), await expected.rows.read()),
    sameBits(counts, await expectedCounts.read()),
  ];
  return allOf(checks, 'same bits');
}

export async function checkCast(pass: MoePass, sample: Sample, cpu: Device): Promise<Check> {
  const { columns } = pass.tokens;
  const x = cpu.tensor(await readRows(pass.x, sample.tokens), [sample.tokens.length, columns], 'bfloat16');
  const expected = perTokenCastToFp8(x);
  const checks = [
    sameBits(await readRows(pass.tokens.data, sample.tokens), await expected.data.read()),
    sameBits(await readScaleRows(pass.tokens, sample.tokens), await expected.scales.read()),
  ];
  return allOf(checks, 'same bits');
}

/** A routing of the same sizes on another device, of which some tensors have the same contents. */
async function copyOf(
  routing: Routing,
  device: Device,
  names: readonly ('logits' | 'chosen')[],
): Promise<Routing> {
  const copy = newRouting(device, routing.tokens, routing.experts, routing.topK);
  for (const name of names) {
    if (name === 'logits') copy.logits.write(await routing.logits.read());
    else copy.chosen.write(await routing.chosen.read());
  }
  return copy;
}
