import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { KernelDevice } from '@dg/runtime';
import type { BenchContext } from '../bench-context.js';
import { benchPlan } from '../bench-plan.js';
import { describeRow } from '../describe-row.js';
import { fromHere } from '../from-here.js';
import { protocolColdBytes } from '../inputs/input-set-count.js';
import { launchNormalFill } from '../inputs/launch-normal-fill.js';
import { kernelDevice } from '../kernel-device.js';
import { type LaunchVariant, launchVariant } from '../launch-variant.js';
import { protocolEffort } from '../measure/time-launches.js';
import { newFile } from '../new-file.js';
import { noYardsticks, parseYardsticks, type YardstickLookup } from '../peers/yardsticks.js';
import { benchSteps, runSteps } from '../run-bench.js';
import { runIdentity } from '../run-identity.js';

/** As the command line has them. */
export interface RunOptions {
  readonly ops?: string;
  readonly shapes?: string;
  readonly out?: string;
  readonly yardstick?: string;
  readonly dependentLaunch?: string;
  readonly constantB?: string;
  readonly constantA?: string;
  readonly device: string;
}

const pauseMilliseconds = 50;

/** Runs the benchmark; true when nothing failed. */
export async function run(options: RunOptions, writeLine: (line: string) => void): Promise<boolean> {
  const plan = benchPlan(options.ops, options.shapes);
  const variant = launchVariant(options);
  const yardsticks = options.yardstick === undefined ? noYardsticks : readYardsticks(options.yardstick);
  const device = await kernelDevice(options.device);
  const steps = benchSteps(protocolContext(device, yardsticks, variant), plan);
  const out = options.out === undefined ? undefined : newFile(fromHere(options.out));
  const { succeeded, secondsOf } = await runSteps(steps, {
    row: (row) => {
      const line = JSON.stringify(row);
      if (out === undefined) writeLine(line);
      else {
        // At once: what was measured before a crash or a time limit is kept.
        appendFileSync(out, `${line}\n`);
        writeLine(describeRow(row));
      }
    },
    failure: ({ name }, error) => process.stderr.write(`FAILED ${name}: ${error.message}\n`),
  });
  device.destroy();
  for (const [op, seconds] of secondsOf) process.stderr.write(`${op} took ${seconds.toFixed(1)} s\n`);
  return succeeded;
}

function protocolContext(
  device: KernelDevice,
  yardsticks: YardstickLookup,
  variant: LaunchVariant,
): BenchContext {
  return {
    device,
    identity: runIdentity(device.properties.model),
    yardsticks,
    variant,
    effort: protocolEffort,
    coldBytes: protocolColdBytes,
    pauseMilliseconds,
    fillNormalOn: launchNormalFill(device),
  };
}

/** A yardstick that did not finish costs the ratios, not the measurement. */
function readYardsticks(path: string): YardstickLookup {
  const file = fromHere(path);
  if (existsSync(file)) return parseYardsticks(readFileSync(file, 'utf8'));
  process.stderr.write(`no ratios: expected the yardstick's results at ${file} but found none\n`);
  return noYardsticks;
}
