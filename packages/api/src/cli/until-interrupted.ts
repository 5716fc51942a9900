/** Exit code of a command that SIGINT ended, as shells have it. */
const interruptedExitCode = 130;

/**
 * Runs `work` until it ends or SIGINT or SIGTERM comes, which aborts its signal; a second one ends the process at once.
 * An interruption is no error: it sets the exit code, and says how far the work came.
 */
export async function untilInterrupted(
  work: (signal: AbortSignal, report: (state: string) => void) => Promise<void>,
): Promise<void> {
  let reached = '';
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Error('interrupted'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, interrupt);
  try {
    await work(controller.signal, (state) => {
      reached = state;
    });
  } catch (error) {
    if (error !== controller.signal.reason) throw error;
    process.stderr.write(reached === '' ? 'interrupted\n' : `interrupted: ${reached}\n`);
    process.exitCode = interruptedExitCode;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
