import type { EventHandle, NativeBinding } from '../native/binding.js';
import type { DeviceHealth } from './device-health.js';

/** The binding of one device: throws this library's errors, and refuses every call once the device is lost. */
export type GuardedDriver = Pick<NativeBinding, (typeof guardedCalls)[number]> & {
  eventWait(event: EventHandle, done: (error?: unknown) => void): void;
} & HotCalls;

/** Those that run for every kernel, or while the GPU waits for them. */
type HotCalls = Pick<NativeBinding, 'launch' | 'graphLaunch' | 'eventCreate' | 'eventRecord'>;

const guardedCalls = [
  'deviceMemoryInfo',
  'streamCreate',
  'streamDestroy',
  'streamSynchronize',
  'streamWaitEvent',
  'streamBeginCapture',
  'streamEndCapture',
  'streamAbortCapture',
  'graphDestroy',
  'eventQuery',
  'eventSynchronize',
  'eventElapsedMilliseconds',
  'eventDestroy',
  'memoryAllocate',
  'memoryFree',
  'memorySet2d',
  'memoryCopy2d',
  'pinnedAllocate',
  'pinnedFree',
  'copyToDevice',
  'copyToHost',
  'kernelLoad',
  'kernelAttributes',
  'kernelUnload',
] as const satisfies readonly (keyof NativeBinding)[];

const allocatingCalls: ReadonlySet<string> = new Set(['memoryAllocate', 'pinnedAllocate']);

type AnyCall = (...parameters: unknown[]) => unknown;

export function guardDriver(binding: NativeBinding, health: DeviceHealth): GuardedDriver {
  const guarded: Record<string, AnyCall> = {};
  for (const name of guardedCalls) {
    const call = binding[name] as AnyCall;
    const allocates = allocatingCalls.has(name);
    guarded[name] = (...parameters) => {
      health.assertUsable();
      try {
        return call.apply(binding, parameters);
      } catch (error) {
        throw health.translate(error, allocates ? (parameters[1] as number) : 0);
      }
    };
  }
  return {
    ...(guarded as unknown as GuardedDriver),
    ...guardHotCalls(binding, health),
    eventWait(event, done) {
      health.assertUsable();
      try {
        binding.eventWait(event, (error) => done(error === undefined ? undefined : health.translate(error)));
      } catch (error) {
        throw health.translate(error);
      }
    },
  };
}

/** As the others, but without an array of the parameters. */
function guardHotCalls(binding: NativeBinding, health: DeviceHealth): HotCalls {
  return {
    launch(kernel, stream, command, byteLength) {
      health.assertUsable();
      try {
        binding.launch(kernel, stream, command, byteLength);
      } catch (error) {
        throw health.translate(error);
      }
    },
    graphLaunch(graph, stream) {
      health.assertUsable();
      try {
        binding.graphLaunch(graph, stream);
      } catch (error) {
        throw health.translate(error);
      }
    },
    eventCreate(device, timing) {
      health.assertUsable();
      try {
        return binding.eventCreate(device, timing);
      } catch (error) {
        throw health.translate(error);
      }
    },
    eventRecord(event, stream) {
      health.assertUsable();
      try {
        binding.eventRecord(event, stream);
      } catch (error) {
        throw health.translate(error);
      }
    },
  };
}

/** For destroy and finalisers: on a lost device there is nothing left to free, and nobody to tell. */
export function quietly(release: () => void): void {
  try {
    release();
  } catch {
    // Either the device is lost, or the handle went with the device.
  }
}
