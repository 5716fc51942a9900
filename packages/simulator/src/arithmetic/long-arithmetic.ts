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
}
