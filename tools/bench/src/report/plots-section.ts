import type { Plot } from './plots/plot.js';

/** The pictures, by the names of their files. Empty without any. */
export function plotsSection(plots: readonly Plot[]): string[] {
  if (plots.length === 0) return [];
  return ['## Plots', ...plots.map(({ title, file }) => `![${title}](${file})`)];
}
