import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createSimulator, DgSimulationError } from '../../src/index.js';
import { renderCheckTable } from './planted-faults.js';

const guide = readFileSync(new URL('../../../../docs/simulator.md', import.meta.url), 'utf8');

/** What the kernel in the guide does, as its snippet does it. */
function reportOfTheGuide(): string {
  const ptx = /const ptx = `(\n\.version[^`]*deadlock[^`]*)`/.exec(guide)![1]!;
  const device = createSimulator({ seed: 7 });
  const source = device.zeros([64, 4], 'int32');
  const map = {
    buffer: source.buffer,
    byteOffset: 0,
    element: 'int32',
    dims: [4, 64],
    stridesBytes: [16],
    box: [4, 64],
    swizzleBytes: 0,
    l2PromotionBytes: 0,
  } as const;
  try {
    device
      .kernelFromPtx(ptx, 'deadlock')
      .launch({ grid: [1, 1, 1], block: [32, 1, 1], arguments: [{ type: 'tensorMap', map }] });
  } catch (error) {
    if (!(error instanceof DgSimulationError)) throw error;
    return error.message;
  } finally {
    device.destroy();
  }
  return 'nothing';
}

it('the guide shows the report that its kernel gets', () => {
  expect(/It prints:\n\n```text\n([\s\S]*?)```/.exec(guide)![1]).toBe(`${reportOfTheGuide()}\n`);
});

it('the guide has the table of checks and planted faults', () => {
  const withoutPadding = guide.replace(/ +\|/g, ' |').replace(/-+ \|/g, '--- |');
  expect(withoutPadding).toContain(renderCheckTable());
});
