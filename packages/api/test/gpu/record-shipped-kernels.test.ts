import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelDevice } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { expect, it } from 'vitest';
import { shippedKernelCases } from '../hardware/shipped-kernel-cases.js';
import {
  differenceFromShipped,
  recordShipped,
  type ShippedRecording,
  shippedRecordingsFile,
  writeShippedRecordings,
} from '../hardware/shipped-recordings.js';

/** Where the fixture goes: DG_RECORD_DIR; nothing is written when it is not set. */
const recordDirectory = process.env['DG_RECORD_DIR'];

it('the shipped kernels make the same twice, and are recorded', async () => {
  const device = (await testDevice()) as KernelDevice;
  const recordings: Record<string, ShippedRecording> = {};
  const differences: string[] = [];
  for (const each of shippedKernelCases()) {
    try {
      const recording = recordShipped(each, await each.run(device));
      recordings[each.name] = recording;
      const difference = differenceFromShipped(each, recording, await each.run(device));
      if (difference !== undefined) differences.push(`${each.name}: second run: ${difference}`);
    } catch (error) {
      const failure = String((error as Error)?.message ?? error);
      recordings[each.name] = { key: each.key, failure };
      differences.push(`${each.name}: ${failure}`);
    }
  }
  if (recordDirectory !== undefined) {
    mkdirSync(recordDirectory, { recursive: true });
    writeShippedRecordings(join(recordDirectory, shippedRecordingsFile), recordings);
  }
  expect(differences).toEqual([]);
});
