import type { Probe } from './probe.js';
import { elementBytes, tensorCopyProbe } from './tensor-copy-probe.js';

const elements = ['uint8', 'bfloat16', 'float32'] as const;
const swizzles = [0, 32, 64, 128] as const;
const directions = ['load', 'store'] as const;
/** Two periods of the 128-byte pattern, four of the others. */
const rows = 16;
const rowBytesWithoutSwizzle = 80;

/** Every swizzle (PTX ISA 5.5.7) in both directions: where each byte of a box lies in shared memory. */
export function swizzleProbes(): Probe[] {
  return [...wholeSpans(), ...narrowBoxes()];
}

function wholeSpans(): Probe[] {
  return directions.flatMap((direction) =>
    swizzles.flatMap((swizzleBytes) =>
      elements.map((element) => {
        const bytes = elementBytes[element];
        const innerBytes = swizzleBytes === 0 ? rowBytesWithoutSwizzle : swizzleBytes;
        const strideBytes = innerBytes + 32;
        return tensorCopyProbe({
          name: `swizzle ${direction} ${swizzleBytes} of ${element}`,
          direction,
          element,
          dims: [strideBytes / bytes, rows + 3],
          stridesBytes: [strideBytes],
          box: [innerBytes / bytes, rows],
          swizzleBytes,
          coordinates: [16 / bytes, 2],
        });
      }),
    ),
  );
}

/** A box may be narrower than its swizzle span: where do its rows lie? */
function narrowBoxes(): Probe[] {
  return directions.flatMap((direction) =>
    [
      [64, 16],
      [128, 32],
      [128, 64],
    ].map(([swizzleBytes, innerBytes]) =>
      tensorCopyProbe({
        name: `swizzle ${direction} ${swizzleBytes} of a box of ${innerBytes} bytes`,
        direction,
        element: 'uint8',
        dims: [innerBytes!, rows],
        stridesBytes: [innerBytes!],
        box: [innerBytes!, rows],
        swizzleBytes: swizzleBytes as 64 | 128,
        coordinates: [0, 0],
      }),
    ),
  );
}
