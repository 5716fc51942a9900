import { ceilDiv, enqueueHostWork, type Tensor } from '@dg/runtime';
import { ue8m0CodeOfBits } from '../formats/ue8m0.js';
import { hostKGroups } from '../groups/host-k-groups.js';
import { hostWords } from './host-words.js';
import { alignedScaleRows } from './new-mn-major-tensor.js';
import { codesPerWord, type PackProblem, type ScaleGroups } from './pack-problem.js';
import { scaleExtents } from './scale-extents.js';

/** The columns of scales, from `first` to `end`, whose codes make one word. */
interface WordColumns {
  readonly word: number;
  readonly first: number;
  readonly end: number;
}

/** Packing on `cpu`. */
export function enqueueHostPackUe8m0(problem: PackProblem): void {
  const { source, rowsPerScale, destination, round, groups, stream } = problem;
  const { batches, k, batchStride, mnStride, kStride } = scaleExtents(source);
  const { mn, k: words } = scaleExtents(destination);
  const alignedMn = alignedScaleRows(mn);
  const from = hostWords(source);
  const to = hostWords(destination);
  const ks = groups === undefined ? undefined : int32Of(groups.ks);

  enqueueHostWork(stream, () => {
    const columns = ks === undefined ? plainColumns(k) : groupedColumns(ks, groups!, k);
    to.fill(0, 0, batches * words * alignedMn);
    for (let batch = 0; batch < batches; batch++) {
      for (const { word, first, end } of columns) {
        // Sizes that do not add up may ask for more words than there are.
        if (word >= words) continue;
        const start = (batch * words + word) * alignedMn;
        for (let row = 0; row < mn; row++) {
          const scaleRow = batch * batchStride + Math.floor(row / rowsPerScale) * mnStride;
          let packed = 0;
          for (let column = first; column < end; column++) {
            const code = ue8m0CodeOfBits(from[scaleRow + column * kStride]!, round);
            packed |= code << (8 * (column - first));
          }
          to[start + row] = packed;
        }
      }
    }
  });
}

function plainColumns(k: number): WordColumns[] {
  return wordsOfGroup(0, k, 0);
}

function groupedColumns(ks: Int32Array, { kPerScale }: ScaleGroups, k: number): WordColumns[] {
  return hostKGroups(ks, kPerScale, codesPerWord, k).flatMap(({ firstBlock, blocks, firstUnit }) =>
    wordsOfGroup(firstBlock, blocks, firstUnit),
  );
}

function wordsOfGroup(firstColumn: number, columns: number, firstWord: number): WordColumns[] {
  return Array.from({ length: ceilDiv(columns, codesPerWord) }, (_, index) => {
    const first = firstColumn + index * codesPerWord;
    return {
      word: firstWord + index,
      first,
      end: Math.min(first + codesPerWord, firstColumn + columns),
    };
  });
}

function int32Of(tensor: Tensor<'int32'>): Int32Array {
  const words = hostWords(tensor);
  return new Int32Array(words.buffer, words.byteOffset, tensor.elementCount);
}
