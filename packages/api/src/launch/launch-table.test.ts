import { CpuDevice, type Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmPlan } from './gemm-plan.js';
import { LaunchTable, mostLaunches } from './launch-table.js';
import type { SettledOperands } from './settled-operands.js';

const device = new CpuDevice();
const tensor = (): Tensor => device.empty([1], 'float32');
const plan = {} as GemmPlan;
const operands: GemmOperands = {
  a: tensor(),
  b: tensor(),
  c: undefined,
  d: tensor(),
  scalesA: tensor(),
  scalesB: undefined,
};

describe('the table of launches', () => {
  it('knows a launch from its second time on', () => {
    const table = new LaunchTable();
    expect(table.get(plan, operands, true, 'none')).toBeUndefined();
    const known = table.get(plan, { ...operands, grouping: undefined }, true, 'none');
    expect(known).toBeDefined();
    expect(table.get(plan, operands, true, 'none')).toBe(known);
  });

  it('keeps a launch with settled operands beside the same one without', () => {
    const table = new LaunchTable();
    table.get(plan, operands, true, 'none');
    table.get(plan, operands, true, 'b');
    table.get(plan, operands, true, 'all');
    expect(table.get(plan, operands, true, 'none')).toBeDefined();
    expect(table.get(plan, operands, true, 'b')).toBeDefined();
  });

  it('never takes one with other settled operands for it, also where both fall on one place', () => {
    const table = new LaunchTable();
    let known = 0;
    // Both are on one place for about one D in ten thousand.
    for (let count = 0; count < 100_000; count++) {
      const others = { ...operands, d: tensor() };
      table.get(plan, others, true, 'all');
      if (table.get(plan, others, true, 'none') !== undefined) known++;
    }
    expect(known).toBe(0);
  });

  it('tells launches apart by everything that their arguments are made from', () => {
    const parts = ['a', 'b', 'c', 'd', 'scalesA', 'scalesB', 'grouping', 'groupMaps'] as const;
    const others: [GemmPlan, GemmOperands, boolean, SettledOperands][] = [
      [{} as GemmPlan, operands, true, 'none'],
      [plan, operands, false, 'none'],
      [plan, operands, true, 'b'],
      [plan, operands, true, 'all'],
      ...parts.map((part): [GemmPlan, GemmOperands, boolean, SettledOperands] => [
        plan,
        { ...operands, [part]: tensor() },
        true,
        'none',
      ]),
      // A view of the same memory is another tensor.
      [plan, { ...operands, a: operands.a.reshape([1]) }, true, 'none'],
    ];
    for (const other of others) {
      const table = new LaunchTable();
      table.get(plan, operands, true, 'none');
      expect(table.get(...other)).toBeUndefined();
      expect(table.get(...other)).toBeDefined();
    }
  });

  it('knows most of the launches of a large model', () => {
    const table = new LaunchTable();
    const layers = Array.from({ length: mostLaunches / 8 }, () => ({
      ...operands,
      b: tensor(),
      d: tensor(),
    }));
    for (const layer of layers) table.get(plan, layer, true, 'none');
    const known = layers.filter((layer) => table.get(plan, layer, true, 'none') !== undefined);
    expect(known.length).toBeGreaterThan(layers.length * 0.8);
  });
});
