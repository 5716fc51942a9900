import type { Device, HostArray } from '@dg/runtime';
import { type CaseMeasure, expectSameBits, type SearchDevices, type SeededRandom } from '@dg/testing';
import type { GemmLibrary } from '../support/entry-points.js';
import { allowedEpsilon } from '../support/test-settings.js';
import { inputsOf, type UploadedGemm } from '../support/uploaded-gemm.js';
import type { DrawnOptions } from './draw-options.js';
import type { DrawnGemm } from './drawn-gemm.js';

/**
 * Makes a drawn call twice on poisoned output. Both runs give the same bits, no byte around D and none of the inputs
 * changes, and D is that of the reference, within the bound of NUMERICS (of exact cases bit by bit); that of the
 * reference is held against the float64 oracle.
 */
export async function checkDrawnGemm(
  drawn: DrawnGemm,
  random: SeededRandom,
  { device, reference }: SearchDevices,
  library: GemmLibrary,
): Promise<CaseMeasure> {
  const numbers = drawn.drawNumbers(random);
  const expected =
    reference === undefined
      ? {}
      : {
          reference: await withUploaded(numbers.upload(reference), (call) =>
            runOnce(call, drawn.call, library),
          ),
        };
  const actual = await withUploaded(numbers.upload(device), async (call) => {
    const inputs = inputsOf(call.call).map(({ buffer }) => buffer);
    const before = await Promise.all(inputs.map((buffer) => buffer.read()));
    const first = await runOnce(call, drawn.call, library);
    const second = await runOnce(call, drawn.call, library);
    expectSameBits(numbers.meaningful(second), numbers.meaningful(first), { name: 'the second run' });
    await call.output.expectGuardsIntact();
    for (const [index, buffer] of inputs.entries()) {
      expectSameBits(await buffer.read(), before[index]!, { name: `input ${index} after the call` });
    }
    return first;
  });
  const epsilon = allowedEpsilon(drawn.operandType, device.kind === 'cuda');
  const value = numbers.check(actual, { ...expected, epsilon });
  return { epsilon: { of: drawn.operandType, value } };
}

/** D after one call. Inputs are written on the default stream, so that another one has to wait for them. */
async function runOnce(
  call: UploadedGemm,
  { options, ownStream }: DrawnOptions,
  library: GemmLibrary,
): Promise<HostArray> {
  const { tensor } = call.output;
  call.reset();
  if (!ownStream) {
    call.run(options, library);
    return await tensor.read();
  }
  const device: Device = tensor.device;
  await device.synchronize();
  const stream = device.createStream();
  call.run({ ...options, stream }, library);
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
