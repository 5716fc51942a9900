import { afterAll } from 'vitest';
import type { OperandType } from './number-formats.js';

/** Keeps the largest ε seen in a test file and prints it at the end, so that bounds can be tightened. */
export function recordEpsilon(deviceName: () => string): (operandType: OperandType, epsilon: number) => void {
  const largest = new Map<OperandType, number>();
  afterAll(() => {
    for (const [operandType, epsilon] of largest) {
      process.stderr.write(
        `largest epsilon on ${deviceName()}, ${operandType}: ${epsilon.toExponential(2)}\n`,
      );
    }
  });
  return (operandType, epsilon) => {
    largest.set(operandType, Math.max(epsilon, largest.get(operandType) ?? 0));
  };
}
