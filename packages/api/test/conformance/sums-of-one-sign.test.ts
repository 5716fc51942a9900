import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureRow } from '../support/accuracy.js';
import { uploadGemm } from '../support/device-gemm.js';
import { recordEpsilon } from '../support/epsilon-record.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData, type GemmData } from '../support/gemm-data.js';
import { decodeCodes, type OperandType } from '../support/number-formats.js';
import { oracleRow } from '../support/oracle.js';
import { onGpu, referenceEpsilon } from '../support/test-settings.js';

/**
 * Tensor cores truncate, so sums without cancellation lose more the longer they are. Bfloat16: less than 2^-23 of the
 * sum with each 16 products. FP8: what 32 products and the sum of those before lose below 13 bits, in blocks of 128.
 */
const allowedOnGpu = {
  bfloat16: (k: number) => referenceEpsilon + (k / 16) * 2 ** -23,
  float8_e4m3fn: () => 4e-3,
};

const [m, n] = [70, 72];
const rows = [0, 69];

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('sums of one sign, %s', (operandType) => {
  let device: Device;
  const record = recordEpsilon(() => `sums of one sign on ${device.name}`);
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each([128, 7168])('K of %i', async (k) => {
    const random = seededRandom(testSeed());
    const gemm = completeCase(random, {
      operandType,
      m,
      n,
      k,
      outputType: 'float32',
      accumulation: 'none',
      data: 'normal',
    });
    const data = withoutSigns(drawData(random, gemm), operandType);
    const allowed = onGpu ? allowedOnGpu[operandType](k) : referenceEpsilon;
    const onDevice = uploadGemm(device, gemm, data);
    onDevice.reset();
    onDevice.run();
    const d = (await onDevice.read()) as Float32Array;
    onDevice.destroy();
    for (const row of rows) {
      const { epsilon, failure } = measureRow(
        d.subarray(row * n, (row + 1) * n),
        oracleRow(data, row),
        'float32',
        allowed,
      );
      expect(failure).toBeUndefined();
      record(operandType, epsilon);
    }
  });
});

function withoutSigns(data: GemmData, operandType: OperandType): GemmData {
  const mask = operandType === 'bfloat16' ? 0x7fff : 0x7f;
  const [codesA, codesB] = [data.codesA.map((code) => code & mask), data.codesB.map((code) => code & mask)];
  return { ...data, codesA, codesB, a: decodeCodes(codesA), b: decodeCodes(codesB) };
}
