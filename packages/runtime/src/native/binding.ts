/**
 * The native addon's surface: a thin, typed layer over the CUDA driver API. Internal to this package.
 *
 * Handles are small integers into tables that belong to one JavaScript environment (main thread or
 * worker). A stale or foreign handle throws; it never reaches the driver. Addresses are numbers: CUDA
 * addresses stay below 2^53.
 *
 * Every failing driver call throws an Error with the properties of NativeFailure. Nothing here aborts,
 * prints, or keeps the event loop alive but a pending wait.
 */
export interface NativeFailure {
  readonly cuResult: number;
  /** `CUDA_ERROR_...` */
  readonly cuResultName: string;
  readonly cuCall: string;
}

export type DeviceHandle = number & { readonly __handle: 'device' };
export type StreamHandle = number & { readonly __handle: 'stream' };
export type EventHandle = number & { readonly __handle: 'event' };
export type GraphHandle = number & { readonly __handle: 'graph' };
export type KernelHandle = number & { readonly __handle: 'kernel' };
export type PinnedHandle = number & { readonly __handle: 'pinned' };

export interface OpenResult {
  /** True when libcuda is loaded and cuInit succeeded. */
  readonly ok: boolean;
  /** When not ok: what stopped it. */
  readonly reason: 'ok' | 'library-not-found' | 'symbol-not-found' | 'init-failed';
  /** The loader's or the driver's own words; empty when ok. */
  readonly detail: string;
  /** CUresult of cuInit; 0 when it was not reached. */
  readonly cuResult: number;
  readonly cuResultName: string;
  /** cuDriverGetVersion, for example 13000; 0 when unknown. */
  readonly driverVersion: number;
}

export interface NativeDeviceProperties {
  readonly name: string;
  readonly uuid: string;
  readonly computeMajor: number;
  readonly computeMinor: number;
  readonly multiprocessorCount: number;
  readonly sharedMemoryPerBlockOptinBytes: number;
  readonly l2CacheBytes: number;
  readonly totalMemoryBytes: number;
  readonly clockKilohertz: number;
  readonly computeMode: number;
  readonly memoryPoolsSupported: boolean;
}

export interface KernelAttributes {
  readonly registers: number;
  readonly localBytes: number;
  readonly staticSharedBytes: number;
  readonly maxThreadsPerBlock: number;
}

export interface NativeBinding {
  initialize(isMainThread: boolean): void;
  /** Opens libcuda once per process and calls cuInit. Never throws. */
  open(): OpenResult;
  deviceCount(): number;
  /** Needs no context. */
  deviceProperties(ordinal: number): NativeDeviceProperties;

  /** Retains the primary context and makes a private stream-ordered memory pool that keeps freed memory. */
  deviceRetain(ordinal: number): DeviceHandle;
  /** Frees what the handle still owns after its queued work, then releases the context. Does not block. */
  deviceRelease(device: DeviceHandle): void;
  deviceSynchronize(device: DeviceHandle): void;
  deviceMemoryInfo(device: DeviceHandle): { freeBytes: number; totalBytes: number };

  streamCreate(device: DeviceHandle): StreamHandle;
  /** The stream's queued work still runs to its end. */
  streamDestroy(stream: StreamHandle): void;
  streamSynchronize(stream: StreamHandle): void;
  streamWaitEvent(stream: StreamHandle, event: EventHandle): void;
  streamBeginCapture(stream: StreamHandle): void;
  streamEndCapture(stream: StreamHandle): GraphHandle;
  /** Ends a capture whose recording failed and drops it. Never throws. */
  streamAbortCapture(stream: StreamHandle): void;

  graphLaunch(graph: GraphHandle, stream: StreamHandle): void;
  graphDestroy(graph: GraphHandle): void;

  eventCreate(device: DeviceHandle, timing: boolean): EventHandle;
  eventRecord(event: EventHandle, stream: StreamHandle): void;
  /** True when complete; throws when earlier work faulted. */
  eventQuery(event: EventHandle): boolean;
  eventSynchronize(event: EventHandle): void;
  eventElapsedMilliseconds(start: EventHandle, end: EventHandle): number;
  eventDestroy(event: EventHandle): void;
  /**
   * Calls `done(undefined)` on the JavaScript thread once the event is complete, or `done(error)` when
   * the device faulted. The event is watched by the addon's own thread, never by libuv's pool; pending
   * waits keep the event loop alive. The event may be destroyed by the caller right after this call.
   */
  eventWait(event: EventHandle, done: (error?: Error) => void): void;

  /** cuMemAllocFromPoolAsync ordered on `stream`. Returns the address. */
  memoryAllocate(stream: StreamHandle, byteLength: number): number;
  /** cuMemFreeAsync ordered on `stream`. */
  memoryFree(stream: StreamHandle, address: number): void;
  memorySet2d(
    stream: StreamHandle,
    address: number,
    pitchBytes: number,
    value: number,
    rowBytes: number,
    rows: number,
  ): void;
  memoryCopy2d(
    stream: StreamHandle,
    destination: number,
    destinationPitchBytes: number,
    source: number,
    sourcePitchBytes: number,
    rowBytes: number,
    rows: number,
  ): void;

  /** Page-locked host memory, exposed as an ArrayBuffer that becomes detached on pinnedFree. */
  pinnedAllocate(device: DeviceHandle, byteLength: number): { handle: PinnedHandle; memory: ArrayBuffer };
  pinnedFree(pinned: PinnedHandle): void;
  copyToDevice(
    stream: StreamHandle,
    destination: number,
    pinned: PinnedHandle,
    pinnedOffset: number,
    byteLength: number,
  ): void;
  copyToHost(
    stream: StreamHandle,
    pinned: PinnedHandle,
    pinnedOffset: number,
    source: number,
    byteLength: number,
  ): void;

  /** Loads a cubin or PTX image into the device's context and finds one function in it. */
  kernelLoad(device: DeviceHandle, image: Uint8Array, entry: string): KernelHandle;
  kernelAttributes(kernel: KernelHandle): KernelAttributes;
  kernelUnload(kernel: KernelHandle): void;
  /**
   * Encodes the tensor maps and enqueues one launch. `command` is laid out as launch-command.ts says;
   * it is read during the call only.
   */
  launch(kernel: KernelHandle, stream: StreamHandle, command: Uint8Array, byteLength: number): void;
}
