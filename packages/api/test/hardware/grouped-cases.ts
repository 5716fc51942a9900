import { createHash } from 'node:crypto';
import type { Device, HostArray } from '@dg/runtime';
import { type SeededRandom, seededRandom } from '@dg/testing';
import { uploadGemm } from '../support/device-gemm.js';
import { completeCase, type GemmCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { drawKGrouped, type KGroupedCase } from '../support/k-grouped-data.js';
import { uploadKGrouped } from '../support/k-grouped-gemm.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import type { OperandType } from '../support/number-formats.js';
import type { ShippedKernelCase } from './shipped-kernel.js';

const seed = 20_021;
const operandTypes = ['float8_e4m3fn', 'bfloat16'] as const;
const rowsOfGroup = 128;

interface Uploaded {
  reset(): void;
  run(): void;
  readonly output: { readonly tensor: { read(): Promise<HostArray> }; expectGuardsIntact(): Promise<void> };
  destroy(): void;
}

/** Exact inputs of every kind of product that is not plain NT, by the library's own choice of a kernel. */
export function groupedCases(): ShippedKernelCase[] {
  return operandTypes.flatMap((operandType, type) => [
    ...(['bfloat16', 'float32'] as const).flatMap((outputType, output) => [
      contiguousCase(operandType, outputType, 10 * type + output),
      maskedCase(operandType, outputType, 20 + 10 * type + output),
    ]),
    kGroupedCase(operandType, 40 + type),
    ...(['nn', 'tn', 'tt'] as const).map((entry, index) =>
      denseCase(operandType, entry, 50 + 10 * type + index),
    ),
  ]);
}

function contiguousCase(
  operandType: OperandType,
  outputType: 'bfloat16' | 'float32',
  index: number,
): ShippedKernelCase {
  const order = [2, 0, 1];
  const m = order.length * rowsOfGroup;
  const rows = order.map((_, group) => {
    const first = order.indexOf(group) * rowsOfGroup;
    return Array.from({ length: rowsOfGroup }, (_row, row) => first + row);
  });
  const layout = Int32Array.from({ length: m }, (_, row) => order[Math.floor(row / rowsOfGroup)]!);
  const name = `contiguous groups, ${operandType}, ${outputType}`;
  return shippedCase(name, index, 136, (device, random) => {
    const given = { form: 'contiguous', operandType, outputType, groups: 3, m, n: 136, k: 272 } as const;
    return uploadMGrouped(
      device,
      drawMGrouped(random, completeMGrouped(random, { ...given, data: 'integers' }), rows),
      layout,
    );
  });
}

function maskedCase(
  operandType: OperandType,
  outputType: 'bfloat16' | 'float32',
  index: number,
): ShippedKernelCase {
  const masks = [70, 0, 130, 1];
  const rows = masks.map((count) => Array.from({ length: count }, (_, row) => row));
  const name = `masked groups, ${operandType}, ${outputType}`;
  return shippedCase(name, index, 136, (device, random) => {
    const given = {
      form: 'masked',
      operandType,
      outputType,
      groups: masks.length,
      m: 130,
      n: 136,
      k: 272,
    } as const;
    const gemm = completeMGrouped(random, { ...given, data: 'integers' });
    return uploadMGrouped(device, drawMGrouped(random, gemm, rows), Int32Array.from(masks));
  });
}

function kGroupedCase(operandType: OperandType, index: number): ShippedKernelCase {
  const depths = [128, 0, 256];
  const gemm: KGroupedCase = {
    operandType,
    storage: 'matrix',
    m: 136,
    n: 136,
    sumK: 384,
    groups: depths.length,
    data: 'integers',
    accumulation: 'in place',
    majorA: 'mn',
    majorB: 'mn',
  };
  return shippedCase(`K-grouped, ${operandType}`, index, gemm.n, (device, random) =>
    uploadKGrouped(device, drawKGrouped(random, gemm, depths), depths),
  );
}

function denseCase(operandType: OperandType, entry: 'nn' | 'tn' | 'tt', index: number): ShippedKernelCase {
  const n = 136;
  const majors = { nn: ['k', 'mn'], tn: ['mn', 'mn'], tt: ['mn', 'k'] } as const;
  const [majorA, majorB] = majors[entry];
  const scaleRowsB = entry === 'tn' ? 1 : 128;
  const variant = { entry, majorA, majorB, scaleRowsB, recipeGiven: false } as const;
  return shippedCase(`${entry}, ${operandType}, scales of ${scaleRowsB} rows`, index, n, (device, random) => {
    const given: Partial<GemmCase> = { accumulation: 'none', data: 'integers', variant };
    const gemm = completeCase(random, { operandType, m: 136, n, k: 272, ...given });
    return uploadGemm(device, gemm, drawData(random, gemm));
  });
}

function shippedCase(
  name: string,
  index: number,
  columns: number,
  upload: (device: Device, random: SeededRandom) => Uploaded,
): ShippedKernelCase {
  return {
    name,
    key: createHash('sha256')
      .update(JSON.stringify([name, index, seed, columns]))
      .digest('hex')
      .slice(0, 16),
    run: async (device) => {
      const onDevice = upload(device, seededRandom(seed).fork(index));
      try {
        onDevice.reset();
        onDevice.run();
        const d = await onDevice.output.tensor.read();
        await onDevice.output.expectGuardsIntact();
        return { arrays: [d], columns };
      } finally {
        onDevice.destroy();
      }
    },
  };
}
