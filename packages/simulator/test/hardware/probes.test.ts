import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DgError, findNvcc } from '@dg/jit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceOf } from './differences.js';
import { gaveUp, kernelText, probeEntry } from './kernel-text.js';
import { exact, type Probe, probeKey } from './probe.js';
import { probeFamilies } from './probe-families.js';
import { RandomSource } from './random-source.js';
import { differenceFromRecording, recordFailure, recordOutput } from './recordings.js';
import { runProbe, simulatorForProbes } from './run-probe.js';
import { simulateProbe } from './simulate-probe.js';
import { wgmmaExactProbes, wgmmaRandomProbes } from './wgmma-probes.js';

const probes = probeFamilies().flatMap((family) => family.probes);

describe('probes', () => {
  it('have names of their own', () => {
    expect(new Set(probes.map(({ name }) => name)).size).toBe(probes.length);
  });

  it('are the same every time', () => {
    const again = probeFamilies().flatMap((family) => family.probes);
    expect(again.map(probeKey)).toEqual(probes.map(probeKey));
  });
});

function findAssembler(): string | undefined {
  try {
    return join(dirname(findNvcc()), 'ptxas');
  } catch (error) {
    if (!DgError.isInstance(error)) throw error;
    process.stderr.write(`SKIPPED: assembling the probes. ${error.message}\n`);
    return undefined;
  }
}

const assembler = findAssembler();
const groupSize = 32;

/** The probes' texts as one module: what precedes an entry once, and each entry under a name of its own. */
function oneModule(texts: readonly string[]): string {
  const entry = `.visible .entry ${probeEntry}(`;
  const heads = new Set(texts.map((ptx) => ptx.slice(0, ptx.indexOf(entry))));
  expect([...heads]).toHaveLength(1);
  const entries = texts.map((ptx, index) =>
    ptx.slice(ptx.indexOf(entry)).replace(entry, `.visible .entry ${probeEntry}${index}(`),
  );
  return [...heads, ...entries].join('\n');
}

/** What hardware is to run must assemble, without WGMMA being serialised. */
describe.skipIf(assembler === undefined)('the PTX of the probes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dg-probes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What ptxas says of these probes, in one run: starting it takes longer than a probe. */
  function complaintsOf(group: readonly Probe[]): string {
    const path = join(folder, 'probes.ptx');
    writeFileSync(path, oneModule(group.map(({ ptx }) => ptx)));
    const args = ['-arch=sm_90a', path, '-o', join(folder, 'probes.cubin')];
    const { status, stderr, stdout } = spawnSync(assembler!, args, { encoding: 'utf8' });
    const text = `${stdout}${stderr}`;
    return status === 0 && !/warning|C75\d\d/.test(text) ? '' : `exit code ${status}: ${text}`;
  }

  it('assembles without a warning', () => {
    const groups = Array.from({ length: Math.ceil(probes.length / groupSize) }, (_, index) =>
      probes.slice(index * groupSize, (index + 1) * groupSize),
    );
    const suspects = groups.filter((group) => complaintsOf(group) !== '').flat();
    const complaints = suspects.map((probe) => `${probe.name}: ${complaintsOf([probe])}`);
    expect(complaints).toEqual([]);
  });

  it('would not go unnoticed where it is wrong', () => {
    const wrong = {
      ...probes[1]!,
      ptx: probes[1]!.ptx.replace('  ret;', '  mov.u32 %undeclared, 0;\n  ret;'),
    };
    expect(complaintsOf([probes[0]!, wrong, probes[2]!])).toContain('undeclared');
  });
});

describe('running a probe', () => {
  const simulator = simulatorForProbes();
  afterAll(() => simulator.device.destroy());
  const probeOf = (body: string, needs?: string): Probe => ({
    name: 'made up',
    ptx: kernelText({ threads: 32 }, body),
    grid: [1, 1, 1],
    block: [32, 1, 1],
    dynamicSharedMemoryBytes: 0,
    inputs: [],
    tensorMaps: [],
    output: new Uint8Array(16),
    outputType: 'bytes',
    comparison: exact,
    ...(needs === undefined ? {} : { needs }),
  });

  it('fails when a wait gave up', () => {
    const waiting = probeOf(`  mov.u32 %r0, ${gaveUp};\n  @%leader st.global.u32 [%status], %r0;`);
    expect(() => runProbe(simulator, waiting)).toThrow(/received a wait that gave up/);
  });

  it('tells what is missing from what is wrong', () => {
    const unknown = '  no.such.instruction %r0;';
    const outside = '  mov.u32 %r0, 0;\n  st.global.u32 [%out+64], %r0;';
    expect(simulateProbe(simulator, probeOf(unknown, 'that'))).toEqual({ missing: 'that' });
    expect(simulateProbe(simulator, probeOf(unknown))).toHaveProperty('failure');
    expect(simulateProbe(simulator, probeOf(outside, 'that'))).toHaveProperty('failure');
  });
});

describe('the comparison', () => {
  const [plain] = wgmmaExactProbes();
  const [random] = wgmmaRandomProbes();
  const change = (bytes: Uint8Array, index: number, by: number) => {
    const floats = new Float32Array(bytes.slice().buffer);
    floats[index]! += by;
    return new Uint8Array(floats.buffer);
  };
  const outputOf = (probe: Probe) => {
    const simulator = simulatorForProbes();
    try {
      return runProbe(simulator, probe);
    } finally {
      simulator.device.destroy();
    }
  };

  it('sees one other byte, and says where', () => {
    const output = outputOf(plain!);
    const other = output.slice();
    other[19]! ^= 1;
    const kept = recordOutput(plain!, output);
    expect(differenceFromRecording(plain!, kept, output)).toBeUndefined();
    expect(differenceFromRecording(plain!, kept, other)).toMatch(/^byte 19 .*1 of 2048 bytes differ/);
  });

  it('allows a bound, no more', () => {
    const output = outputOf(random!);
    const { comparison } = random!;
    if (comparison.kind !== 'bound') throw new Error('expected a bound');
    const allowed = comparison.shareOfLargest;
    expect(differenceOf(random!, output, change(output, 5, allowed / 4))).toBeUndefined();
    expect(differenceOf(random!, output, change(output, 5, 100 * allowed))).toMatch(/^value 5: expected/);
    expect(differenceOf(random!, output, change(output, 5, Number.NaN))).toMatch(/an error of Infinity/);
  });

  it('keeps a hash of what is large, and samples that say where it differs', () => {
    const output = new RandomSource('large').bytes(40_000);
    const probe: Probe = { ...plain!, comparison: exact };
    const recording = recordOutput(probe, output);
    expect(recording).toHaveProperty('sha256');
    expect(differenceFromRecording(probe, recording, output)).toBeUndefined();
    const sampled = output.slice();
    sampled[2050]! ^= 1;
    expect(differenceFromRecording(probe, recording, sampled)).toMatch(/at byte 2048/);
    const between = output.slice();
    between[2100]! ^= 1;
    expect(differenceFromRecording(probe, recording, between)).toMatch(/the sampled bytes agree/);
  });

  it('refuses a recording of another probe, none at all, and one of a failure', () => {
    const output = new Uint8Array(plain!.output.byteLength);
    const recording = recordOutput(plain!, output);
    const changed: Probe = { ...plain!, ptx: `${plain!.ptx}\n` };
    expect(differenceFromRecording(changed, recording, output)).toMatch(/record it again/);
    expect(differenceFromRecording(plain!, undefined, output)).toMatch(/record it on hardware/);
    const failure = recordFailure(plain!, new Error('a fault'));
    expect(differenceFromRecording(plain!, failure, output)).toBe(
      'hardware failed and the simulator did not: a fault',
    );
  });
});
