import type { Device } from '@dg/runtime';
import { requestDevice } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkPass } from '../../src/moe/check-pass.js';
import { CpuExperts } from '../../src/moe/checks/cpu-experts.js';
import { DecodeLayer } from '../../src/moe/decode-layer.js';
import { loadMoeWeights } from '../../src/moe/moe-weights.js';
import { runMoe } from '../../src/moe/run-moe.js';
import { normalBfloat16Codes } from '../../src/random/normal-codes.js';
import { enqueueSteps } from '../../src/report/step.js';
import { type SmallModel, smallModel, smallShape } from '../support/small-model.js';

let device: Device;
let file: SmallModel;
beforeAll(async () => {
  device = await testDevice();
  file = await smallModel(11);
});
afterAll(async () => {
  await file.destroy();
});

describe('the mixture-of-experts layer', () => {
  it('passes its checks, for a prompt and in a graph that is replayed with other tokens', async () => {
    const lines: string[] = [];
    const passed = await runMoe({
      device,
      path: file.path,
      layer: 0,
      prefillTokens: 6,
      decodeTokens: 4,
      topK: 2,
      seed: 2,
      writeLine: (line) => lines.push(line),
    });
    const text = lines.join('\n');
    expect(passed, text).toBe(true);
    expect(text).not.toMatch(/FAIL|NaN/);
    for (const line of [
      'prefill: 6 tokens',
      'decode: 4 tokens',
      'replay 2: ',
      'down GEMM',
      'layer against float64',
    ]) {
      expect(text).toContain(line);
    }
    // The batches of the replays have to differ in what the masks say.
    const masks = lines.flatMap((line) => /replay \d: (\d+ to \d+) rows/.exec(line)?.[1] ?? []);
    expect(new Set(masks).size).toBeGreaterThan(1);
  });

  it('refuses more experts for a token than there are', async () => {
    const run = runMoe({
      device,
      path: file.path,
      layer: 0,
      prefillTokens: 1,
      decodeTokens: 1,
      topK: 5,
      seed: 1,
      writeLine: () => {},
    });
    await expect(run).rejects.toThrow('moe: expected an integer from 1 to 4 for topK but received 5');
  });
});

/** The checks are only worth something when each step has one that notices. */
it('a wrong value after any step is found by the check of the step that made it', async () => {
  const weights = await loadMoeWeights(device, file.model);
  const layer = new DecodeLayer(device, weights, 2, 2);
  const { pass } = layer;
  pass.x.write(normalBfloat16Codes(2 * smallShape.hidden, 1, 3));
  enqueueSteps(layer.steps, device.defaultStream);
  await device.synchronize();
  const experts = new CpuExperts(await requestDevice('cpu'), file.model);
  const failures = async () =>
    [...(await checkPass(pass, experts))].flatMap(([name, { passed }]) => (passed ? [] : [name]));
  expect(await failures()).toEqual([]);

  const row = (await pass.routing.rows.read())[0]!;
  const planted = [
    { step: 'router', buffer: pass.routing.logits.buffer, byte: 3 },
    { step: 'top-k', buffer: pass.routing.weights.buffer, byte: 2 },
    { step: 'cast', buffer: pass.tokens.data.buffer, byte: 0 },
    { step: 'dispatch', buffer: pass.dispatched.data.buffer, byte: row * smallShape.hidden },
    { step: 'gate and up GEMM', buffer: pass.gateUp.buffer, byte: row * 4 * smallShape.intermediate + 1 },
    { step: 'SwiGLU, cast', buffer: pass.activated.data.buffer, byte: row * smallShape.intermediate },
    { step: 'down GEMM', buffer: pass.expertRows.buffer, byte: row * 2 * smallShape.hidden + 1 },
    { step: 'weighted return', buffer: pass.out.buffer, byte: 1 },
  ];
  for (const { step, buffer, byte } of planted) {
    const before = await buffer.read(byte, 1);
    buffer.write(Uint8Array.of(before[0]! ^ 0x40), byte);
    expect(await failures(), step).toContain(step);
    buffer.write(before, byte);
  }
  expect(await failures()).toEqual([]);
  layer.destroy();
});
