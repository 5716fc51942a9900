import type { BufferDescriptor, Device, DeviceBuffer } from '@dg/runtime';

const poisonByte = 0xff;

/**
 * Runs `create` while every new buffer of the device starts filled with 0xff, on the default stream. Shows who counts
 * on fresh memory being zero.
 */
export function withPoisonedBuffers<T>(device: Device, create: () => T): T {
  const original = device.createBuffer;
  const patched = device as { createBuffer(descriptor: BufferDescriptor): DeviceBuffer };
  patched.createBuffer = (descriptor) => {
    const buffer = original.call(device, descriptor);
    if (buffer.byteLength > 0) buffer.fill(poisonByte);
    return buffer;
  };
  try {
    return create();
  } finally {
    patched.createBuffer = original;
  }
}
