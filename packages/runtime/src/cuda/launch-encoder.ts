import { DgValidationError } from '@dg/jit';
import type { KernelArgument, Launch } from '../device/kernel.js';
import type { TensorMap, TensorMapElement } from '../device/tensor-map.js';
import {
  dependentLaunchFlag,
  flagsWord,
  launchHeaderBytes,
  scalarArgumentBytes,
  tensorMapArgumentBytes,
} from '../native/launch-command.js';
import { noCluster } from './check-launch.js';
import { checkTensorMap } from './check-tensor-map.js';
import { cudaBufferOf } from './cuda-buffer.js';
import type { CudaDevice } from './cuda-device.js';
import type { CudaStorage } from './cuda-storage.js';

export const maxArguments = 64;
/** CUDA's limit on a kernel's parameters. */
const maxParameterBytes = 4096;
const tensorMapParameterBytes = 128;

const scalarKind = 0;
const tensorMapKind = 1;

/** CUtensorMapDataType */
const elementCodes: Record<TensorMapElement, number> = { uint8: 0, int32: 3, float32: 7, bfloat16: 9 };
const twoTo32 = 2 ** 32;

/** The memory that the arguments of a launch point at, and that of it which the kernel may write. */
export interface LaunchStorages {
  readonly used: readonly CudaStorage[];
  readonly written: readonly CudaStorage[];
}

/**
 * Writes launches into one buffer that is used again for every launch, as the native call reads it at once.
 * Validates each argument on the way; nothing outside the encoder changes when it throws.
 *
 * Typed arrays rather than a DataView, which costs a call for each field until the code is optimised. Their byte
 * order is the machine's: CUDA runs on little-endian ones only. Offsets of the fields: launch-command.ts.
 */
export class LaunchEncoder {
  readonly bytes = new Uint8Array(launchHeaderBytes + maxArguments * tensorMapArgumentBytes);
  readonly #u32 = new Uint32Array(this.bytes.buffer);
  readonly #f32 = new Float32Array(this.bytes.buffer);
  readonly #f64 = new Float64Array(this.bytes.buffer);
  readonly #device: CudaDevice;
  #used: CudaStorage[] = [];
  #written: CudaStorage[] = [];

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
    this.takeStorages();
    this.#writeHeader(launch, count);
    let offset = launchHeaderBytes;
    // Parameters are aligned to their size, the largest of which have 64 bytes.
    let parameterBytes = 0;
    for (let index = 0; index < count; index++) {
      const argument = launch.arguments[index]!;
      if (argument.type === 'tensorMap') {
        this.#writeTensorMap(kernelName, index, argument, offset);
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

  /** The memory that the arguments of the last launch point at. Only once: the encoder does not hold on to it. */
  takeStorages(): LaunchStorages {
    const storages = { used: this.#used, written: this.#written };
    this.#used = [];
    this.#written = [];
    return storages;
  }

  #note(storage: CudaStorage, readOnly: boolean | undefined): void {
    this.#used.push(storage);
    if (readOnly !== true) this.#written.push(storage);
  }

  #writeHeader(launch: Launch, argumentCount: number): void {
    const u32 = this.#u32;
    const { grid, block, cluster = noCluster } = launch;
    // Here and below: what this launch leaves out must not keep an earlier one's bytes.
    u32.fill(0, 0, launchHeaderBytes / 4);
    for (let axis = 0; axis < 3; axis++) {
      u32[axis] = grid[axis]!;
      u32[3 + axis] = block[axis]!;
      u32[6 + axis] = cluster[axis]!;
    }
    u32[9] = launch.dynamicSharedMemoryBytes ?? 0;
    u32[flagsWord] = launch.dependentLaunch === true ? dependentLaunchFlag : 0;
    u32[11] = argumentCount;
  }

  /** Returns the size of the kernel parameter, in bytes. */
  #writeScalar(kernelName: string, index: number, argument: KernelArgument, offset: number): number {
    const word = offset / 4;
    const payload = word + 2;
    let size = 8;
    this.#u32[payload] = 0;
    this.#u32[payload + 1] = 0;
    switch (argument.type) {
      case 'int32':
        checkInteger(kernelName, index, argument.value, -(2 ** 31), 2 ** 31 - 1);
        this.#u32[payload] = argument.value;
        size = 4;
        break;
      case 'uint32':
        checkInteger(kernelName, index, argument.value, 0, twoTo32 - 1);
        this.#u32[payload] = argument.value;
        size = 4;
        break;
      case 'float32':
        if (typeof argument.value !== 'number') failScalar(kernelName, index, 'a number', argument.value);
        this.#f32[payload] = argument.value;
        size = 4;
        break;
      case 'int64':
        checkInteger(kernelName, index, argument.value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
        this.#writeInt64(payload, argument.value);
        break;
      case 'null':
        break;
      case 'address': {
        const { buffer, byteOffset, readOnly } = argument;
        const { storage } = cudaBufferOf(this.#device, buffer, 'a kernel argument');
        if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset > storage.byteLength) {
          failScalar(kernelName, index, `a byte offset from 0 to ${storage.byteLength}`, byteOffset);
        }
        this.#note(storage, readOnly);
        this.#writeInt64(payload, storage.address + byteOffset);
        break;
      }
      default:
        failScalar(kernelName, index, 'a kernel argument', (argument as { type?: unknown }).type);
    }
    this.#u32[word] = scalarKind;
    this.#u32[word + 1] = size;
    return size;
  }

  #writeTensorMap(
    kernelName: string,
    index: number,
    { map, readOnly }: { readonly map: TensorMap; readonly readOnly?: boolean },
    offset: number,
  ): void {
    const { storage } = cudaBufferOf(this.#device, map.buffer, 'a tensor map');
    checkTensorMap(kernelName, index, map);
    this.#note(storage, readOnly);
    const { dims, stridesBytes, box } = map;
    const rank = dims.length;
    const u32 = this.#u32;
    const f64 = this.#f64;
    const word = offset / 4;
    const double = offset / 8;
    u32.fill(0, word, word + tensorMapArgumentBytes / 4);
    u32[word] = tensorMapKind;
    u32[word + 1] = tensorMapParameterBytes;
    f64[double + 1] = storage.address + map.byteOffset;
    u32[word + 4] = elementCodes[map.element];
    u32[word + 5] = rank;
    u32[word + 6] = swizzleCode(map.swizzleBytes);
    u32[word + 7] = l2PromotionCode(map.l2PromotionBytes);
    for (let dim = 0; dim < rank; dim++) {
      f64[double + 4 + dim] = dims[dim]!;
      u32[word + 26 + dim] = box[dim]!;
      if (dim > 0) f64[double + 8 + dim] = stridesBytes[dim - 1]!;
    }
  }

  /** Two's complement, in halves, as a BigInt would have to be allocated. */
  #writeInt64(word: number, value: number): void {
    const high = Math.floor(value / twoTo32);
    this.#u32[word] = value - high * twoTo32;
    this.#u32[word + 1] = high;
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
