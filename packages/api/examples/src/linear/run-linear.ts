import { bfloat16ToFloat32Array } from '@dg/layout';
import { type Device, requestDevice } from '@dg/runtime';
import { normalBfloat16Codes } from '../random/normal-codes.js';
import { enqueueSteps } from '../report/step.js';
import { describeCheck, stepTable } from '../report/step-table.js';
import { checkLinear } from './check-linear.js';
import { type LinearData, LinearLayer, type LinearShape } from './linear-layer.js';

export interface LinearRun {
  readonly device: Device;
  readonly shape: LinearShape;
  readonly seed: number;
  readonly writeLine: (line: string) => void;
}

/**
 * One training step of a linear layer: forward, input gradient, weight gradient, held against the `cpu` device and timed.
 * True when every check passed.
 */
export async function runLinear({ device, shape, seed, writeLine }: LinearRun): Promise<boolean> {
  const data = linearData(shape, seed);
  const layer = new LinearLayer(device, shape, data);
  await device.synchronize();
  enqueueSteps(layer.steps, device.defaultStream);
  await device.synchronize();

  const { steps, unquantised } = await checkLinear(layer, data, await requestDevice('cpu'));
  writeLine(`linear layer: ${shape.tokens} tokens, ${shape.inputs} inputs, ${shape.outputs} outputs`);
  writeLine(
    await stepTable(
      device,
      layer.steps.map((step) => ({ step, check: steps.get(step.name)! })),
    ),
  );
  const words = [...unquantised].map(([name, check]) => `${name} ${describeCheck(check)}`);
  writeLine(`against float64 of the bfloat16 inputs: ${words.join(', ')}`);
  layer.destroy();
  return [...steps.values(), ...unquantised.values()].every(({ passed }) => passed);
}

/** Of sizes that give products of about 1. */
function linearData({ tokens, inputs, outputs }: LinearShape, seed: number): LinearData {
  return {
    x: normalBfloat16Codes(tokens * inputs, 1, seed),
    w: normalBfloat16Codes(outputs * inputs, 1 / Math.sqrt(inputs), seed + 1),
    dy: normalBfloat16Codes(tokens * outputs, 1 / Math.sqrt(outputs), seed + 2),
    dw: Float32Array.from(bfloat16ToFloat32Array(normalBfloat16Codes(outputs * inputs, 1, seed + 3))),
  };
}
