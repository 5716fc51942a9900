/** `dividend / divisor`, rounded up, for integers of at least 0. */
export function ceilDiv(dividend: number, divisor: number): number {
  return Math.ceil(dividend / divisor);
}

/** `value` rounded up to a multiple of `multiple`, for integers of at least 0. */
export function alignUp(value: number, multiple: number): number {
  return ceilDiv(value, multiple) * multiple;
}
