import type { CaseOrigin } from './draw-case.js';

/** How the search is started in the repository; the package manager has a `search` of its own. */
export const repositoryCommand = 'npx --yes pnpm@10.34.9 random-search';

/** The line that runs one case again. */
export function repeatCommand(command: string, device: string, { seed, index, sizes }: CaseOrigin): string {
  return `${command} --device ${device} --sizes ${sizes} --seed ${seed} --case ${index}`;
}
