import type {
  DeviceHandle,
  EventHandle,
  GraphHandle,
  KernelAttributes,
  KernelHandle,
  NativeBinding,
  NativeDeviceProperties,
  OpenResult,
  PinnedHandle,
  StreamHandle,
} from '../native/binding.js';
import { FakeMemory } from './fake-memory.js';
import { nativeError } from './fake-native-error.js';
import { type FakeEvent, type FakeOperation, FakeStream } from './fake-stream.js';

export const hopperProperties: NativeDeviceProperties = {
  name: 'Fake Hopper',
  uuid: 'GPU-fake',
  computeMajor: 9,
  computeMinor: 0,
  multiprocessorCount: 132,
  sharedMemoryPerBlockOptinBytes: 232_448,
  l2CacheBytes: 50 * 2 ** 20,
  totalMemoryBytes: 2 ** 37,
  clockKilohertz: 1_980_000,
  computeMode: 0,
  memoryPoolsSupported: true,
};

export const openSuccess: OpenResult = {
  ok: true,
  reason: 'ok',
  detail: '',
  cuResult: 0,
  cuResultName: 'CUDA_SUCCESS',
  driverVersion: 13_000,
};

export interface FakeBindingOptions {
  readonly open?: Partial<OpenResult>;
  readonly devices?: readonly NativeDeviceProperties[];
  /** False: queued work waits for `step` and `drain`. */
  readonly runsAtOnce?: boolean;
}

export interface FakeLaunch {
  readonly stream: StreamHandle;
  readonly command: Uint8Array;
}

interface FakePinned {
  readonly memory: ArrayBuffer;
  /** Copies that are queued and have not run. */
  pendingCopies: number;
}

/**
 * A CUDA driver in TypeScript: streams are queues that a test steps by hand, memory notices use before allocation and
 * after free. Violations are thrown by `step` and `drain`, where a GPU would fault or corrupt.
 */
export class FakeBinding implements NativeBinding {
  readonly memory = new FakeMemory();
  readonly launches: FakeLaunch[] = [];
  /** Names of the calls in order. */
  readonly calls: string[] = [];
  /** What a launch does when it runs on the fake GPU. */
  onLaunch: (launch: FakeLaunch) => void = () => {};
  attributes: KernelAttributes = {
    registers: 32,
    localBytes: 0,
    staticSharedBytes: 0,
    maxThreadsPerBlock: 1024,
  };
  memoryLimitBytes = Number.POSITIVE_INFINITY;
  releasedDevices = 0;
  readonly #options: FakeBindingOptions;
  readonly #streams = new Map<number, FakeStream>();
  readonly #events = new Map<number, FakeEvent>();
  readonly #graphs = new Map<number, readonly FakeOperation[]>();
  readonly #pinned = new Map<number, FakePinned>();
  readonly #failures = new Map<string, string>();
  #waits: { readonly event: FakeEvent; readonly version: number; readonly done: (error?: Error) => void }[] =
    [];
  #fault: string | undefined;
  #nextHandle = 1;
  #clock = 0;

  constructor(options: FakeBindingOptions = {}) {
    this.#options = options;
  }

  // What tests do.

  /** The next call of that name throws a native failure. */
  failNext(call: keyof NativeBinding, resultName: string): void {
    this.#failures.set(call, resultName);
  }

  /** From now on every call that reaches the driver fails, as after a fault in a kernel. */
  fault(resultName: string): void {
    this.#fault = resultName;
    const waits = this.#waits;
    this.#waits = [];
    for (const wait of waits) wait.done(nativeError('cuEventQuery', resultName));
  }

  /** Runs one operation of one stream. */
  step(stream: StreamHandle): boolean {
    const advanced = this.#stream(stream).step(() => ++this.#clock);
    this.#deliver();
    return advanced;
  }

  /** Runs one stream as far as it goes. */
  runStream(stream: StreamHandle): void {
    while (this.step(stream));
  }

  /** Runs everything. Throws when streams wait for each other for ever. */
  drain(): void {
    for (let advanced = true; advanced; ) {
      advanced = false;
      for (const stream of this.#streams.values()) {
        while (stream.step(() => ++this.#clock)) advanced = true;
      }
    }
    this.#deliver();
    for (const [handle, stream] of this.#streams) {
      if (stream.operations.length > 0) throw new Error(`stream ${handle} is stuck`);
    }
  }

  count(call: keyof NativeBinding): number {
    return this.calls.filter((name) => name === call).length;
  }

  pendingOperations(stream: StreamHandle): readonly FakeOperation[] {
    return this.#stream(stream).operations;
  }

  /** In order of creation, including the internal ones. */
  get streams(): StreamHandle[] {
    return [...this.#streams.keys()] as StreamHandle[];
  }

  get liveEvents(): number {
    return [...this.#events.values()].filter((event) => !event.destroyed).length;
  }

  get pinnedCount(): number {
    return this.#pinned.size;
  }

  // The binding.

  initialize(_isMainThread: boolean): void {}

  open(): OpenResult {
    this.calls.push('open');
    return { ...openSuccess, ...this.#options.open };
  }

  deviceCount(): number {
    return this.#devices.length;
  }

  deviceProperties(ordinal: number): NativeDeviceProperties {
    return this.#devices[ordinal]!;
  }

  deviceRetain(ordinal: number): DeviceHandle {
    this.#enter('deviceRetain');
    if (this.#devices[ordinal] === undefined) throw new RangeError(`no device ${ordinal}`);
    return this.#handle() as DeviceHandle;
  }

  deviceRelease(_device: DeviceHandle): void {
    this.calls.push('deviceRelease');
    this.releasedDevices++;
  }

  deviceSynchronize(_device: DeviceHandle): void {
    this.#enter('deviceSynchronize');
    this.drain();
  }

  deviceMemoryInfo(_device: DeviceHandle): { freeBytes: number; totalBytes: number } {
    this.#enter('deviceMemoryInfo');
    return { freeBytes: 1, totalBytes: 2 };
  }

  streamCreate(_device: DeviceHandle): StreamHandle {
    this.#enter('streamCreate');
    const handle = this.#handle() as StreamHandle;
    this.#streams.set(handle, new FakeStream());
    return handle;
  }

  streamDestroy(stream: StreamHandle): void {
    this.#enter('streamDestroy');
    this.#stream(stream).destroyed = true;
  }

  streamSynchronize(stream: StreamHandle): void {
    this.#enter('streamSynchronize');
    if (this.#stream(stream).captured !== undefined) throw capturing('cuStreamSynchronize');
    this.drain();
  }

  streamWaitEvent(stream: StreamHandle, event: EventHandle): void {
    this.#enter('streamWaitEvent');
    const target = this.#stream(stream);
    if (target.captured !== undefined) throw capturing('cuStreamWaitEvent');
    const recorded = this.#event(event);
    this.#enqueue(target, { kind: 'wait', event: recorded, version: recorded.recorded });
  }

  streamBeginCapture(stream: StreamHandle): void {
    this.#enter('streamBeginCapture');
    this.#stream(stream).captured = [];
  }

  streamEndCapture(stream: StreamHandle): GraphHandle {
    this.#enter('streamEndCapture');
    const target = this.#stream(stream);
    const handle = this.#handle() as GraphHandle;
    this.#graphs.set(handle, target.captured!);
    target.captured = undefined;
    return handle;
  }

  streamAbortCapture(stream: StreamHandle): void {
    this.calls.push('streamAbortCapture');
    this.#stream(stream).captured = undefined;
  }

  graphLaunch(graph: GraphHandle, stream: StreamHandle): void {
    this.#enter('graphLaunch');
    const operations = this.#graphs.get(graph);
    if (operations === undefined) throw new Error('stale graph handle');
    for (const operation of operations) this.#enqueue(this.#stream(stream), operation);
  }

  graphDestroy(graph: GraphHandle): void {
    this.#enter('graphDestroy');
    if (!this.#graphs.delete(graph)) throw new Error('stale graph handle');
  }

  eventCreate(_device: DeviceHandle, _timing: boolean): EventHandle {
    this.#enter('eventCreate');
    const handle = this.#handle() as EventHandle;
    this.#events.set(handle, { recorded: 0, reached: 0, time: 0, destroyed: false });
    return handle;
  }

  eventRecord(event: EventHandle, stream: StreamHandle): void {
    this.#enter('eventRecord');
    const target = this.#stream(stream);
    if (target.captured !== undefined) throw capturing('cuEventRecord');
    const recorded = this.#event(event);
    recorded.recorded++;
    this.#enqueue(target, { kind: 'record', event: recorded, version: recorded.recorded });
  }

  eventQuery(event: EventHandle): boolean {
    this.#enter('eventQuery');
    const { reached, recorded } = this.#event(event);
    return reached === recorded;
  }

  eventSynchronize(event: EventHandle): void {
    this.#enter('eventSynchronize');
    this.#event(event);
    this.drain();
  }

  eventElapsedMilliseconds(start: EventHandle, end: EventHandle): number {
    this.#enter('eventElapsedMilliseconds');
    return this.#event(end).time - this.#event(start).time;
  }

  eventDestroy(event: EventHandle): void {
    this.#enter('eventDestroy');
    this.#event(event).destroyed = true;
  }

  eventWait(event: EventHandle, done: (error?: Error) => void): void {
    this.#enter('eventWait');
    const waited = this.#event(event);
    this.#waits.push({ event: waited, version: waited.recorded, done });
    setImmediate(() => this.#deliver());
  }

  memoryAllocate(stream: StreamHandle, byteLength: number): number {
    this.#enter('memoryAllocate');
    if (byteLength > this.memoryLimitBytes)
      throw nativeError('cuMemAllocFromPoolAsync', 'CUDA_ERROR_OUT_OF_MEMORY', 2);
    const address = this.memory.promise(byteLength);
    this.#work(stream, 'allocate', () => this.memory.commit(address));
    return address;
  }

  memoryFree(stream: StreamHandle, address: number): void {
    this.#enter('memoryFree');
    this.#work(stream, 'free', () => this.memory.free(address));
  }

  memorySet2d(
    stream: StreamHandle,
    address: number,
    pitchBytes: number,
    value: number,
    rowBytes: number,
    rows: number,
  ): void {
    this.#enter('memorySet2d');
    this.#work(stream, 'set', () => {
      for (let row = 0; row < rows; row++) this.memory.at(address + row * pitchBytes, rowBytes).fill(value);
    });
  }

  memoryCopy2d(
    stream: StreamHandle,
    destination: number,
    destinationPitchBytes: number,
    source: number,
    sourcePitchBytes: number,
    rowBytes: number,
    rows: number,
  ): void {
    this.#enter('memoryCopy2d');
    this.#work(stream, 'copy', () => {
      for (let row = 0; row < rows; row++) {
        const from = this.memory.at(source + row * sourcePitchBytes, rowBytes);
        this.memory.at(destination + row * destinationPitchBytes, rowBytes).set(from);
      }
    });
  }

  pinnedAllocate(_device: DeviceHandle, byteLength: number): { handle: PinnedHandle; memory: ArrayBuffer } {
    this.#enter('pinnedAllocate');
    const handle = this.#handle() as PinnedHandle;
    const memory = new ArrayBuffer(byteLength);
    this.#pinned.set(handle, { memory, pendingCopies: 0 });
    return { handle, memory };
  }

  pinnedFree(pinned: PinnedHandle): void {
    this.#enter('pinnedFree');
    if (this.#pin(pinned).pendingCopies > 0) throw new Error('pinned memory freed while a copy is queued');
    this.#pinned.delete(pinned);
  }

  copyToDevice(
    stream: StreamHandle,
    destination: number,
    pinned: PinnedHandle,
    pinnedOffset: number,
    byteLength: number,
  ): void {
    this.#enter('copyToDevice');
    const source = this.#pin(pinned);
    source.pendingCopies++;
    this.#work(stream, 'copyToDevice', () => {
      source.pendingCopies--;
      this.memory.at(destination, byteLength).set(new Uint8Array(source.memory, pinnedOffset, byteLength));
    });
  }

  copyToHost(
    stream: StreamHandle,
    pinned: PinnedHandle,
    pinnedOffset: number,
    source: number,
    byteLength: number,
  ): void {
    this.#enter('copyToHost');
    const target = this.#pin(pinned);
    target.pendingCopies++;
    this.#work(stream, 'copyToHost', () => {
      target.pendingCopies--;
      new Uint8Array(target.memory, pinnedOffset, byteLength).set(this.memory.at(source, byteLength));
    });
  }

  kernelLoad(_device: DeviceHandle, _image: Uint8Array, _entry: string): KernelHandle {
    this.#enter('kernelLoad');
    return this.#handle() as KernelHandle;
  }

  kernelAttributes(_kernel: KernelHandle): KernelAttributes {
    return this.attributes;
  }

  kernelUnload(_kernel: KernelHandle): void {
    this.#enter('kernelUnload');
  }

  launch(_kernel: KernelHandle, stream: StreamHandle, command: Uint8Array, byteLength: number): void {
    this.#enter('launch');
    const launch = { stream, command: command.slice(0, byteLength) };
    this.launches.push(launch);
    this.#work(stream, 'launch', () => this.onLaunch(launch));
  }

  get #devices(): readonly NativeDeviceProperties[] {
    return this.#options.devices ?? [hopperProperties];
  }

  #enter(call: keyof NativeBinding): void {
    this.calls.push(call);
    if (this.#fault !== undefined) throw nativeError(call, this.#fault);
    const failure = this.#failures.get(call);
    if (failure === undefined) return;
    this.#failures.delete(call);
    throw nativeError(call, failure);
  }

  #work(stream: StreamHandle, name: string, run: () => void): void {
    this.#enqueue(this.#stream(stream), { kind: 'work', name, run });
  }

  #enqueue(stream: FakeStream, operation: FakeOperation): void {
    if (stream.destroyed) throw new Error('work on a destroyed stream');
    stream.enqueue(operation);
    if (this.#options.runsAtOnce !== false && stream.captured === undefined) {
      while (stream.step(() => ++this.#clock));
    }
  }

  #deliver(): void {
    const ready = this.#waits.filter((wait) => wait.event.reached >= wait.version);
    this.#waits = this.#waits.filter((wait) => wait.event.reached < wait.version);
    for (const wait of ready) wait.done();
  }

  #handle(): number {
    return this.#nextHandle++;
  }

  #stream(handle: StreamHandle): FakeStream {
    const stream = this.#streams.get(handle);
    if (stream === undefined) throw new Error('stale stream handle');
    return stream;
  }

  #event(handle: EventHandle): FakeEvent {
    const event = this.#events.get(handle);
    if (event === undefined || event.destroyed) throw new Error('stale event handle');
    return event;
  }

  #pin(handle: PinnedHandle): FakePinned {
    const pinned = this.#pinned.get(handle);
    if (pinned === undefined) throw new Error('stale pinned handle');
    return pinned;
  }
}

function capturing(call: string): Error {
  return nativeError(call, 'CUDA_ERROR_STREAM_CAPTURE_ISOLATION');
}
