/** One range of simulated device memory, with views of its bytes for every width that a kernel reads. */
export class Allocation {
  /** Device address of the first byte. */
  readonly address: number;
  readonly byteLength: number;
  /** Address just past the last byte. */
  readonly end: number;
  readonly label: string | undefined;
  #bytes: Uint8Array;
  #words: Uint32Array;
  #floats: Float32Array;
  #view: DataView;
  #initialised: Uint8Array | undefined;
  #freed = false;

  /** `storage` starts at the start of its ArrayBuffer and holds whole words, at least `byteLength` bytes of them. */
  constructor(
    address: number,
    byteLength: number,
    label: string | undefined,
    storage: Uint8Array,
    initialised: Uint8Array | undefined,
  ) {
    this.address = address;
    this.byteLength = byteLength;
    this.end = address + byteLength;
    this.label = label;
    this.#bytes = storage.subarray(0, byteLength);
    this.#words = new Uint32Array(storage.buffer, 0, storage.byteLength / Uint32Array.BYTES_PER_ELEMENT);
    this.#floats = new Float32Array(storage.buffer, 0, storage.byteLength / Float32Array.BYTES_PER_ELEMENT);
    this.#view = new DataView(storage.buffer, 0, byteLength);
    this.#initialised = initialised;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The same memory as 32-bit words. The last one may reach past `byteLength`: check the range first. */
  get words(): Uint32Array {
    return this.#words;
  }

  /** As `words`. */
  get floats(): Float32Array {
    return this.#floats;
  }

  get view(): DataView {
    return this.#view;
  }

  /** One byte for each byte of memory, 1 where something was written; undefined where nobody keeps track. */
  get initialised(): Uint8Array | undefined {
    return this.#initialised;
  }

  get freed(): boolean {
    return this.#freed;
  }

  /** Notes that the host or a kernel wrote here. */
  markInitialised(byteOffset: number, byteLength: number): void {
    this.#initialised?.fill(1, byteOffset, byteOffset + byteLength);
  }

  /** Lets go of the memory; where it was and what it was called stay known. */
  release(): void {
    this.#freed = true;
    this.#bytes = new Uint8Array(0);
    this.#words = new Uint32Array(0);
    this.#floats = new Float32Array(0);
    this.#view = new DataView(new ArrayBuffer(0));
    this.#initialised = undefined;
  }
}
