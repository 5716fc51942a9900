import { requestDevice } from '@dg/runtime';
import { type SearchDevices, testDevice, testSeed } from '@dg/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaseOutcome, outcomeOf } from '../../src/case-outcome.js';
import { describeSummary } from '../../src/describe-summary.js';
import { drawCase } from '../../src/draw-case.js';
import { repeatCommand, repositoryCommand } from '../../src/repeat-command.js';
import { sizesFor } from '../../src/search-devices.js';
import { searchOperations } from '../../src/search-operations.js';
import { summarise } from '../../src/search-summary.js';

const deviceId = process.env['DG_TEST_DEVICE'] ?? 'cpu';
/** On the simulator they are small ones. A GPU gets many more by the program. */
const caseCount = deviceId === 'cpu' ? 120 : 310;
const seed = testSeed();
const sizes = sizesFor(deviceId);
const operations = searchOperations();

describe('a random search over every operation', () => {
  let devices: SearchDevices;
  const outcomes: CaseOutcome[] = [];
  const start = performance.now();
  beforeAll(async () => {
    const device = await testDevice();
    devices = { device, reference: device.kind === 'cpu' ? undefined : await requestDevice('cpu') };
  });
  afterAll(() => {
    const facts = {
      device: devices.device.name,
      commit: 'unknown',
      seed,
      sizes,
      seconds: (performance.now() - start) / 1000,
      workers: 1,
      deviceId,
      command: repositoryCommand,
      operationNames: [...new Set(operations.map(({ name }) => name))],
    };
    process.stderr.write(`${describeSummary(summarise(outcomes, facts))}\n`);
  });

  it.for(Array.from({ length: caseCount }, (_, index) => index))('case %i', async (index) => {
    const origin = { seed, index, sizes };
    const drawn = drawCase(operations, origin);
    const outcome = await outcomeOf(drawn, index, devices);
    outcomes.push(outcome);
    expect(
      outcome.failure?.message,
      `${drawn.description}\n${repeatCommand(repositoryCommand, deviceId, origin)}`,
    ).toBe(undefined);
  });
});
