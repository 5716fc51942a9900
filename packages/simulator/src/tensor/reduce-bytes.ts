import { roundToBfloat16 } from '../arithmetic/narrow-floats.js';
import { rejectTensor } from './reject-tensor.js';
import { type SimTensorElement, simElementBytes } from './tensor-map.js';

export const reduceOperations = ['add', 'min', 'max', 'and', 'or', 'xor'] as const;
export type ReduceOperation = (typeof reduceOperations)[number];

type Combine = (view: DataView, at: number, other: DataView) => void;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bfloat16At(view: DataView, at: number): number {
  bits[0] = view.getUint16(at, true) << 16;
  return float[0]!;
}

function onBfloat16(operation: (a: number, b: number) => number): Combine {
  return (view, at, other) => {
    float[0] = operation(bfloat16At(view, at), bfloat16At(other, at));
    view.setUint16(at, roundToBfloat16(bits[0]!), true);
  };
}

function onInt32(operation: (a: number, b: number) => number): Combine {
  return (view, at, other) =>
    view.setInt32(at, operation(view.getInt32(at, true), other.getInt32(at, true)), true);
}

/** The pairs of element type and operation that cp.reduce.async.bulk has (PTX ISA 9.7.9.25.5), for the elements here. */
const combinations: Readonly<Partial<Record<SimTensorElement, Partial<Record<ReduceOperation, Combine>>>>> = {
  float32: {
    add: (view, at, other) =>
      view.setFloat32(at, view.getFloat32(at, true) + other.getFloat32(at, true), true),
  },
  bfloat16: { add: onBfloat16((a, b) => a + b), min: onBfloat16(Math.min), max: onBfloat16(Math.max) },
  int32: {
    add: onInt32((a, b) => a + b),
    min: onInt32(Math.min),
    max: onInt32(Math.max),
    and: onInt32((a, b) => a & b),
    or: onInt32((a, b) => a | b),
    xor: onInt32((a, b) => a ^ b),
  },
};

/**
 * A function that combines what a reduction finds in memory with what it brings, element by element.
 *
 * @throws DgValidationError for an operation that the element type does not have
 */
export function reduceBytes(
  operation: ReduceOperation,
  element: SimTensorElement,
): (found: Uint8Array, brought: Uint8Array) => Uint8Array {
  const combine =
    combinations[element]?.[operation] ??
    rejectTensor('an operation of the element type', `a reduction of ${element}`, operation);
  const elementBytes = simElementBytes[element];
  return (found, brought) => {
    const result = found.slice(0, brought.byteLength);
    const view = new DataView(result.buffer);
    const other = new DataView(brought.buffer, brought.byteOffset, brought.byteLength);
    for (let at = 0; at < brought.byteLength; at += elementBytes) combine(view, at, other);
    return result;
  };
}
