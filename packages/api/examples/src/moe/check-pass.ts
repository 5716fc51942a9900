import type { Device } from '@dg/runtime';
import type { Check } from '../check/check.js';
import { sampleSize } from '../report/sample-size.js';
import type { CpuExperts } from './checks/cpu-experts.js';
import { checkCombine, checkDispatch, checkExpertGemm, checkSwiglu } from './checks/expert-checks.js';
import { checkLayer } from './checks/layer-check.js';
import { checkCast, checkRouter, checkSelection } from './checks/routing-checks.js';
import { takeSample } from './checks/sample.js';
import type { MoePass } from './moe-pass.js';

/** By the names of the steps, and `layer` for all of it. */
export type PassChecks = ReadonlyMap<string, Check>;

const projections = 3;

/**
 * Runs each step of a pass again on the `cpu` device, with what the step before it made on the other device, so that no
 * error hides in another. Where the layer is large, for some of the tokens only.
 */
export async function checkPass(pass: MoePass, experts: CpuExperts): Promise<PassChecks> {
  const { hidden, intermediate } = experts.shape;
  const { tokens, topK } = pass.routing;
  const cpu: Device = experts.device;
  const sample = await takeSample(pass, sampleSize(projections * hidden * intermediate * topK, tokens));
  return new Map([
    ['router', await checkRouter(pass, sample, experts)],
    ['top-k', await checkSelection(pass, cpu)],
    ['cast', await checkCast(pass, sample, cpu)],
    ['dispatch', await checkDispatch(pass, sample)],
    ['gate and up GEMM', await checkExpertGemm(pass, sample, experts, 'gateUp')],
    ['SwiGLU, cast', await checkSwiglu(pass, sample, cpu)],
    ['down GEMM', await checkExpertGemm(pass, sample, experts, 'down')],
    ['weighted return', await checkCombine(pass, sample, cpu)],
    ['layer', await checkLayer(pass, sample, experts)],
  ]);
}
