import type { Device } from '@dg/runtime';
import { type SeededRandom, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectUntouched } from '../support/expect-untouched.js';
import { groupLayout } from '../support/group-layout.js';
import { type KGroupedCase, uploadKGrouped } from '../support/k-grouped-gemm.js';
import { completeMGrouped, uploadMGrouped } from '../support/m-grouped-gemm.js';
import { rowsUnderMask } from '../support/rows-under-mask.js';
import { allowedEpsilon, caseCount, deviceName, onlyCase } from '../support/test-settings.js';

const seed = testSeed();
/** Of each kind and type. Fewer than of the dense ones: each holds several products. */
const cases = Array.from(
  { length: Math.ceil(caseCount / (deviceName === 'cpu' ? 8 : 4)) },
  (_, index) => index,
);
const majors = ['k', 'mn'] as const;

type OperandType = 'float8_e4m3fn' | 'bfloat16';

function drawCommon(random: SeededRandom, operandType: OperandType) {
  return {
    operandType,
    n: random.chance(0.5) ? random.pick([1, 8, 24, 64, 129]) : random.integer(1, 150),
    k: random.chance(0.5) ? random.pick([1, 16, 64, 100, 128, 129]) : random.integer(1, 300),
    majorA: random.pick(majors),
    majorB: random.pick(majors),
    scaleRowsB: operandType === 'bfloat16' ? 128 : random.pick([128, 1] as const),
  } as const;
}

/** Groups with few rows, none, or several tiles. */
function drawSize(random: SeededRandom): number {
  return random.pick([0, 1, random.integer(2, 20), 64, random.integer(60, 150)]);
}

async function runContiguous(
  device: Device,
  random: SeededRandom,
  operandType: OperandType,
): Promise<number> {
  const sizes = Array.from({ length: random.integer(1, 6) }, () => drawSize(random));
  const layout = random.pick(['rows', 'psum'] as const);
  const mkAlignment = random.pick([64, 128, 192, 256]);
  const order =
    layout === 'rows' && random.chance(0.5) ? sizes.map((_, group) => group).reverse() : undefined;
  const placed = groupLayout(sizes, { layout, mkAlignment, order });
  const gemm = completeMGrouped(random, {
    ...drawCommon(random, operandType),
    form: 'contiguous',
    entry: random.pick(['nt', 'nn'] as const),
    groups: sizes.length,
    m: placed.m,
    options: { layout, mkAlignment },
  });
  const call = uploadMGrouped(device, random, gemm, placed.rows, placed.contents);
  call.reset();
  call.run();
  const epsilon = call.check(await call.output.tensor.read(), placed.rows);
  await call.output.expectGuardsIntact();
  call.destroy();
  return epsilon;
}

async function runMasked(device: Device, random: SeededRandom, operandType: OperandType): Promise<number> {
  const m = random.chance(0.5) ? random.pick([1, 7, 64, 65, 130]) : random.integer(1, 150);
  const masks = Array.from({ length: random.integer(1, 6) }, () => random.pick([0, m, random.integer(0, m)]));
  const common = drawCommon(random, operandType);
  const gemm = completeMGrouped(random, { ...common, form: 'masked', groups: masks.length, m });
  const rows = rowsUnderMask(masks, m);
  const call = uploadMGrouped(device, random, gemm, rows, Int32Array.from(masks));
  call.reset();
  call.run();
  const d = await call.output.tensor.read();
  const epsilon = call.check(d, rows);
  expectUntouched(d, rows, m, gemm.n);
  await call.output.expectGuardsIntact();
  call.destroy();
  return epsilon;
}

async function runKGrouped(device: Device, random: SeededRandom, operandType: OperandType): Promise<number> {
  const depths = Array.from({ length: random.integer(1, 6) }, () => 128 * random.integer(0, 3));
  const { n, majorA, majorB } = drawCommon(random, operandType);
  const gemm: KGroupedCase = {
    operandType,
    storage: operandType === 'bfloat16' ? 'matrix' : random.pick(['matrix', 'blocks'] as const),
    m: random.integer(1, 100),
    n,
    sumK: depths.reduce((sum, depth) => sum + depth) + 128 * random.pick([0, 0, 1]),
    groups: depths.length,
    data: random.pick(['normal', 'integers'] as const),
    accumulation: random.pick(['none', 'c', 'in place'] as const),
    majorA,
    majorB,
  };
  const call = uploadKGrouped(device, random, gemm, depths);
  call.reset();
  call.run();
  const epsilon = call.check(await call.output.tensor.read(), depths);
  await call.output.expectGuardsIntact();
  call.destroy();
  return epsilon;
}

describe.each([
  ['contiguous', runContiguous],
  ['masked', runMasked],
  ['K-grouped', runKGrouped],
] as const)('random %s', (kind, run) => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s', (operandType) => {
    it.for(onlyCase === undefined ? cases : [onlyCase])('case %i', async (index) => {
      try {
        const epsilon = await run(device, seededRandom(seed).fork(index), operandType);
        expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType));
      } catch (error) {
        throw new Error(
          `repeat with: DG_TEST_SEED=${seed} DG_TEST_CASE=${index} vitest run --project ` +
            `conformance-${deviceName} random-grouped -t 'random ${kind} ${operandType}'`,
          { cause: error },
        );
      }
    });
  });
});
