/** 64-bit integer operations on pairs of int32. The result is left in `low` and `high`: nothing is allocated. */
export class LongArithmetic {
  low = 0;
  high = 0;

  multiplyWideUnsigned(a: number, b: number): void {
    const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
    const middle = a1 * b0 + ((a0 * b0) >>> 16);
    const carried = (middle & 0xffff) + a0 * b1;
    this.low = Math.imul(a, b);
    this.high = (a1 * b1 + Math.floor(middle / 65536) + Math.floor(carried / 65536)) | 0;
  }

  multiplyWideSigned(a: number, b: number): void {
    this.multiplyWideUnsigned(a, b);
    if (a < 0) this.high = (this.high - b) | 0;
    if (b < 0) this.high = (this.high - a) | 0;
  }

  multiply(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
    this.multiplyWideUnsigned(aLow, bLow);
    this.high = (this.high + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
  }

  shiftLeft(low: number, high: number, count: number): void {
    if (count === 0) {
      [this.low, this.high] = [low, high];
    } else if (count < 32) {
      this.high = (high << count) | (low >>> (32 - count));
      this.low = low << count;
    } else {
      this.high = count > 63 ? 0 : low << (count - 32);
      this.low = 0;
    }
  }

  shiftRight(low: number, high: number, count: number, signed: boolean): void {
    const fill = signed ? high >> 31 : 0;
    if (count === 0) {
      [this.low, this.high] = [low, high];
    } else if (count < 32) {
      this.low = (low >>> count) | (high << (32 - count));
      this.high = signed ? high >> count : (high >>> count) | 0;
    } else {
      this.low = count > 63 ? fill : signed ? high >> (count - 32) : (high >>> (count - 32)) | 0;
      this.high = fill;
    }
  }

  /** PTX ISA 9.7.1.8. The result of a division by zero is not specified: all ones here. */
  divide(aLow: number, aHigh: number, bLow: number, bHigh: number, signed: boolean): void {
    const b = join(bLow, bHigh, signed);
    this.#set(b === 0n ? -1n : join(aLow, aHigh, signed) / b);
  }

  /** PTX ISA 9.7.1.9 */
  remainder(aLow: number, aHigh: number, bLow: number, bHigh: number, signed: boolean): void {
    const b = join(bLow, bHigh, signed);
    this.#set(b === 0n ? -1n : join(aLow, aHigh, signed) % b);
  }

  /** The upper 64 of the 128 bits of a product. */
  multiplyHigh(aLow: number, aHigh: number, bLow: number, bHigh: number, signed: boolean): void {
    this.#set((join(aLow, aHigh, signed) * join(bLow, bHigh, signed)) >> 64n);
  }

  /** PTX ISA 9.7.1.19, with the sign of the field repeated past it when signed. */
  bitFieldExtract(low: number, high: number, at: number, count: number, signed: boolean): void {
    const top = Math.min(at + count - 1, 63);
    const value = count === 0 ? 0n : join(low, high, false);
    const field = at > 63 ? 0n : (value >> BigInt(at)) & ((1n << BigInt(top - at + 1)) - 1n);
    const negative = signed && count > 0 && ((value >> BigInt(top)) & 1n) === 1n;
    const filled = negative ? (at > 63 ? -1n : field - (1n << BigInt(top - at + 1))) : field;
    this.#set(filled);
  }

  /** PTX ISA 9.7.1.20 */
  bitFieldInsert(aLow: number, aHigh: number, bLow: number, bHigh: number, at: number, count: number): void {
    const b = join(bLow, bHigh, false);
    const width = at > 63 ? 0 : Math.min(count, 64 - at);
    const mask = ((1n << BigInt(width)) - 1n) << BigInt(Math.min(at, 63));
    this.#set((b & ~mask) | ((join(aLow, aHigh, false) << BigInt(Math.min(at, 63))) & mask));
  }

  /** An integral float32; out of range to the nearest end, NaN to the sign bit alone (PTX ISA 9.7.9.21). */
  fromFloat(value: number, signed: boolean): void {
    const [least, end] = signed ? [-(2 ** 63), 2 ** 63] : [0, 2 ** 64];
    if (Number.isNaN(value)) [this.low, this.high] = [0, -0x80000000];
    else if (value >= end) [this.low, this.high] = [-1, signed ? 0x7fffffff : -1];
    else {
      const clamped = Math.max(least, value);
      this.high = Math.floor(clamped / 4294967296) | 0;
      this.low = clamped | 0;
    }
  }

  /** The carry flags (CC.CF) of the lanes of a warp: PTX ISA 9.7.2. */
  carries(warp: object): Uint8Array {
    let flags = this.#carries.get(warp);
    if (flags === undefined) {
      flags = new Uint8Array(32);
      this.#carries.set(warp, flags);
    }
    return flags;
  }

  readonly #carries = new WeakMap<object, Uint8Array>();

  #set(value: bigint): void {
    this.low = Number(BigInt.asIntN(32, value));
    this.high = Number(BigInt.asIntN(32, value >> 32n));
  }
}

function join(low: number, high: number, signed: boolean): bigint {
  return (BigInt(signed ? high | 0 : high >>> 0) << 32n) | BigInt(low >>> 0);
}
