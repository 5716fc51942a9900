import { readFileSync } from 'node:fs';
import { DgError } from '@dg/jit';
import { benchPlan } from '../../../bench/src/bench-plan.js';
import { fromHere } from '../../../bench/src/from-here.js';
import { protocolColdBytes } from '../../../bench/src/inputs/input-set-count.js';
import { launchNormalFill } from '../../../bench/src/inputs/launch-normal-fill.js';
import { kernelDevice } from '../../../bench/src/kernel-device.js';
import { launchVariant } from '../../../bench/src/launch-variant.js';
import { runIdentity } from '../../../bench/src/run-identity.js';
import { readLines } from '../read-lines.js';
import { sweepKey } from '../sweep-row.js';
import { parseCandidateChoice } from './choose-candidates.js';
import { sendMessage } from './fork-worker.js';
import { runSweep } from './run-sweep.js';
import { DeviceHung } from './with-deadline.js';
import type { WorkerMessage } from './worker-messages.js';

/** As the command line has them. */
export interface WorkOptions {
  readonly op: string;
  readonly shapes?: string;
  readonly candidates: string;
  /** What it holds is not measured again. */
  readonly out: string;
  readonly budgetMs: string;
  readonly pauseMs: string;
  readonly dependentLaunch?: string;
  readonly constantB?: string;
  readonly constantA?: string;
  readonly device: string;
}

/** The process that measures: tells the one that started it what comes out, and ends with 1 when the device is lost. */
export async function work(options: WorkOptions): Promise<void> {
  const { gemms } = benchPlan(options.op, options.shapes);
  const choice = parseCandidateChoice(options.candidates, (path) => readFileSync(fromHere(path), 'utf8'));
  const done = new Set(readLines(readFileSync(fromHere(options.out), 'utf8')).map(sweepKey));
  const device = await kernelDevice(options.device);
  const context = {
    device,
    identity: runIdentity(device.properties.model),
    variant: launchVariant(options),
    coldBytes: protocolColdBytes,
    budgetMilliseconds: Number(options.budgetMs),
    pauseMilliseconds: Number(options.pauseMs),
    fillNormalOn: launchNormalFill(device),
  };
  let sent = Promise.resolve();
  const send = (message: WorkerMessage) => {
    sent = sendMessage(message);
  };
  try {
    await runSweep(context, gemms, choice, done, {
      compiled: (kernels, failed, seconds) => send({ type: 'compiled', kernels, failed, seconds }),
      start: (candidate) => send({ type: 'start', candidate }),
      line: (line) => send({ type: 'line', line }),
    });
    device.destroy();
  } catch (error) {
    if (!DgError.isInstance(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    await sent;
    // An orderly end would wait for the kernel that never ends.
    if (error instanceof DeviceHung) process.kill(process.pid, 'SIGKILL');
    process.exitCode = 1;
  } finally {
    // The channel keeps a process alive.
    if (process.connected) process.disconnect();
  }
}
