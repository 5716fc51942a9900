import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceOf, largestError } from '../hardware/differences.js';
import { type Probe, probeKey } from '../hardware/probe.js';
import { probeFamilies } from '../hardware/probe-families.js';
import {
  type Recording,
  readRecordings,
  recordFailure,
  recordOutput,
  writeRecordings,
} from '../hardware/recordings.js';
import { hardwareForProbes, type ProbeDevice, runProbe, simulatorForProbes } from '../hardware/run-probe.js';
import { simulateProbe } from '../hardware/simulate-probe.js';

/** Where the fixtures go: DG_RECORD_DIR; nothing is written when it is not set. */
const recordDirectory = process.env['DG_RECORD_DIR'];
/**
 * DG_PROBES: a regular expression of names (`.` for all, those that fault included), or `missing` for the probes that DG_RECORD_DIR has no recording of. A fault
 * takes the device, and the process with it: the rest is for the next one.
 */
const wanted = process.env['DG_PROBES'] ?? '';

/**
 * Every probe on the GPU and on the simulator, side by side. Goes on after a difference, and after a failure as long as
 * the device is usable.
 */
describe('the simulator beside hardware', () => {
  let hardware: ProbeDevice;
  let simulator: ProbeDevice;
  beforeAll(async () => {
    hardware = await hardwareForProbes();
    simulator = simulatorForProbes();
    if (recordDirectory !== undefined) mkdirSync(recordDirectory, { recursive: true });
  });
  afterAll(() => {
    hardware?.device.destroy();
    simulator?.device.destroy();
  });

  it.each(probeFamilies())('$name', ({ name, probes }) => {
    const recordings: Record<string, Recording> = {};
    const differences: string[] = [];
    const counts = { agree: 0, differ: 0, missing: 0, 'not run': 0 };
    const note = (outcome: keyof typeof counts, probe: Probe, detail?: string) => {
      counts[outcome] += 1;
      const line = `${outcome.padEnd(8)} ${probe.name}${detail === undefined ? '' : `: ${detail}`}`;
      if (outcome !== 'agree' || detail !== undefined) process.stdout.write(`  ${line}\n`);
      if (outcome === 'differ' || outcome === 'not run') differences.push(line);
    };
    process.stdout.write(`${name}: ${probes.length} probes\n`);
    for (const probe of probes.filter(chosenFor(name))) {
      if (!isUsable(hardware)) {
        note('not run', probe, 'an earlier probe made the device unusable');
        continue;
      }
      const onHardware = runOnHardware(hardware, probe);
      recordings[probe.name] = onHardware.recording;
      compare(probe, onHardware, simulator, note);
    }
    if (recordDirectory !== undefined) {
      writeRecordings(join(recordDirectory, `${name}.json`), recordings);
    }
    const summary = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
    process.stdout.write(`${name}: ${summary.join(', ')}\n`);
    expect(differences).toEqual([]);
  });
});

function chosenFor(family: string): (probe: Probe) => boolean {
  if (wanted === '') return withoutFaults(family);
  if (wanted !== 'missing') return ({ name }) => new RegExp(wanted).test(name);
  const known =
    recordDirectory === undefined ? undefined : readRecordings(join(recordDirectory, `${family}.json`));
  return (probe) => known?.[probe.name]?.key !== probeKey(probe);
}

/** All but those that are recorded to end in a fault: each would take the device from the rest. */
function withoutFaults(family: string): (probe: Probe) => boolean {
  const path = fileURLToPath(new URL(`../hardware/fixtures/${family}.json`, import.meta.url));
  const recorded = readRecordings(path) ?? {};
  return ({ name }) => {
    const recording = recorded[name];
    return recording === undefined || !('failure' in recording);
  };
}

interface HardwareRun {
  readonly output: Uint8Array | undefined;
  readonly recording: Recording;
}

function runOnHardware(hardware: ProbeDevice, probe: Probe): HardwareRun {
  try {
    const output = runProbe(hardware, probe);
    return { output, recording: recordOutput(probe, output) };
  } catch (error) {
    return { output: undefined, recording: recordFailure(probe, error) };
  }
}

function compare(
  probe: Probe,
  { output, recording }: HardwareRun,
  simulator: ProbeDevice,
  note: (outcome: 'agree' | 'differ' | 'missing', probe: Probe, detail?: string) => void,
): void {
  const simulated = simulateProbe(simulator, probe);
  if (output === undefined) {
    const detail = `hardware failed: ${'failure' in recording ? recording.failure : ''}`;
    note('failure' in simulated ? 'agree' : 'differ', probe, detail);
  } else if ('missing' in simulated) note('missing', probe, `the simulator has no ${simulated.missing}`);
  else if ('failure' in simulated) note('differ', probe, `the simulator failed: ${simulated.failure}`);
  else {
    const difference = differenceOf(probe, output, simulated.output);
    const error =
      probe.comparison.kind === 'bound'
        ? `largest error ${largestError(output, simulated.output).error}`
        : undefined;
    if (difference === undefined) note('agree', probe, error);
    else note('differ', probe, difference);
  }
}

function isUsable({ device }: ProbeDevice): boolean {
  try {
    device.synchronizeSync();
    return true;
  } catch {
    return false;
  }
}
