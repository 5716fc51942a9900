import {
  checkTensorMap,
  DgValidationError,
  type HostStorage,
  hostBufferOf,
  type KernelArgument,
  type TensorMap,
} from '@dg/runtime';
import { layoutParameters } from '../program/parameter-layout.js';
import type { PtxParameter } from '../ptx/ptx-module.js';
import type { SimBackend } from './sim-backend.js';
import type { SimDevice } from './sim-device.js';

export interface EncodedParameters {
  /** The kernel's parameter space, little-endian. */
  readonly bytes: Uint8Array;
  /** The memory that the arguments point at. */
  readonly storages: readonly HostStorage[];
}

const argumentBytes: Record<KernelArgument['type'], number> = {
  tensorMap: 128,
  address: 8,
  null: 8,
  int64: 8,
  int32: 4,
  uint32: 4,
  float32: 4,
};
/** PTX ISA 5.5: where a tensor map may lie. */
const tensorMapAlignBytes = 64;

/**
 * Writes a launch's arguments into the kernel's parameter space.
 *
 * @throws DgValidationError naming kernel and parameter, for a count, size or value that does not fit.
 */
export function encodeParameters(
  device: SimDevice,
  encodeTensorMap: SimBackend['encodeTensorMap'],
  kernelName: string,
  parameters: readonly PtxParameter[],
  list: readonly KernelArgument[],
): EncodedParameters {
  if (list.length !== parameters.length) {
    throw new DgValidationError(
      `${kernelName}: expected ${parameters.length} arguments (${parameters.map(({ name }) => name).join(', ')}) ` +
        `but received ${list.length}`,
    );
  }
  const { byteOffsets, byteLength } = layoutParameters(parameters);
  const bytes = new Uint8Array(byteLength);
  const view = new DataView(bytes.buffer);
  const storages: HostStorage[] = [];
  for (const [index, argument] of list.entries()) {
    const parameter = parameters[index]!;
    const where = `argument ${index} (${parameter.name})`;
    checkFits(kernelName, where, parameter, argument);
    const offset = byteOffsets[index]!;
    switch (argument.type) {
      case 'tensorMap': {
        const { map } = argument;
        storages.push(mapStorage(device, kernelName, index, map));
        encodeTensorMap(map, bytes.subarray(offset, offset + parameter.bytes));
        break;
      }
      case 'address': {
        const { storage } = hostBufferOf(device, argument.buffer, 'a kernel argument');
        const { byteOffset } = argument;
        if (!isIntegerIn(byteOffset, 0, storage.byteLength)) {
          fail(kernelName, where, `a byte offset from 0 to ${storage.byteLength}`, byteOffset);
        }
        storages.push(storage);
        view.setBigUint64(offset, storage.pointer + BigInt(byteOffset), true);
        break;
      }
      case 'int64':
        if (!Number.isSafeInteger(argument.value)) {
          fail(kernelName, where, 'an integer below 2^53 in magnitude', argument.value);
        }
        view.setBigInt64(offset, BigInt(argument.value), true);
        break;
      case 'int32':
        if (!isIntegerIn(argument.value, -(2 ** 31), 2 ** 31 - 1)) {
          fail(kernelName, where, 'an integer from -2147483648 to 2147483647', argument.value);
        }
        view.setInt32(offset, argument.value, true);
        break;
      case 'uint32':
        if (!isIntegerIn(argument.value, 0, 2 ** 32 - 1)) {
          fail(kernelName, where, 'an integer from 0 to 4294967295', argument.value);
        }
        view.setUint32(offset, argument.value, true);
        break;
      case 'float32':
        if (typeof argument.value !== 'number') fail(kernelName, where, 'a number', argument.value);
        view.setFloat32(offset, argument.value, true);
        break;
      case 'null':
        break;
    }
  }
  return { bytes, storages };
}

function mapStorage(device: SimDevice, kernelName: string, index: number, map: TensorMap): HostStorage {
  const { storage } = hostBufferOf(device, map.buffer, 'a tensor map');
  checkTensorMap(kernelName, index, map);
  return storage;
}

function checkFits(
  kernelName: string,
  where: string,
  parameter: PtxParameter,
  argument: KernelArgument,
): void {
  const bytes = argumentBytes[argument.type] as number | undefined;
  if (bytes === undefined) fail(kernelName, where, 'a kernel argument', argument.type);
  const { bytes: expectedBytes, type, alignBytes } = parameter;
  if (bytes !== expectedBytes) {
    fail(kernelName, where, `${expectedBytes} bytes of type .${type}`, `${bytes} bytes of ${argument.type}`);
  }
  if (argument.type === 'tensorMap' && alignBytes % tensorMapAlignBytes !== 0) {
    fail(
      kernelName,
      where,
      `a parameter aligned to ${tensorMapAlignBytes} bytes`,
      `one aligned to ${alignBytes}`,
    );
  }
  // Bits alone (`.b32`) may be either.
  const isFloat = type.startsWith('f');
  const isInteger = type.startsWith('u') || type.startsWith('s');
  if ((isFloat && argument.type !== 'float32') || (isInteger && argument.type === 'float32')) {
    fail(kernelName, where, `a value of type .${type}`, argument.type);
  }
}

function isIntegerIn(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function fail(kernelName: string, where: string, expected: string, received: unknown): never {
  throw new DgValidationError(
    `${kernelName}: expected ${expected} for ${where} but received ${String(received)}`,
  );
}
