import cliProgress from 'cli-progress';
import type { WarmupProgress } from '../warmup/warmup-summary.js';

/** A stream that may be a terminal. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface ProgressDisplay {
  readonly update: (progress: WarmupProgress) => void;
  /** Leaves the line. */
  readonly stop: () => void;
}

/** A bar on a terminal, else a line for each kernel. */
export function showProgress(stream: ProgressStream): ProgressDisplay {
  return stream.isTTY === true ? showBar(stream) : showLines(stream);
}

function showBar(stream: ProgressStream): ProgressDisplay {
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {value}/{total} kernels, {duration_formatted}, {kernel}', hideCursor: true, stream },
    cliProgress.Presets.shades_classic,
  );
  return {
    update: ({ done, total, kernel }) => {
      if (kernel === undefined) bar.start(total, done, { kernel: '' });
      else bar.update(done, { kernel: kernel.name });
    },
    stop: () => bar.stop(),
  };
}

function showLines(stream: ProgressStream): ProgressDisplay {
  return {
    update: ({ done, total, kernel }) => {
      if (kernel === undefined) return;
      const { name, result, milliseconds } = kernel;
      stream.write(`${done}/${total} ${name} ${result}, ${(milliseconds / 1000).toFixed(1)} s\n`);
    },
    stop: () => {},
  };
}
