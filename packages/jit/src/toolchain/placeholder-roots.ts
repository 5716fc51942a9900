/** `<include-root-0>`, ...: for a command that must not hold the paths of this machine. */
export function placeholderRoots(roots: readonly string[]): readonly string[] {
  return roots.map((_, index) => `<include-root-${index}>`);
}
