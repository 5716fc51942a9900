import { CpuDevice, type Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmPlan } from './gemm-plan.js';
import { LaunchTable, mostLaunches } from './launch-table.js';

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
    expect(table.get(plan, operands, true, false)).toBeUndefined();
    const known = table.get(plan, { ...operands, grouping: undefined }, true, false);
    expect(known).toBeDefined();
    expect(table.get(plan, operands, true, false)).toBe(known);
  });

  it('keeps a launch with a constant B beside the same one without', () => {
    const table = new LaunchTable();
    table.get(plan, operands, true, false);
    table.get(plan, operands, true, true);
    expect(table.get(plan, operands, true, false)).toBeDefined();
  });

  it('tells launches apart by everything that their arguments are made from', () => {
    const parts = ['a', 'b', 'c', 'd', 'scalesA', 'scalesB', 'grouping', 'groupMaps'] as const;
    const others: [GemmPlan, GemmOperands, boolean, boolean][] = [
      [{} as GemmPlan, operands, true, false],
      [plan, operands, false, false],
      [plan, operands, true, true],
      ...parts.map((part): [GemmPlan, GemmOperands, boolean, boolean] => [
        plan,
        { ...operands, [part]: tensor() },
        true,
        false,
      ]),
      // A view of the same memory is another tensor.
      [plan, { ...operands, a: operands.a.reshape([1]) }, true, false],
    ];
    for (const other of others) {
      const table = new LaunchTable();
      table.get(plan, operands, true, false);
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
    for (const layer of layers) table.get(plan, layer, true, false);
    const known = layers.filter((layer) => table.get(plan, layer, true, false) !== undefined);
    expect(known.length).toBeGreaterThan(layers.length * 0.8);
  });
});
