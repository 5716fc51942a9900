import type { Graph, Stream } from '@dg/runtime';
import { timeReplays } from '../../../src/timing/time-replays.js';
import { allOf, type Check } from '../check/check.js';
import { sameBits } from '../check/same-bits.js';
import { normalBfloat16Codes } from '../random/normal-codes.js';
import { describeCheck, stepTable } from '../report/step-table.js';
import { checkPass } from './check-pass.js';
import { checkRows } from './checks/routing-checks.js';
import { DecodeLayer } from './decode-layer.js';
import type { LayerRun } from './run-prefill.js';

const replays = 3;

/** Captures the layer for a batch of tokens, replays it with several batches, checks each and times it. */
export async function runDecode(run: LayerRun): Promise<boolean> {
  const { device, weights, tokens, topK, writeLine } = run;
  const layer = new DecodeLayer(device, weights, tokens, topK);
  const stream = device.createStream();
  const graph = await layer.capture(stream);
  writeLine(`decode: ${tokens} tokens, top ${topK}, masked, one captured graph replayed`);

  const checksOfStep = new Map<string, Check[]>();
  for (let replay = 0; replay < replays; replay++) {
    const { checks, counts } = await replayAndCheck(run, layer, graph, stream, replay);
    for (const [name, check] of checks) checksOfStep.set(name, [...(checksOfStep.get(name) ?? []), check]);
    const whole = describeCheck(checks.get('layer')!);
    const again = describeCheck(checks.get('again')!);
    writeLine(
      `replay ${replay}: ${describeCounts(counts)}; layer against float64: ${whole}; once more: ${again}`,
    );
  }

  const checkOf = (name: string) => {
    const checks = checksOfStep.get(name)!;
    return allOf(checks, checks[0]!.detail);
  };
  const graphRow = {
    name: 'whole graph',
    shape: `${tokens} tokens`,
    // The clock of the simulator says nothing.
    microseconds: device.kind === 'sim' ? undefined : await timeReplays(stream, graph),
    operations: 0,
    bytes: 0,
    check: undefined,
  };
  const steps = layer.steps.map((step) => ({ step, check: checkOf(step.name) }));
  writeLine(await stepTable(device, steps, [graphRow]));

  graph.destroy();
  layer.destroy();
  stream.destroy();
  return [...checksOfStep.values()].flat().every(({ passed }) => passed);
}

/** One batch of tokens of its own, twice. */
async function replayAndCheck(
  { experts, tokens, seed }: LayerRun,
  { pass, counts }: DecodeLayer,
  graph: Graph,
  stream: Stream,
  replay: number,
) {
  const { x, out } = pass;
  x.write(normalBfloat16Codes(tokens * experts.shape.hidden, 1, seed + 1 + replay), { stream });
  graph.launch({ stream });
  const first = await out.read({ stream });
  graph.launch({ stream });
  const second = await out.read({ stream });
  const rowCounts = await counts.read({ stream });
  const checks = new Map([
    ...(await checkPass(pass, experts)),
    ['rows', await checkRows(pass, rowCounts, experts.device)] as const,
    ['again', sameBits(second, first)] as const,
  ]);
  return { checks, counts: rowCounts };
}

function describeCounts(counts: Int32Array): string {
  return `${Math.min(...counts)} to ${Math.max(...counts)} rows for an expert`;
}
