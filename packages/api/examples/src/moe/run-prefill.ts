import { getMkAlignmentForContiguousLayout } from '@dg/api';
import type { Device } from '@dg/runtime';
import { normalBfloat16Codes } from '../random/normal-codes.js';
import { enqueueSteps } from '../report/step.js';
import { describeCheck, stepTable } from '../report/step-table.js';
import { checkPass } from './check-pass.js';
import type { CpuExperts } from './checks/cpu-experts.js';
import { checkGrouping } from './checks/grouping-check.js';
import type { MoeWeights } from './moe-weights.js';
import { PrefillLayer } from './prefill-layer.js';

export interface LayerRun {
  readonly device: Device;
  readonly weights: MoeWeights;
  /** The same weights where the checks run. */
  readonly experts: CpuExperts;
  readonly tokens: number;
  readonly topK: number;
  readonly seed: number;
  readonly writeLine: (line: string) => void;
}

/** Runs, checks and times the layer for a prompt. True when every check passed. */
export async function runPrefill(run: LayerRun): Promise<boolean> {
  const { device, weights, experts, tokens, topK, seed, writeLine } = run;
  const layer = new PrefillLayer(device, weights, tokens, topK);
  const stream = device.createStream();
  layer.tokens.x.write(normalBfloat16Codes(tokens * weights.shape.hidden, 1, seed));
  await device.synchronize();

  const routed = await layer.route(stream);
  enqueueSteps(routed.steps, stream);
  await stream.synchronize();

  const { routing } = routed.pass;
  const layout = await routed.groupedLayout.read();
  const grouping = checkGrouping(
    await routing.chosen.read(),
    await routing.rows.read(),
    layout,
    getMkAlignmentForContiguousLayout(device),
  );
  const checks = await checkPass(routed.pass, experts);
  writeLine(`prefill: ${tokens} tokens, top ${topK}, contiguous: ${layout.length} rows in groups`);
  const steps = [...layer.routingSteps, ...routed.steps];
  writeLine(
    await stepTable(
      device,
      steps.map((step) => ({ step, check: checks.get(step.name)! })),
    ),
  );
  const milliseconds = routed.groupingMilliseconds.toFixed(2);
  writeLine(`grouping on the host: ${milliseconds} ms, ${describeCheck(grouping)}`);
  writeLine(`layer against float64: ${describeCheck(checks.get('layer')!)}`);

  routed.destroy();
  layer.destroy();
  stream.destroy();
  return grouping.passed && [...checks.values()].every(({ passed }) => passed);
}
