/**
 * Seeded numbers, the same on every machine: Marsaglia's xorshift. Recorded outputs belong to exactly these inputs, so
 * this must not change with the generators of other tests.
 */
export class RandomSource {
  #state: number;

  constructor(name: string) {
    // FNV-1a of the name: every probe has its own numbers, whatever its place in a list.
    let hash = 0x811c9dc5;
    for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
    this.#state = hash >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.bits();
  }

  /** 32 random bits. */
  bits(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** Both ends included. */
  integer(low: number, high: number): number {
    return low + (this.bits() % (high - low + 1));
  }

  /** In [-1, 1), a multiple of 2^-31. */
  signedUnit(): number {
    return (this.bits() | 0) / 2 ** 31;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.bits() >>> 24);
  }
}
