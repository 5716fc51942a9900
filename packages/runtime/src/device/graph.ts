import type { TransferOptions } from './device-buffer.js';

/** Captured work, ready to be launched any number of times. Keeps the memory that it uses alive. */
export interface Graph {
  readonly destroyed: boolean;
  launch(options?: TransferOptions): void;
  destroy(): void;
  [Symbol.dispose](): void;
}
