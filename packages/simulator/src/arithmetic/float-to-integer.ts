/** A float to an integral float: PTX ISA 9.7.9.21, integer rounding. The sign of a zero is kept. */
export function roundToIntegral(value: number, mode: 'rni' | 'rzi' | 'rmi' | 'rpi'): number {
  switch (mode) {
    case 'rzi':
      return Math.trunc(value);
    case 'rmi':
      return Math.floor(value);
    case 'rpi':
      return Math.ceil(value);
    default:
      return roundHalfToEven(value);
  }
}

/** Out of range to the nearest end, NaN to 0 (PTX ISA 9.7.9.21). */
export function clampInteger(value: number, low: number, high: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(high, Math.max(low, value)) | 0;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const up = rest === 0.5 ? floor % 2 !== 0 : rest > 0.5;
  const rounded = up ? floor + 1 : floor;
  return rounded === 0 && value < 0 ? -0 : rounded;
}
