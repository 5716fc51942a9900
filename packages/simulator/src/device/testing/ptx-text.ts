/** A PTX text of one empty kernel. */
export function ptxText(entry: string, parameters: readonly string[], directives = ''): string {
  return `.version 9.0
.target sm_90a
.address_size 64
.visible .entry ${entry}(${parameters.join(', ')})
${directives}
{
  ret;
}`;
}
