import type { Device, HostArray, Stream } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectConfig } from '../../src/config/select-config.js';
import { drawForm, formVariants, gemmForms, splitShape } from '../search/form-cases.js';
import { denseProblem } from '../support/dense-problem.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';
import type { UploadedGemm } from '../support/uploaded-gemm.js';

const calls = onGpu ? 100 : 2;
const scale = onGpu ? 8 : 1;
/** Calls of the other work that are queued for each call that is looked at. */
const callsBeside = onGpu ? 3 : 1;
const h200 = { multiprocessorCount: 132 };

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s', (operandType) => {
  const random = seededRandom(testSeed());
  let device: Device;
  let stream: Stream;
  let streamBeside: Stream;
  let beside: UploadedGemm;
  beforeAll(async () => {
    device = await testDevice();
    stream = device.createStream();
    streamBeside = device.createStream();
    beside = drawForm(random, 'dense', operandType, scale).upload(device);
    await device.synchronize();
  });
  afterAll(() => {
    beside.destroy();
    stream.destroy();
    streamBeside.destroy();
  });

  // Pitfall: a missing barrier between the wait for an earlier TMA store and the reuse of its buffer.
  it.each([...gemmForms[operandType], ...formVariants[operandType]])(
    'the same call gives the same bits every time, with other work on a second stream (%s)',
    async (form) => {
      const numbers = drawForm(random, form, operandType, scale);
      const call = numbers.upload(device);
      // The first calls may compile, and the ones after it are to run side by side.
      beside.run({ stream: streamBeside });
      call.run({ stream });
      let first: HostArray | undefined;
      for (let index = 0; index < calls; index++) {
        await stream.synchronize();
        call.reset();
        await device.defaultStream.synchronize();
        for (let other = 0; other < callsBeside; other++) beside.run({ stream: streamBeside });
        call.run({ stream });
        const d = numbers.meaningful(await call.output.tensor.read({ stream }));
        first ??= d;
        expectSameBits(d, first, { name: `D of call ${index}` });
      }
      expect(numbers.check(first!, {})).toBeLessThanOrEqual(allowedEpsilon(operandType));
      await device.synchronize();
      await call.output.expectGuardsIntact();
      await beside.output.expectGuardsIntact();
      call.destroy();
    },
  );

  it('K is split where it is to be, whatever the output is', () => {
    for (const outputType of ['bfloat16', 'float32'] as const) {
      for (const accumulate of [false, true]) {
        for (const tmaStorable of [false, true]) {
          const output = { outputType, accumulate, tmaStorable };
          const problem = denseProblem({ operandType, ...splitShape(scale), ...output });
          expect(selectConfig(problem, h200).splitK, JSON.stringify(problem)).toBeGreaterThan(1);
        }
      }
    }
  });
});
