import { type Device, DgValidationError, getAvailability, requestDevice } from '@dg/runtime';
import { expectSameBits, seededRandom } from '@dg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt, perBlockCastToFp8, perTokenCastToFp8 } from '../../src/index.js';
import { drawForm, gemmForms } from '../search/form-cases.js';
import { allowedEpsilon } from '../support/test-settings.js';

const gpuCount = getAvailability().devices.length;
if (gpuCount < 2) process.stderr.write(`SKIPPED: several GPUs in one process. There are ${gpuCount}.\n`);

const [m, n, k] = [300, 528, 1024];
const allForms = (['float8_e4m3fn', 'bfloat16'] as const).flatMap((operandType) =>
  gemmForms[operandType].map((form) => [operandType, form] as const),
);

function values(seed: number, count: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

function enqueueGemms(device: Device) {
  const x = device.tensor(values(1, m * k), [m, k], 'float32');
  const w = device.tensor(values(2, n * k), [n, k], 'float32');
  const a = perTokenCastToFp8(x);
  const b = perBlockCastToFp8(w);
  const d = device.empty([m, n], 'float32');
  for (let call = 0; call < 20; call++) fp8GemmNt(a, b, d);
  return { a, b, d };
}

describe.skipIf(gpuCount < 2)('two GPUs in one process', () => {
  let devices: Device[];
  beforeAll(async () => {
    devices = [await requestDevice('cuda:0'), await requestDevice('cuda:1')];
  });
  afterAll(() => {
    for (const device of devices) device.destroy();
  });

  it('work side by side and give the same bits', async () => {
    const gemms = devices.map(enqueueGemms);
    const [first, second] = await Promise.all(gemms.map(({ d }) => d.read()));
    expect(first!.some((value) => value !== 0)).toBe(true);
    expect(Buffer.from(second!.buffer).equals(Buffer.from(first!.buffer))).toBe(true);
  });

  it.each(allForms)('each run GEMMs of every form at once (%s, %s)', async (operandType, form) => {
    const numbers = drawForm(seededRandom(3), form, operandType, 2);
    const calls = devices.map((device) => numbers.upload(device));
    for (const call of calls) call.reset();
    for (const call of calls) call.run();
    const results = await Promise.all(calls.map((call) => call.output.tensor.read()));
    const [first, second] = results.map((d) => numbers.meaningful(d));
    expectSameBits(second!, first!, { name: `${form} of ${operandType} on the second GPU` });
    expect(numbers.check(results[0]!, {})).toBeLessThanOrEqual(allowedEpsilon(operandType));
    for (const call of calls) {
      await call.output.expectGuardsIntact();
      call.destroy();
    }
  });

  it('do not mix their tensors', () => {
    const [zero, one] = devices as [Device, Device];
    const a = zero.zeros([64, 64], 'bfloat16');
    const d = one.empty([64, 64], 'bfloat16');
    expect(() => bf16GemmNt(a, a, d)).toThrow(DgValidationError);
  });

  it('go on when the other is destroyed', async () => {
    const other = await requestDevice('cuda:1');
    const { d } = enqueueGemms(devices[0]!);
    const before = await d.read();
    other.destroy();
    const { d: again } = enqueueGemms(devices[0]!);
    expect(await again.read()).toEqual(before);
    devices[1] = await requestDevice('cuda:1');
  });
});
