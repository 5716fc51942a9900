interface FakeAllocation {
  readonly address: number;
  readonly bytes: Uint8Array;
  state: 'promised' | 'live' | 'freed';
}

/** Above 2^40, so that addresses cut to 32 bits are noticed. */
const firstAddress = 2 ** 44;
const spacingBytes = 2 ** 20;

/** Device memory that knows when the queue has really allocated and freed it, and refuses all other use. */
export class FakeMemory {
  readonly #allocations: FakeAllocation[] = [];
  #nextAddress = firstAddress;

  promise(byteLength: number): number {
    const address = this.#nextAddress;
    this.#nextAddress += Math.ceil((byteLength + 1) / spacingBytes) * spacingBytes;
    this.#allocations.push({ address, bytes: new Uint8Array(byteLength).fill(0xcd), state: 'promised' });
    return address;
  }

  commit(address: number): void {
    this.#find(address).state = 'live';
  }

  free(address: number): void {
    const allocation = this.#find(address);
    if (allocation.address !== address) throw new Error(`free of ${address}, which is inside an allocation`);
    if (allocation.state !== 'live') throw new Error(`free of memory that is ${allocation.state}`);
    allocation.state = 'freed';
  }

  /** The memory at `address`. Throws unless all of it is allocated now. */
  at(address: number, byteLength: number): Uint8Array {
    const allocation = this.#find(address);
    if (allocation.state !== 'live') throw new Error(`use of memory that is ${allocation.state}`);
    const start = address - allocation.address;
    if (start + byteLength > allocation.bytes.byteLength) throw new Error(`use past the end at ${address}`);
    return allocation.bytes.subarray(start, start + byteLength);
  }

  isLive(address: number): boolean {
    return this.#find(address).state === 'live';
  }

  get liveCount(): number {
    return this.#allocations.filter((allocation) => allocation.state === 'live').length;
  }

  #find(address: number): FakeAllocation {
    const allocation = this.#allocations.find(
      (candidate) =>
        address >= candidate.address && address < candidate.address + Math.max(1, candidate.bytes.byteLength),
    );
    if (allocation === undefined) throw new Error(`no memory at address ${address}`);
    return allocation;
  }
}
