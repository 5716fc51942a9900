import { expect, it } from 'vitest';
import { benchParts, benchPlan } from './bench-plan.js';
import { denseShapes } from './gemm-shape.js';

it('takes everything by default', () => {
  expect(benchPlan(undefined, undefined)).toEqual({ parts: benchParts, shapes: denseShapes });
});

it('takes what is asked for', () => {
  expect(benchPlan('casts, bf16_nt', '1x2x8')).toEqual({
    parts: ['casts', 'bf16_nt'],
    shapes: [{ m: 1, n: 2, k: 8 }],
  });
});

it('rejects an unknown part', () => {
  expect(() => benchPlan('casts,fp16', undefined)).toThrow(
    'expected fp8_nt_1d2d, bf16_nt, casts, host_call, first_call for --ops but received "fp16"',
  );
});
