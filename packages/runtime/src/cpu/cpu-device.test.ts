import { DgValidationError } from '@dg/jit';
import { describe, expect, it, vi } from 'vitest';
import { DgOutOfMemoryError } from '../errors/dg-out-of-memory-error.js';
import { fakeCudaDevice } from '../testing/fake-cuda-device.js';
import { CpuDevice } from './cpu-device.js';
import { enqueueHostWork } from './enqueue-host-work.js';
import { hostBytes } from './host-bytes.js';

describe('cpu buffers', () => {
  const device = new CpuDevice();

  it('writes a copy and reads a copy', async () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    const data = new Uint16Array([0x0201, 0x0403]);
    buffer.write(data, 2);
    data.fill(0);
    const read = await buffer.read(1, 5);
    expect([...read]).toEqual([0, 1, 2, 3, 4]);
    buffer.fill(9);
    expect([...read]).toEqual([0, 1, 2, 3, 4]);
  });

  it('reads what is there at the call', async () => {
    const buffer = device.createBuffer({ byteLength: 1 });
    const before = buffer.read();
    buffer.fill(1);
    expect([...(await before)]).toEqual([0]);
  });

  it('fills and copies runs, and nothing between them', () => {
    const source = device.createBuffer({ byteLength: 6 });
    source.write(new Uint8Array([1, 2, 3, 4, 5, 6]));
    const target = device.createBuffer({ byteLength: 9 });
    target.fill(7, { byteOffset: 1, rowBytes: 1, rows: 3, pitchBytes: 3 });
    expect([...target.readSync()]).toEqual([0, 7, 0, 0, 7, 0, 0, 7, 0]);
    const copy = {
      sourceByteOffset: 1,
      sourcePitchBytes: 3,
      byteOffset: 2,
      pitchBytes: 4,
      rowBytes: 2,
      rows: 2,
    };
    target.copyFrom(source, copy);
    expect([...target.readSync()]).toEqual([0, 7, 2, 3, 7, 0, 5, 6, 0]);
  });

  it('refuses ranges outside, overlaps and bad bytes', () => {
    const buffer = device.createBuffer({ byteLength: 8, label: 'scales' });
    expect(() => buffer.write(new Uint8Array(5), 4)).toThrow(/within 8 bytes for write of buffer 'scales'/);
    expect(() => buffer.readSync(-1, 2)).toThrow(DgValidationError);
    expect(() => buffer.readSync(9)).toThrow(DgValidationError);
    expect(() => buffer.fill(256)).toThrow(DgValidationError);
    expect(() => buffer.fill(0, { byteOffset: 0, rowBytes: 3, rows: 2, pitchBytes: 2 })).toThrow(/pitch/);
    expect(() => buffer.fill(0, { byteOffset: 0, rowBytes: 3, rows: 3, pitchBytes: 3 })).toThrow(/within/);
    const overlap = {
      sourceByteOffset: 0,
      sourcePitchBytes: 4,
      byteOffset: 2,
      pitchBytes: 4,
      rowBytes: 4,
      rows: 1,
    };
    expect(() => buffer.copyFrom(buffer, overlap)).toThrow(/do not overlap/);
    const columns = {
      sourceByteOffset: 0,
      sourcePitchBytes: 4,
      byteOffset: 2,
      pitchBytes: 4,
      rowBytes: 2,
      rows: 2,
    };
    expect(() => buffer.copyFrom(buffer, columns)).not.toThrow();
    expect(() => buffer.copyFrom(buffer, { ...columns, byteOffset: 1 })).toThrow(/do not overlap/);
    expect(() => buffer.copyFrom(fakeCudaDevice().device.createBuffer({ byteLength: 8 }), columns)).toThrow(
      /cuda:0/,
    );
    expect(() => device.createBuffer({ byteLength: -1 })).toThrow(DgValidationError);
  });

  it('says when the host has not that much memory', () => {
    const bytes = Number.MAX_SAFE_INTEGER;
    expect(() => device.createBuffer({ byteLength: bytes })).toThrow(DgOutOfMemoryError);
    expect(() => device.createBuffer({ byteLength: bytes })).toThrow(/ArrayBuffer/);
  });

  it('refuses destroyed buffers and foreign pointers', async () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    buffer.destroy();
    buffer.destroy();
    expect(buffer.destroyed).toBe(true);
    expect(() => buffer.fill(0)).toThrow(/destroyed/);
    expect(() => hostBytes(buffer)).toThrow(/destroyed/);
    await expect(buffer.read()).rejects.toThrow(/destroyed/);
    expect(() => device.fromPointer({ pointer: 4096n, byteLength: 8, owner: undefined })).toThrow(/cuda/);
  });
});

describe('cpu streams and graphs', () => {
  const device = new CpuDevice();

  it('records work without running it, and replays it', () => {
    const stream = device.createStream();
    const buffer = device.createBuffer({ byteLength: 2 });
    let runs = 0;
    const graph = stream.capture(() => {
      expect(stream.capturing).toBe(true);
      buffer.fill(5, undefined, { stream });
      enqueueHostWork(stream, () => {
        runs++;
      });
    });
    expect(stream.capturing).toBe(false);
    expect([runs, ...buffer.readSync()]).toEqual([0, 0, 0]);
    graph.launch();
    graph.launch({ stream });
    expect([runs, ...buffer.readSync()]).toEqual([2, 5, 5]);
  });

  it('keeps the memory of a graph', () => {
    const source = device.createBuffer({ byteLength: 1 });
    const target = device.createBuffer({ byteLength: 1 });
    source.fill(3);
    const copy = {
      sourceByteOffset: 0,
      sourcePitchBytes: 1,
      byteOffset: 0,
      pitchBytes: 1,
      rowBytes: 1,
      rows: 1,
    };
    const graph = device.defaultStream.capture(() => target.copyFrom(source, copy));
    source.destroy();
    graph.launch();
    expect([...target.readSync()]).toEqual([3]);
    graph.destroy();
    expect(() => graph.launch()).toThrow(/destroyed/);
  });

  it('refuses host data, waiting and nesting during a capture, and ends it when the callback throws', () => {
    const stream = device.createStream();
    const buffer = device.createBuffer({ byteLength: 1 });
    const empty = stream.capture(() => {});
    const forbidden = [
      () => buffer.write(new Uint8Array(1), 0, { stream }),
      () => buffer.readSync(0, 1, { stream }),
      () => stream.record(),
      () => stream.synchronizeSync(),
      () => empty.launch({ stream }),
      () => stream.capture(() => {}),
    ];
    for (const call of forbidden) expect(() => stream.capture(call)).toThrow(/capture in progress/);
    expect(() => stream.capture(async () => {})).toThrow(/async/);
    expect(stream.capturing).toBe(false);
    buffer.fill(1, undefined, { stream });
    expect([...buffer.readSync()]).toEqual([1]);
  });

  it('times events', async () => {
    const stream = device.createStream();
    const start = stream.record();
    enqueueHostWork(stream, () => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    });
    const end = stream.record();
    await end.synchronize();
    expect(end.complete).toBe(true);
    expect(end.elapsedSince(start)).toBeGreaterThanOrEqual(5);
    start.destroy();
    expect(() => end.elapsedSince(start)).toThrow(/destroyed/);
    expect(() => stream.waitFor(start)).toThrow(/live event of the cpu device/);
    const foreign = new CpuDevice().defaultStream.record();
    expect(() => stream.waitFor(foreign)).toThrow(/an event of the cpu device for waitFor .* foreign/);
    expect(() => end.elapsedSince(foreign)).toThrow(/for elapsedSince .* foreign/);
  });

  it('refuses streams of other devices and destroyed ones', () => {
    const buffer = device.createBuffer({ byteLength: 1 });
    expect(() => buffer.fill(0, undefined, { stream: new CpuDevice().defaultStream })).toThrow(
      /another device/,
    );
    expect(() => enqueueHostWork(fakeCudaDevice().device.defaultStream, () => {})).toThrow(/cuda:0/);
    const stream = device.createStream();
    stream.destroy();
    expect(() => buffer.fill(0, undefined, { stream })).toThrow(/destroyed/);
    expect(() => device.defaultStream.destroy()).toThrow(/default stream/);
  });
});

describe('cpu device', () => {
  it('is destroyed once, with all it made', () => {
    const onDestroy = vi.fn();
    const device = new CpuDevice(onDestroy);
    const buffer = device.createBuffer({ byteLength: 1 });
    device.destroy();
    device.destroy();
    expect(onDestroy).toHaveBeenCalledTimes(1);
    expect(buffer.destroyed).toBe(true);
    expect(device.defaultStream.destroyed).toBe(true);
    expect(() => buffer.fill(0)).toThrow(/destroyed/);
    expect(() => device.createBuffer({ byteLength: 1 })).toThrow(/destroyed/);
  });
});
