import { readFileSync } from 'node:fs';

/** As proc(5) has it on every Linux that Node runs on. */
const ticksPerSecond = 100;
/** Of the fields after the program's name, which is in parentheses: cutime and cstime. */
const [childrenUserTicks, childrenSystemTicks] = [13, 14] as const;

/** Processor time of all child processes that have ended: what a machine with other work to do does not lengthen. */
export function childrenCpuSeconds(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[childrenUserTicks]) + Number(fields[childrenSystemTicks])) / ticksPerSecond;
}
