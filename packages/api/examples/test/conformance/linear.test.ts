import { testDevice } from '@dg/testing';
import { expect, it } from 'vitest';
import { runLinear } from '../../src/linear/run-linear.js';

it.each([
  { tokens: 128, inputs: 256, outputs: 128 },
  { tokens: 48, inputs: 144, outputs: 80 },
])(
  'forward and backward of a linear layer pass their checks: $tokens x $inputs x $outputs',
  async (shape) => {
    const lines: string[] = [];
    const device = await testDevice();
    const passed = await runLinear({ device, shape, seed: 5, writeLine: (line) => lines.push(line) });
    const text = lines.join('\n');
    expect(passed, text).toBe(true);
    expect(text).not.toMatch(/FAIL|NaN/);
    for (const step of ['y = x W^T', 'dx = dy W', 'dW += dy^T x', 'against float64'])
      expect(text).toContain(step);
  },
);
