export type MemoryFaultKind =
  /** Outside an allocation, but near one, or across its end. */
  | 'out-of-bounds'
  /** Inside an allocation, at an address that the width of the access does not divide. */
  | 'misaligned'
  /** Inside an allocation that is no more. */
  | 'use-after-free'
  /** Near nothing: a null or garbage pointer. */
  | 'unallocated'
  /** A read of bytes that nothing wrote. */
  | 'uninitialised';

/** Where the allocation is that a faulty access is closest to. */
export interface NearestAllocation {
  readonly address: number;
  readonly byteLength: number;
  readonly label: string | undefined;
  /**
   * Bytes from the allocation to the first byte of the access: negative before its start, zero or positive from its
   * end on, undefined when the access starts inside.
   */
  readonly distanceBytes: number | undefined;
}

export interface MemoryFaultFields {
  readonly kind: MemoryFaultKind;
  /** Device address of the first byte of the access. */
  readonly address: number;
  readonly byteLength: number;
  /** What the access asked for, in bytes. */
  readonly alignment: number;
  /** Undefined when there is no allocation at all. */
  readonly nearest: NearestAllocation | undefined;
}

/** An access to simulated global memory that hardware would fault on, or worse, not notice. The machine reports it. */
export class MemoryFault extends Error implements MemoryFaultFields {
  readonly kind: MemoryFaultKind;
  readonly address: number;
  readonly byteLength: number;
  readonly alignment: number;
  readonly nearest: NearestAllocation | undefined;

  constructor(fields: MemoryFaultFields) {
    super(describeFault(fields));
    this.name = 'MemoryFault';
    this.kind = fields.kind;
    this.address = fields.address;
    this.byteLength = fields.byteLength;
    this.alignment = fields.alignment;
    this.nearest = fields.nearest;
  }
}

function describeFault(fields: MemoryFaultFields): string {
  const place =
    fields.nearest === undefined || fields.kind === 'unallocated'
      ? 'near no allocation'
      : describePlace(fields.address, fields.nearest);
  return (
    `expected ${expectationOf(fields)} for an access of ${fields.byteLength} bytes of global memory ` +
    `but received address ${hex(fields.address)}, ${place}`
  );
}

function expectationOf({ kind, alignment }: MemoryFaultFields): string {
  switch (kind) {
    case 'misaligned':
      return `a multiple of ${alignment}`;
    case 'use-after-free':
      return 'live memory';
    case 'uninitialised':
      return 'memory that was written';
    case 'out-of-bounds':
    case 'unallocated':
      return 'a range within one allocation';
  }
}

function describePlace(faultAddress: number, nearest: NearestAllocation): string {
  const { address, byteLength, label, distanceBytes } = nearest;
  const name = label === undefined ? 'a buffer' : `buffer '${label}'`;
  const what = `${name} of ${byteLength} bytes at ${hex(address)}`;
  if (distanceBytes === undefined) return `${faultAddress - address} bytes into ${what}`;
  return distanceBytes < 0
    ? `${-distanceBytes} bytes before the start of ${what}`
    : `${distanceBytes} bytes past the end of ${what}`;
}

function hex(address: number): string {
  return Number.isFinite(address) && address >= 0 ? `0x${address.toString(16)}` : String(address);
}
