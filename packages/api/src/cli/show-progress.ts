import cliProgress from 'cli-progress';

/** A stream that may be a terminal. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface ProgressDisplay {
  /** `last` is a line about what was done last; undefined before the first. */
  update(done: number, total: number, last: string | undefined): void;
  /** Leaves the line. */
  stop(): void;
}

/** A bar on a terminal, else a line for each of the `things`. */
export function showProgress(stream: ProgressStream, things: string): ProgressDisplay {
  return stream.isTTY === true ? showBar(stream, things) : showLines(stream);
}

function showBar(stream: ProgressStream, things: string): ProgressDisplay {
  const bar = new cliProgress.SingleBar(
    { format: `{bar} {value}/{total} ${things}, {duration_formatted}, {last}`, hideCursor: true, stream },
    cliProgress.Presets.shades_classic,
  );
  return {
    update: (done, total, last) => {
      if (last === undefined) bar.start(total, done, { last: '' });
      else bar.update(done, { last });
    },
    stop: () => bar.stop(),
  };
}

function showLines(stream: ProgressStream): ProgressDisplay {
  return {
    update: (done, total, last) => {
      if (last !== undefined) stream.write(`${done}/${total} ${last}\n`);
    },
    stop: () => {},
  };
}
