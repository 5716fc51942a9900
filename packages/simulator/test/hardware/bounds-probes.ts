import type { Probe } from './probe.js';
import { elementBytes, tensorCopyProbe } from './tensor-copy-probe.js';

const directions = ['load', 'store'] as const;
/** Inner dimensions of 37, 42 and 44 bytes: none is a multiple of 16. */
const columnsOf = { uint8: 37, bfloat16: 21, float32: 11 } as const;
const rows = 11;
const strideBytes = 64;
const boxRowBytes = 32;
const boxRows = 8;
const far = 100_000;

type Element = keyof typeof columnsOf;
type Places = Readonly<Record<string, readonly number[]>>;

/**
 * Boxes that lie partly or wholly outside the tensor: loads fill with zero, stores clip (PTX ISA 5.5.3). An H200 stops with
 * a fault where the first column is no multiple of 16 bytes, and where a coordinate of a store is negative.
 */
export function boundsProbes(): Probe[] {
  const planes = (Object.keys(columnsOf) as Element[]).flatMap(planeProbes);
  return [...planes, ...volumeProbes(), ...swizzledProbes()];
}

function planeProbes(element: Element): Probe[] {
  const columns = columnsOf[element];
  const unit = 16 / elementBytes[element];
  const boxColumns = boxRowBytes / elementBytes[element];
  const places: Places = {
    'inside, at an unaligned column': [1, 1],
    inside: [0, 1],
    'past the left': [-unit, 2],
    'past the right': [2 * unit, 2],
    'past the right by little': [unit, 1],
    'past the top': [unit, -3],
    'past the bottom': [unit, rows - 3],
    'past the bottom, but for one row': [0, rows - 1],
    'past the top left': [-unit, -1],
    'past the bottom right': [2 * unit, rows - 1],
    'outside on the left': [-boxColumns, 0],
    'outside on the right': [Math.ceil(columns / unit) * unit, 0],
    'in the padding on the right': [3 * unit, 0],
    'outside above': [0, -boxRows],
    'outside below': [0, rows],
    'far outside': [far, far],
    'far outside above': [far, -far],
  };
  return probesAt(`bounds of ${element}`, places, {
    element,
    dims: [columns, rows],
    stridesBytes: [strideBytes],
    box: [boxColumns, boxRows],
    swizzleBytes: 0,
  });
}

function volumeProbes(): Probe[] {
  const places: Places = {
    'before the first plane': [0, 0, -1],
    'past every end': [16, 3, 3],
    'before every start': [-8, -1, -1],
    'after the last plane': [0, 0, 4],
    inside: [8, 1, 1],
    'past the last row of inner planes': [0, 4, 1],
  };
  return probesAt('bounds of a volume', places, {
    element: 'bfloat16',
    dims: [21, 5, 4],
    stridesBytes: [48, 256],
    box: [16, 4, 2],
    swizzleBytes: 0,
  });
}

/** The pattern belongs to the address: what is filled with zero is moved like the rest. */
function swizzledProbes(): Probe[] {
  const places: Places = {
    'past the right': [40, 1],
    'past the right by more': [32, 3],
    'past the top left': [-16, -2],
  };
  return ([32, 64, 128] as const).flatMap((swizzleBytes) =>
    probesAt(`bounds of a box with swizzle ${swizzleBytes}`, places, {
      element: 'bfloat16',
      dims: [43, 9],
      stridesBytes: [96],
      box: [swizzleBytes / 2, 8],
      swizzleBytes,
    }),
  );
}

type Shape = Pick<
  Parameters<typeof tensorCopyProbe>[0],
  'element' | 'dims' | 'stridesBytes' | 'box' | 'swizzleBytes'
>;

function probesAt(family: string, places: Places, shape: Shape): Probe[] {
  return directions.flatMap((direction) =>
    Object.entries(places).map(([place, coordinates]) =>
      tensorCopyProbe({ name: `${family}: ${direction} ${place}`, direction, coordinates, ...shape }),
    ),
  );
}
