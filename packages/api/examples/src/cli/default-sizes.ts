import type { DeviceKind } from '@dg/runtime';
import type { LinearShape } from '../linear/linear-layer.js';
import type { MoeShape } from '../model/moe-shape.js';

export interface MoeSizes extends MoeShape {
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly topK: number;
}

/** The experts of DeepSeek-V3, 16 of its 256: a model file of 0.7 GB. */
const gpuMoe: MoeSizes = {
  hidden: 7168,
  intermediate: 2048,
  experts: 16,
  prefillTokens: 4096,
  decodeTokens: 128,
  topK: 8,
};

/** Some seconds on one core. */
const cpuMoe: MoeSizes = {
  hidden: 512,
  intermediate: 256,
  experts: 8,
  prefillTokens: 96,
  decodeTokens: 16,
  topK: 2,
};

/** The simulator executes every instruction. */
const simMoe: MoeSizes = {
  hidden: 256,
  intermediate: 128,
  experts: 4,
  prefillTokens: 6,
  decodeTokens: 4,
  topK: 2,
};

export function defaultMoeSizes(kind: DeviceKind): MoeSizes {
  return { cuda: gpuMoe, cpu: cpuMoe, sim: simMoe }[kind];
}

export function defaultLinearShape(kind: DeviceKind): LinearShape {
  return {
    cuda: { tokens: 4096, inputs: 7168, outputs: 4096 },
    cpu: { tokens: 256, inputs: 512, outputs: 384 },
    sim: { tokens: 128, inputs: 256, outputs: 128 },
  }[kind];
}
