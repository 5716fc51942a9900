import type { MemoryOrder } from '../ordering/memory-order.js';
import type { OperandType } from '../tensor/float-formats.js';
import type { OperandMajor } from '../tensor/matrix-descriptor.js';
import { OperandTable } from '../tensor/operand-table.js';
import { multiplyFragment } from '../tensor/wgmma.js';
import type { AsyncOperations } from './async-operation.js';
import { Fault } from './fault.js';
import { Groups } from './groups.js';
import type { RegisterChecks } from './register-checks.js';
import type { Warp } from './warp.js';
import { warpsPerGroup } from './warpgroup.js';

const instructionKBytes = 32;
const fragmentRows = 16;
const warpLanes = 32;

/** What an instruction says of a WGMMA, apart from what is in registers. */
export interface MultiplyShape {
  readonly n: number;
  readonly k: number;
  readonly type: OperandType;
  /** Planes of the accumulators. */
  readonly accumulators: readonly number[];
  /** Planes of operand A, where it is in registers. */
  readonly fragments: readonly number[] | undefined;
  readonly negateA: boolean;
  readonly negateB: boolean;
  readonly aMajor: OperandMajor;
  readonly bMajor: OperandMajor;
  readonly line: number;
}

/** WGMMA (PTX ISA 9.7.15): each warp multiplies its 16 of the 64 rows. */
export class MultiplyUnit {
  readonly #operations: AsyncOperations;
  readonly #order: MemoryOrder;
  readonly #registers: RegisterChecks;
  readonly #operands = new OperandTable();
  readonly #groups = new Map<Warp, Groups>();

  constructor(operations: AsyncOperations, order: MemoryOrder, registers: RegisterChecks) {
    this.#operations = operations;
    this.#order = order;
    this.#registers = registers;
  }

  fence(warp: Warp, line: number): void {
    warp.group.step(warp, `wgmma.fence in line ${line}`);
    this.#registers.fence(warp);
  }

  multiply(
    warp: Warp,
    mask: number,
    shape: MultiplyShape,
    aLow: number,
    aHigh: number,
    bLow: number,
    bHigh: number,
    accumulate: boolean,
  ): void {
    const { n, k, type, line, accumulators: planes, fragments, aMajor, bMajor } = shape;
    const kBytes = k * (type === 'e4m3' ? 1 : type === 'bf16' ? 2 : 4);
    if (kBytes !== instructionKBytes) {
      throw new Fault('bounds', `expected ${instructionKBytes} bytes of K for wgmma but received ${kBytes}`);
    }
    const operands = [aLow, aHigh, bLow, bHigh].map((word) => (word >>> 0).toString(16)).join(' ');
    warp.group.step(
      warp,
      `wgmma.mma_async in line ${line} with descriptors ${operands}${accumulate ? '' : ', scale-d 0'}`,
    );
    const warpInGroup = (warp.index % warpsPerGroup) as 0 | 1 | 2 | 3;
    const a =
      fragments === undefined
        ? this.#operands.find(aLow, aHigh, aMajor, fragmentRows, fragmentRows * warpInGroup)
        : undefined;
    const b = this.#operands.find(bLow, bHigh, bMajor, n, 0);
    const reads = a === undefined ? b.ranges : [...a.ranges, ...b.ranges];
    const groups = this.#groupsOf(warp);
    const group = groups.add();
    this.#beginReads(warp, reads, group);
    const flight = {
      group,
      shape: `n${n}k${k} ${type}`,
      accumulators: planes,
      fragments: fragments ?? [],
      line,
    };
    this.#registers.launch(warp, mask, flight, accumulate);
    const { shared, panels } = warp.cta;
    this.#operations.add(groups, {
      execute: () => {
        const accumulators = gather(warp, planes);
        multiplyFragment({
          shape: { n, kBytes },
          type,
          a:
            a === undefined
              ? { registers: new Uint32Array(gather(warp, fragments!).buffer) }
              : { descriptor: a.descriptor },
          aMajor,
          b: { descriptor: b.descriptor, major: bMajor },
          shared: shared.bytes,
          warpInGroup,
          accumulators,
          accumulate,
          negateA: shape.negateA,
          negateB: shape.negateB,
          cache: { panels, version: shared.version },
        });
        scatter(warp, planes, accumulators);
        groups.done(group);
      },
    });
  }

  commit(warp: Warp, line: number): void {
    warp.group.step(warp, `wgmma.commit_group in line ${line}`);
    this.#groupsOf(warp).commit();
  }

  wait(warp: Warp, mask: number, pending: number, line: number): boolean {
    const groups = this.#groupsOf(warp);
    if (!groups.wait({ warp, mask }, pending)) {
      warp.block(mask);
      return false;
    }
    warp.group.step(warp, `wgmma.wait_group in line ${line}`);
    const over = groups.overAfter(pending);
    if (over === 0) return true;
    this.#registers.land(warp, over);
    warp.clocks.note(mask, warp.multiplier, over);
    return true;
  }

  #beginReads(
    warp: Warp,
    reads: readonly { readonly address: number; readonly byteLength: number }[],
    group: number,
  ): void {
    const { shared, exit } = warp.cta;
    const site = this.#order.siteOf(warp);
    const first = warp.clocks.firstActor;
    const by = {
      name: 'WGMMA',
      actor: warp.multiplier,
      time: group,
      clock: warp.clocks.of(0),
      self: first,
      selfEnd: first + warpLanes,
      site,
      strong: false,
      generic: false,
    };
    for (const { address, byteLength } of reads) shared.beginChunkRead(address, byteLength, by);
    exit.touchAsync(warp.multiplier, group, site, 'a WGMMA');
  }

  #groupsOf(warp: Warp): Groups {
    let groups = this.#groups.get(warp);
    if (groups === undefined) {
      groups = new Groups();
      this.#groups.set(warp, groups);
    }
    return groups;
  }
}

function gather(warp: Warp, planes: readonly number[]): Float32Array {
  const values = new Int32Array(planes.length * warpLanes);
  for (const [register, plane] of planes.entries()) {
    values.set(warp.I.subarray(plane * warpLanes, (plane + 1) * warpLanes), register * warpLanes);
  }
  return new Float32Array(values.buffer);
}

function scatter(warp: Warp, planes: readonly number[], values: Float32Array): void {
  for (const [register, plane] of planes.entries()) {
    warp.F.set(values.subarray(register * warpLanes, (register + 1) * warpLanes), plane * warpLanes);
  }
}
