/** Leaders of the process groups that run now, in this thread. */
const leaders = new Set<number>();

/** Remembers a process group until it ends, so that it does not outlive this process where that can be helped. */
export function addProcessGroup(leader: number): void {
  if (leaders.size === 0) process.on('exit', killAll);
  leaders.add(leader);
}

export function removeProcessGroup(leader: number): void {
  leaders.delete(leader);
  if (leaders.size === 0) process.off('exit', killAll);
}

export function killProcessGroup(leader: number | undefined): void {
  if (!leader) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group ended by itself.
  }
}

function killAll(): void {
  for (const leader of leaders) killProcessGroup(leader);
}
