import { DgValidationError } from '@dg/jit';
import type { KernelArgument, Launch } from '../device/kernel.js';
import type { TensorMap, TensorMapElement } from '../device/tensor-map.js';
import { launchHeaderBytes, scalarArgumentBytes, tensorMapArgumentBytes } from '../native/launch-command.js';
import { noCluster } from './check-launch.js';
import { checkTensorMap } from './check-tensor-map.js';
import { cudaBufferOf } from './cuda-buffer.js';
import type { CudaDevice } from './cuda-device.js';

export const maxArguments = 64;
/** CUDA's limit on a kernel's parameters. */
const maxParameterBytes = 4096;
const tensorMapParameterBytes = 128;

const scalarKind = 0;
const tensorMapKind = 1;
const dependentLaunchFlag = 1;

/** CUtensorMapDataType */
const elementCodes: Record<TensorMapElement, number> = { uint8: 0, int32: 3, float32: 7, bfloat16: 9 };
const twoTo32 = 2 ** 32;

/** Offsets in the payload of a tensor map argument; see launch-command.ts. */
const mapRankOffset = 12;
const mapDimsOffset = 24;
const mapStridesOffset = 64;
const mapBoxOffset = 96;
const mapReservedOffset = 116;

/**
 * Writes launches into one buffer that is used again for every launch, as the native call reads it at once.
 * Validates each argument on the way; nothing outside the buffer changes when it throws.
 */
export class LaunchEncoder {
  readonly bytes = new Uint8Array(launchHeaderBytes + maxArguments * tensorMapArgumentBytes);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #device: CudaDevice;

  constructor(device: CudaDevice) {
    this.#device = device;
  }

  /** Returns the command's length in bytes. Throws DgValidationError; the dimensions must have been checked. */
  encode(kernelName: string, launch: Launch): number {
    const count = launch.arguments.length;
    if (count > maxArguments) {
      throw new DgValidationError(
        `${kernelName}: expected at most ${maxArguments} arguments but received ${count}`,
      );
    }
    this.#writeHeader(launch, count);
    let offset = launchHeaderBytes;
    // Parameters are aligned to their size, the largest of which have 64 bytes.
    let parameterBytes = 0;
    for (let index = 0; index < count; index++) {
      const argument = launch.arguments[index]!;
      if (argument.type === 'tensorMap') {
        this.#writeTensorMap(kernelName, index, argument.map, offset);
        offset += tensorMapArgumentBytes;
        parameterBytes = Math.ceil(parameterBytes / 64) * 64 + tensorMapParameterBytes;
      } else {
        const size = this.#writeScalar(kernelName, index, argument, offset);
        offset += scalarArgumentBytes;
        parameterBytes = Math.ceil(parameterBytes / size) * size + size;
      }
    }
    if (parameterBytes > maxParameterBytes) {
      throw new DgValidationError(
        `${kernelName}: expected at most ${maxParameterBytes} bytes of parameters but received ${parameterBytes}`,
      );
    }
    return offset;
  }

  #writeHeader(launch: Launch, argumentCount: number): void {
    const view = this.#view;
    const cluster = launch.cluster ?? noCluster;
    for (let axis = 0; axis < 3; axis++) {
      view.setUint32(axis * 4, launch.grid[axis]!, true);
      view.setUint32(12 + axis * 4, launch.block[axis]!, true);
      view.setUint32(24 + axis * 4, cluster[axis]!, true);
    }
    view.setUint32(36, launch.dynamicSharedMemoryBytes ?? 0, true);
    view.setUint32(40, launch.dependentLaunch === true ? dependentLaunchFlag : 0, true);
    view.setUint32(44, argumentCount, true);
  }

  /** Returns the size of the kernel parameter, in bytes. */
  #writeScalar(kernelName: string, index: number, argument: KernelArgument, offset: number): number {
    const view = this.#view;
    const payload = offset + 8;
    let size = 8;
    // What a 4-byte parameter leaves of the 8 must not keep an earlier launch's bytes.
    view.setUint32(payload + 4, 0, true);
    switch (argument.type) {
      case 'int32':
        checkInteger(kernelName, index, argument.value, -(2 ** 31), 2 ** 31 - 1);
        view.setInt32(payload, argument.value, true);
        size = 4;
        break;
      case 'uint32':
        checkInteger(kernelName, index, argument.value, 0, twoTo32 - 1);
        view.setUint32(payload, argument.value, true);
        size = 4;
        break;
      case 'float32':
        if (typeof argument.value !== 'number') failScalar(kernelName, index, 'a number', argument.value);
        view.setFloat32(payload, argument.value, true);
        size = 4;
        break;
      case 'int64':
        checkInteger(kernelName, index, argument.value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
        this.#writeInt64(payload, argument.value);
        break;
      case 'null':
        this.#writeInt64(payload, 0);
        break;
      case 'address': {
        const { buffer, byteOffset } = argument;
        const { storage } = cudaBufferOf(this.#device, buffer, 'a kernel argument');
        if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset > storage.byteLength) {
          failScalar(kernelName, index, `a byte offset from 0 to ${storage.byteLength}`, byteOffset);
        }
        this.#writeInt64(payload, storage.address + byteOffset);
        break;
      }
      default:
        failScalar(kernelName, index, 'a kernel argument', (argument as { type?: unknown }).type);
    }
    view.setUint32(offset, scalarKind, true);
    view.setUint32(offset + 4, size, true);
    return size;
  }

  #writeTensorMap(kernelName: string, index: number, map: TensorMap, offset: number): void {
    const { storage } = cudaBufferOf(this.#device, map.buffer, 'a tensor map');
    checkTensorMap(kernelName, index, map);
    const view = this.#view;
    const payload = offset + 8;
    const rank = map.dims.length;
    view.setUint32(offset, tensorMapKind, true);
    view.setUint32(offset + 4, tensorMapParameterBytes, true);
    view.setFloat64(payload, storage.address + map.byteOffset, true);
    view.setUint32(payload + 8, elementCodes[map.element], true);
    view.setUint32(payload + mapRankOffset, rank, true);
    view.setUint32(payload + 16, swizzleCode(map.swizzleBytes), true);
    view.setUint32(payload + 20, l2PromotionCode(map.l2PromotionBytes), true);
    for (let dim = 0; dim < 5; dim++) {
      view.setFloat64(payload + mapDimsOffset + dim * 8, dim < rank ? map.dims[dim]! : 0, true);
      view.setUint32(payload + mapBoxOffset + dim * 4, dim < rank ? map.box[dim]! : 0, true);
    }
    // Reserved words too: an earlier launch may have had something else here.
    for (let word = 0; word < 5; word++) view.setUint32(payload + mapReservedOffset + word * 4, 0, true);
    for (let dim = 0; dim < 4; dim++) {
      view.setFloat64(
        payload + mapStridesOffset + dim * 8,
        dim < rank - 1 ? map.stridesBytes[dim]! : 0,
        true,
      );
    }
  }

  /** Two's complement, in halves, as a BigInt would have to be allocated. */
  #writeInt64(offset: number, value: number): void {
    const high = Math.floor(value / twoTo32);
    this.#view.setUint32(offset, value - high * twoTo32, true);
    this.#view.setInt32(offset + 4, high, true);
  }
}

/** CUtensorMapSwizzle */
function swizzleCode(bytes: TensorMap['swizzleBytes']): number {
  return bytes === 0 ? 0 : bytes === 32 ? 1 : bytes === 64 ? 2 : 3;
}

/** CUtensorMapL2promotion */
function l2PromotionCode(bytes: TensorMap['l2PromotionBytes']): number {
  return bytes === 0 ? 0 : bytes === 64 ? 1 : bytes === 128 ? 2 : 3;
}

function checkInteger(kernelName: string, index: number, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    failScalar(kernelName, index, `an integer from ${min} to ${max}`, value);
  }
}

function failScalar(kernelName: string, index: number, expected: string, received: unknown): never {
  throw new DgValidationError(
    `${kernelName}: expected ${expected} for argument ${index} but received ${String(received)}`,
  );
}
