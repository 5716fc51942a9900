import { InvalidArgumentError } from 'commander';
import type { Extent } from '../warmup/extent.js';

const size = '[1-9]\\d{0,14}';
const single = new RegExp(`^${size}$`);
const range = new RegExp(`^(${size})\\.\\.(${size})(?:/(${size}))?$`);

/** `64`, `1,64,128`, `1..8192` or `128..65536/128`. */
export function parseExtent(text: string): Extent {
  const [, from, to, step] = range.exec(text) ?? [];
  if (from !== undefined && to !== undefined) {
    return { from: Number(from), to: Number(to), ...(step === undefined ? {} : { step: Number(step) }) };
  }
  const parts = text.split(',');
  if (!parts.every((part) => single.test(part))) {
    throw new InvalidArgumentError(`expected 64, 1,64,128, 1..8192 or 128..65536/128 but received ${text}`);
  }
  const sizes = parts.map(Number);
  return sizes.length === 1 ? sizes[0]! : sizes;
}
