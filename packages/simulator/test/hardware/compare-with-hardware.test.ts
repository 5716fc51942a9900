import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Probe, probeKey } from './probe.js';
import { probeFamilies } from './probe-families.js';
import { differenceFromRecording, type Recording, readRecordings } from './recordings.js';
import { simulatorForProbes } from './run-probe.js';
import { simulateProbe } from './simulate-probe.js';

const howToRecord =
  'On a machine with an H200, run the bundle with DG_RECORD_DIR=out ./dg test:gpu record-hardware and copy the files to ' +
  'packages/simulator/test/hardware/fixtures.';

const simulator = simulatorForProbes();
afterAll(() => simulator.device.destroy());

/** What an H200 made of every probe is recorded in fixtures/; the simulator has to make the same of it. */
describe.each(probeFamilies())('the simulator does what hardware did: $name', ({ name, probes }) => {
  const file = `${name}.json`;
  const recordings = readRecordings(fileURLToPath(new URL(`fixtures/${file}`, import.meta.url)));

  it('hardware was recorded', () => {
    const problem =
      recordings === undefined ? `expected fixtures/${file} but found none. ${howToRecord}` : '';
    expect(problem).toBe('');
    const names = probes.map((probe) => probe.name);
    expect(Object.keys(recordings ?? {}).filter((recorded) => !names.includes(recorded))).toEqual([]);
  });

  it('every probe agrees', () => {
    const differences: string[] = [];
    const missing: string[] = [];
    for (const probe of recordings === undefined ? [] : probes) {
      const simulated = simulateProbe(simulator, probe);
      if ('missing' in simulated) missing.push(`${probe.name} needs ${simulated.missing}`);
      else {
        const recording = recordings?.[probe.name];
        const difference =
          'failure' in simulated
            ? unlessHardwareFailed(probe, recording, simulated.failure)
            : differenceFromRecording(probe, recording, simulated.output);
        if (difference !== undefined) differences.push(`${probe.name}: ${difference}`);
      }
    }
    if (missing.length > 0) {
      process.stderr.write(
        `SKIPPED: what the simulator does not implement yet.\n${missing.map((line) => `  ${line}\n`).join('')}`,
      );
    }
    expect(differences).toEqual([]);
  });
});

/** Where hardware stops with a fault, the simulator has to report one. */
function unlessHardwareFailed(
  probe: Probe,
  recording: Recording | undefined,
  failure: string,
): string | undefined {
  if (recording !== undefined && 'failure' in recording && recording.key === probeKey(probe))
    return undefined;
  return `the simulator failed: ${failure}`;
}
