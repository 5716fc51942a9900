import {
  getMnMajorTmaAlignedTensor,
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
  type ScaledTensor,
} from '@dg/api';
import { DgError } from '@dg/jit';
import { type Device, type HostArray, requestDevice, type Tensor } from '@dg/runtime';

/** Aligned rows, and rows that are not; neither a multiple of the tiles. */
const shapes = [
  [133, 272],
  [70, 201],
] as const;

const casts = { perTokenCastToFp8, perChannelCastToFp8, perBlockCastToFp8 };

/** Every kind of cast, and the transposition of scales, compared bit for bit with the cpu. Names what ran. */
export async function exerciseCasts(device: Device, tell: (name: string) => void): Promise<void> {
  const cpu = await requestDevice('cpu');
  for (const [rows, columns] of shapes) {
    for (const dtype of ['bfloat16', 'float32'] as const) {
      const sourceOn = (target: Device) =>
        dtype === 'bfloat16'
          ? target.tensor(sampleBfloat16(rows * columns), [rows, columns], dtype)
          : target.tensor(sampleFloat32(rows * columns), [rows, columns], dtype);
      const [wantedSource, actualSource] = [sourceOn(cpu), sourceOn(device)];
      for (const [name, cast] of Object.entries(casts)) {
        const what = `${name} ${dtype} ${rows}x${columns}`;
        await expectSame(what, cast(wantedSource), cast(actualSource));
        tell(what);
      }
    }
    const scales = sampleFloat32(rows * columns);
    const [wanted, actual] = [cpu, device].map((target) =>
      getMnMajorTmaAlignedTensor(target.tensor(scales, [rows, columns], 'float32')),
    );
    const what = `getMnMajorTmaAlignedTensor ${rows}x${columns}`;
    await expectSameBits(what, wanted!, actual!);
    tell(what);
  }
}

async function expectSame(name: string, wanted: ScaledTensor, actual: ScaledTensor): Promise<void> {
  await expectSameBits(`data of ${name}`, wanted.data, actual.data);
  await expectSameBits(`scales of ${name}`, wanted.scales, actual.scales);
}

async function expectSameBits(name: string, wanted: Tensor, actual: Tensor): Promise<void> {
  if (bytesOf(await wanted.read()).equals(bytesOf(await actual.read()))) return;
  throw new DgError('DG_BENCH_WRONG_RESULT', `expected the bits of the cpu for ${name} but received others`);
}

function bytesOf(array: HostArray): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** Numbers of many magnitudes and both signs. */
function sampleFloat32(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 2 ** ((i * 7) % 13));
}

/** The upper halves of the same numbers. */
function sampleBfloat16(length: number): Uint16Array {
  const bits = new Uint32Array(sampleFloat32(length).buffer);
  return Uint16Array.from(bits, (word) => word >>> 16);
}
