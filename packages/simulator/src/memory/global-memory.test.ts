import { DgOutOfMemoryError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { GlobalMemory } from './global-memory.js';
import { MemoryFault } from './memory-fault.js';

const slotBytes = 2 ** 21;

function faultOf(access: () => unknown): MemoryFault {
  try {
    access();
  } catch (error) {
    if (error instanceof MemoryFault) return error;
    throw error;
  }
  throw new Error('expected a MemoryFault but received none');
}

describe('addresses', () => {
  it('are 512-byte aligned, no more than that, and of 48 bits past the first 32', () => {
    const memory = new GlobalMemory();
    for (const byteLength of [0, 1, 512, slotBytes - 512, slotBytes - 511, 3 * slotBytes]) {
      const { address } = memory.allocate(byteLength);
      expect(address % 512).toBe(0);
      expect(address % 1024).toBe(512);
      expect(address).toBeGreaterThan(2 ** 32);
      expect(address + byteLength).toBeLessThan(2 ** 48);
    }
  });

  it.each([0, 1, slotBytes - 512, slotBytes - 511, 2 * slotBytes])(
    'leave a gap of at least 2 MiB after %i bytes',
    (byteLength) => {
      const memory = new GlobalMemory();
      const first = memory.allocate(byteLength);
      const second = memory.allocate(4);
      expect(second.address - first.end).toBeGreaterThanOrEqual(slotBytes);
      expect(memory.find(first.end)).toBeUndefined();
      expect(memory.find(second.address - 1)).toBeUndefined();
    },
  );

  it('are not used again', () => {
    const memory = new GlobalMemory();
    const first = memory.allocate(4);
    memory.free(first);
    expect(memory.allocate(4).address).not.toBe(first.address);
  });

  it('are found in every slot of a long allocation, and in no dead one', () => {
    const memory = new GlobalMemory();
    const allocation = memory.allocate(3 * slotBytes, 'long');
    for (const offset of [0, slotBytes, 2 * slotBytes, 3 * slotBytes - 1]) {
      expect(memory.find(allocation.address + offset)).toBe(allocation);
    }
    expect(memory.find(allocation.end)).toBeUndefined();
    expect(memory.find(allocation.address - 1)).toBeUndefined();
    memory.free(allocation);
    memory.free(allocation);
    expect(allocation.freed).toBe(true);
    expect(memory.find(allocation.address)).toBeUndefined();
  });

  it('run out when the host does', () => {
    expect(() => new GlobalMemory().allocate(2 ** 52, 'huge')).toThrow(DgOutOfMemoryError);
  });
});

describe('accesses', () => {
  it('are little-endian and of the width asked for', () => {
    const memory = new GlobalMemory();
    const { address, bytes } = memory.allocate(16);
    bytes.fill(0);
    memory.store32(address, 0x8004_0201);
    memory.store16(address + 4, 0x1_0605);
    memory.store8(address + 6, 0x107);
    expect([...bytes.subarray(0, 8)]).toEqual([0x01, 0x02, 0x04, 0x80, 0x05, 0x06, 0x07, 0]);
    expect(memory.load32(address)).toBe(0x8004_0201);
    expect(memory.load16(address + 2)).toBe(0x8004);
    expect(memory.load8(address + 3)).toBe(0x80);
    memory.storeFloat32(address + 8, -1.5);
    expect(memory.loadFloat32(address + 8)).toBe(-1.5);
    expect(memory.load32(address + 8)).toBe(0xbfc0_0000);
    memory.writeBytes(address + 11, new Uint8Array([1, 2, 3]));
    expect([...memory.readBytes(address + 10, 5)]).toEqual([0xc0, 1, 2, 3, 0]);
  });

  it('tell the allocations apart when they alternate', () => {
    const memory = new GlobalMemory();
    const all = Array.from({ length: 4 }, (_, index) => memory.allocate(4, `b${index}`));
    for (const [index, { address }] of all.entries()) memory.store32(address, index);
    expect(all.map(({ address }) => memory.load32(address))).toEqual([0, 1, 2, 3]);
  });

  it('reach the last bytes of lengths that are no whole words', () => {
    const memory = new GlobalMemory();
    const { address, bytes } = memory.allocate(7);
    memory.store16(address + 4, 0x0201);
    memory.store8(address + 6, 3);
    expect([...bytes.subarray(4)]).toEqual([1, 2, 3]);
    expect(faultOf(() => memory.load32(address + 4)).kind).toBe('out-of-bounds');
  });

  it('see poison where nothing was written', () => {
    const memory = new GlobalMemory();
    const { address } = memory.allocate(8);
    expect(memory.loadFloat32(address)).toBeNaN();
    expect(memory.load8(address + 7)).toBe(0xff);
  });
});

describe('faults', () => {
  const memory = new GlobalMemory();
  const first = memory.allocate(100, 'first');
  const second = memory.allocate(64);

  it('past the end and before the start name the allocation and the distance', () => {
    const past = faultOf(() => memory.load32(first.end + 8));
    expect(past).toMatchObject({
      kind: 'out-of-bounds',
      address: first.end + 8,
      byteLength: 4,
      nearest: { address: first.address, byteLength: 100, label: 'first', distanceBytes: 8 },
    });
    expect(past.message).toBe(
      'expected a range within one allocation for an access of 4 bytes of global memory but received address ' +
        `0x${(first.end + 8).toString(16)}, 8 bytes past the end of buffer 'first' of 100 bytes ` +
        `at 0x${first.address.toString(16)}`,
    );
    expect(faultOf(() => memory.store8(second.address - 2, 0))).toMatchObject({
      kind: 'out-of-bounds',
      nearest: { address: second.address, distanceBytes: -2 },
    });
    // Far into the gap: still the first one's overrun.
    expect(faultOf(() => memory.load8(first.end + slotBytes / 2))).toMatchObject({
      kind: 'out-of-bounds',
      nearest: { label: 'first', distanceBytes: slotBytes / 2 },
    });
  });

  it('across the end start inside, and write nothing', () => {
    const fault = faultOf(() => memory.writeBytes(first.end - 4, new Uint8Array(8)));
    expect(fault).toMatchObject({ kind: 'out-of-bounds', byteLength: 8 });
    expect(fault.nearest?.distanceBytes).toBeUndefined();
    expect(fault.message).toContain("96 bytes into buffer 'first'");
    expect([...first.bytes.subarray(96)]).toEqual([255, 255, 255, 255]);
  });

  it('of alignment ask for a multiple, at every width', () => {
    expect(faultOf(() => memory.load32(first.address + 2))).toMatchObject({
      kind: 'misaligned',
      alignment: 4,
      nearest: { label: 'first' },
    });
    expect(faultOf(() => memory.load16(first.address + 1)).message).toContain('a multiple of 2');
    expect(faultOf(() => memory.checkRange(first.address + 8, 16, 16)).kind).toBe('misaligned');
    expect(memory.checkRange(first.address + 16, 16, 16)).toBe(first);
  });

  it('of null, garbage and no memory at all', () => {
    expect(faultOf(() => memory.load32(0)).kind).toBe('unallocated');
    expect(faultOf(() => memory.load32(first.address % 2 ** 32)).kind).toBe('unallocated');
    expect(faultOf(() => memory.load32(Number.NaN)).kind).toBe('unallocated');
    expect(faultOf(() => memory.load32(Number.POSITIVE_INFINITY)).kind).toBe('unallocated');
    const fault = faultOf(() => new GlobalMemory().load32(0));
    expect(fault.nearest).toBeUndefined();
    expect(fault.message).toContain('received address 0x0, near no allocation');
  });

  it('of freed memory, also right after an access that hit it', () => {
    const local = new GlobalMemory();
    const kept = local.allocate(64, 'kept');
    const gone = local.allocate(64, 'gone');
    local.store32(gone.address, 1);
    local.free(gone);
    expect(faultOf(() => local.load32(gone.address))).toMatchObject({
      kind: 'use-after-free',
      nearest: { label: 'gone' },
    });
    expect(faultOf(() => local.load32(gone.end))).toMatchObject({ nearest: { label: 'kept' } });
    expect(local.checkRange(kept.address, 64, 1)).toBe(kept);
  });

  it('of memory that was freed long ago are wild pointers', () => {
    const local = new GlobalMemory();
    const old = local.allocate(4);
    local.free(old);
    for (let count = 0; count < 4096; count++) {
      expect(faultOf(() => local.load8(old.address)).kind).toBe('use-after-free');
      local.free(local.allocate(4));
    }
    expect(faultOf(() => local.load8(old.address)).kind).toBe('unallocated');
  });
});

describe('tracking of what is written', () => {
  it('faults at the first byte that nothing wrote', () => {
    const memory = new GlobalMemory({ trackInitialised: true });
    const { address } = memory.allocate(16, 'scales');
    expect(faultOf(() => memory.load32(address)).kind).toBe('uninitialised');
    memory.store16(address, 1);
    expect(memory.load16(address)).toBe(1);
    expect(faultOf(() => memory.load32(address))).toMatchObject({
      kind: 'uninitialised',
      address: address + 2,
      byteLength: 2,
    });
    memory.writeBytes(address + 2, new Uint8Array(2));
    expect(memory.load32(address)).toBe(1);
    expect(faultOf(() => memory.readBytes(address, 5)).address).toBe(address + 4);
    memory.storeFloat32(address + 4, 1);
    expect(memory.readBytes(address, 8).length).toBe(8);
    expect(faultOf(() => memory.readBytes(address + 12, 4)).message).toContain(
      'expected memory that was written for an access of 4 bytes of global memory but received address',
    );
  });

  it('does not make a store that fails count', () => {
    const memory = new GlobalMemory({ trackInitialised: true });
    const { address } = memory.allocate(6);
    expect(() => memory.store32(address + 4, 1)).toThrow(MemoryFault);
    expect(faultOf(() => memory.load8(address + 4)).kind).toBe('uninitialised');
  });

  it('is off unless asked for', () => {
    const memory = new GlobalMemory();
    expect(memory.load8(memory.allocate(1).address)).toBe(0xff);
  });
});
