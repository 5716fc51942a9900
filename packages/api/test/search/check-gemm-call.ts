import type { Device, HostArray } from '@dg/runtime';
import { type CaseMeasure, expectSameBits, type SearchDevices } from '@dg/testing';
import type { GemmLibrary } from '../support/entry-points.js';
import type { OperandType } from '../support/number-formats.js';
import { allowedEpsilon } from '../support/test-settings.js';
import { inputsOf, type RunOptions, type UploadedGemm } from '../support/uploaded-gemm.js';
import { withSettings } from '../support/with-settings.js';
import type { DrawnOptions } from './draw-options.js';
import type { GemmNumbers } from './gemm-numbers.js';

/**
 * Makes a call twice on poisoned output. Both runs give the same bits, no byte around D and none of the inputs
 * changes, and D is that of the reference, within the bound of NUMERICS (of exact cases bit by bit); that of the
 * reference is held against the float64 oracle.
 */
export async function checkGemmCall(
  numbers: GemmNumbers,
  call: DrawnOptions,
  operandType: OperandType,
  { device, reference }: SearchDevices,
  library?: GemmLibrary,
): Promise<CaseMeasure> {
  const right =
    reference === undefined
      ? undefined
      : await withUploaded(numbers.upload(reference), async (uploaded) => ({
          inputs: await inputBytes(uploaded),
          d: await runOnce(uploaded, call, library),
        }));
  const actual = await withUploaded(numbers.upload(device), async (uploaded) => {
    // The reference got the same ones, where reading them back costs nothing.
    const before = right?.inputs ?? (await inputBytes(uploaded));
    const first = await runOnce(uploaded, call, library);
    const second = await runOnce(uploaded, call, library);
    expectSameBits(numbers.meaningful(second), numbers.meaningful(first), { name: 'the second run' });
    await uploaded.output.expectGuardsIntact();
    for (const [index, bytes] of (await inputBytes(uploaded)).entries()) {
      expectSameBits(bytes, before[index]!, { name: `input ${index} after the call` });
    }
    return first;
  });
  const epsilon = allowedEpsilon(operandType, device.kind === 'cuda', numbers.data);
  const value = numbers.check(actual, { ...(right === undefined ? {} : { reference: right.d }), epsilon });
  return { epsilon: { of: operandType, value } };
}

/** The whole memory of every input, margins included. */
async function inputBytes({ call }: UploadedGemm): Promise<Uint8Array[]> {
  return await Promise.all(inputsOf(call).map(({ buffer }) => buffer.read()));
}

/** D after one call. Inputs are written on the default stream, so that another one has to wait for them. */
async function runOnce(
  call: UploadedGemm,
  { options, settings, ownStream }: DrawnOptions,
  library?: GemmLibrary,
): Promise<HostArray> {
  const { tensor } = call.output;
  const device: Device = tensor.device;
  const run = (given: RunOptions) => withSettings(device, settings, () => call.run(given, library));
  call.reset();
  if (!ownStream) {
    run(options);
    return await tensor.read();
  }
  await device.synchronize();
  const stream = device.createStream();
  run({ ...options, stream });
  const d = await tensor.read({ stream });
  stream.destroy();
  return d;
}

async function withUploaded<T>(call: UploadedGemm, use: (call: UploadedGemm) => Promise<T>): Promise<T> {
  try {
    return await use(call);
  } finally {
    call.destroy();
  }
}
