import { describe, expect, it } from 'vitest';
import { simulatorChecks } from '../../src/device/simulator-options.js';
import { fence, fill, initBarrier, load, store, waitForPhase } from './fragments.js';
import { plantedFaults } from './planted-faults.js';
import { runPlanted } from './run-planted.js';

/** A fault that depends on the interleaving shows for one of these. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(plantedFaults)('$check: a kernel that $what', (fault) => {
  const { check, broken, repaired, message, sometimes = false } = fault;

  it('is reported', () => {
    const outcomes = seeds.map((seed) => runPlanted(broken, fault, { seed }));
    const found = outcomes.map((outcome) => outcome.check);
    if (sometimes) expect(found).toContain(check);
    else expect(found).toEqual(seeds.map(() => check));
    const reported = outcomes.find((outcome) => outcome.check === check)!;
    expect(reported.message).toMatch(message);
    expect(reported.error?.report.kernel).toBe('planted');
    expect(reported.error?.report.ptxLine ?? 1).toBeGreaterThan(0);
  });

  it('is not reported once repaired', () => {
    for (const seed of seeds) {
      expect(runPlanted(repaired, fault, { seed }).message).toBe('');
    }
  });

  it('is not looked for when its check is left out', () => {
    if (['deadlock', 'bounds', 'barrier', 'divergence'].includes(check)) return;
    const checks = simulatorChecks.filter((other) => other !== check);
    const others = seeds.map((seed) => runPlanted(broken, fault, { seed, checks }).check);
    expect(others).not.toContain(check);
  });
});

it('has a fault for every check', () => {
  expect(new Set(plantedFaults.map(({ check }) => check))).toEqual(new Set(simulatorChecks));
});

describe('the seed', () => {
  const broken = `${initBarrier()}${load()}\n  ld.shared.u32 %r7, [%r4];${waitForPhase()}`;

  it('makes a run happen again', () => {
    for (const seed of seeds) {
      expect(runPlanted(broken, {}, { seed }).message).toBe(runPlanted(broken, {}, { seed }).message);
    }
  });
});

describe('a TMA load and store', () => {
  it('bring the data through shared memory', () => {
    const { output, message } = runPlanted(`${fill}\n${fence}\n  bar.sync 0;${store()}`, {}, { seed: 3 });
    expect(message).toBe('');
    expect([...output.subarray(0, 64)]).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });
});
