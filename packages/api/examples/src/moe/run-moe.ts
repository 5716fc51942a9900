import { type Device, describeValue, reject, requestDevice } from '@dg/runtime';
import { prepareExampleKernels } from '../kernels/example-kernel.js';
import { MoeModel } from '../model/moe-model.js';
import { mostChoices } from '../operations/select-experts.js';
import { CpuExperts } from './checks/cpu-experts.js';
import { destroyMoeWeights, loadMoeWeights } from './moe-weights.js';
import { runDecode } from './run-decode.js';
import { runPrefill } from './run-prefill.js';

export interface MoeRun {
  readonly device: Device;
  /** A model file with the layer. */
  readonly path: string;
  readonly layer: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly topK: number;
  readonly seed: number;
  readonly writeLine: (line: string) => void;
}

/**
 * Loads the layer of a model file, runs it for a prompt and for single tokens, holds both against the `cpu` device and
 * prints their times. True when every check passed.
 *
 * @throws DgValidationError for a broken file, or sizes that do not fit.
 */
export async function runMoe(run: MoeRun): Promise<boolean> {
  const { device, path, layer, prefillTokens, decodeTokens, writeLine } = run;
  const start = performance.now();
  const model = await MoeModel.open(path, layer);
  try {
    const { experts, hidden, intermediate } = model.shape;
    requireTopK(run.topK, experts);
    const [weights] = await Promise.all([loadMoeWeights(device, model), prepareExampleKernels(device)]);
    await device.synchronize();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    writeLine(
      `layer: ${experts} experts, hidden ${hidden}, intermediate ${intermediate}, loaded in ${seconds} s`,
    );

    const common = { ...run, weights, experts: new CpuExperts(await requestDevice('cpu'), model) };
    const prefill = await runPrefill({ ...common, tokens: prefillTokens });
    const decode = await runDecode({ ...common, tokens: decodeTokens });
    destroyMoeWeights(weights);
    return prefill && decode;
  } finally {
    await model.close();
  }
}

function requireTopK(topK: number, experts: number): void {
  const most = Math.min(experts, mostChoices);
  if (Number.isInteger(topK) && topK >= 1 && topK <= most) return;
  reject('moe', `an integer from 1 to ${most} for topK`, describeValue(topK));
}
