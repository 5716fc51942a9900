import type { BenchContext } from '../bench-context.js';
import { pause } from '../pause.js';
import type { CopyRow } from '../result-row.js';
import { median } from '../statistics/median.js';

/** Far beyond any cache. */
const copiedBytes = 4 * 2 ** 30;
const copies = 10;

/** What a large copy within the device's memory reaches, each byte counted as read and as written. */
export async function measureCopy(context: BenchContext, bytes = copiedBytes): Promise<CopyRow> {
  const { device, identity, pauseMilliseconds } = context;
  const stream = device.createStream();
  const [source, destination] = [
    device.createBuffer({ byteLength: bytes }),
    device.createBuffer({ byteLength: bytes }),
  ];
  const whole = { sourceByteOffset: 0, sourcePitchBytes: bytes, byteOffset: 0, pitchBytes: bytes };
  const copy = () => destination.copyFrom(source, { ...whole, rowBytes: bytes, rows: 1 }, { stream });
  try {
    source.fill(1, undefined, { stream });
    copy();
    await stream.synchronize();
    await pause(pauseMilliseconds);
    const microseconds: number[] = [];
    for (let repetition = 0; repetition < copies; repetition++) {
      const start = stream.record();
      copy();
      const end = stream.record();
      await end.synchronize();
      microseconds.push(end.elapsedSince(start) * 1000);
      start.destroy();
      end.destroy();
    }
    const us = median(microseconds);
    return { op: 'copy', shape: [bytes], us, gbs: (2 * bytes) / us / 1e3, ...identity };
  } finally {
    source.destroy();
    destination.destroy();
    stream.destroy();
  }
}
