import { warmKernels, warmSources } from './warm-kernels.js';

/** Fills the kernel cache and says what that took. Throws DgError after the others have finished. */
export async function warm(
  options: { readonly benchmarkOnly?: boolean; readonly architecture: string },
  writeLine: (line: string) => void,
): Promise<void> {
  const sources = warmSources(options.benchmarkOnly === true);
  const counts = { 'compile-end': 0, 'cache-hit': 0, 'compile-failed': 0, 'compile-start': 0 };
  const start = performance.now();
  try {
    await warmKernels(sources, options.architecture, (event) => {
      counts[event.type]++;
      if (event.type === 'compile-failed')
        process.stderr.write(`FAILED ${event.name}: ${event.error.message}\n`);
    });
  } finally {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    writeLine(
      `${sources.length} kernels: ${counts['compile-end']} compiled, ${counts['cache-hit']} in the cache, ` +
        `${counts['compile-failed']} failed, ${seconds} s`,
    );
  }
}
