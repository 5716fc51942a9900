import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fromHere } from '../from-here.js';
import { readRows } from '../report/read-rows.js';
import { report } from '../report/report.js';

/** Writes the page and, beside it, the plots, whose names begin with that of the page. */
export async function writeReport(options: { readonly in: string; readonly out: string }): Promise<void> {
  // Only here: the machine that measures has no plotting library.
  const { allPlots } = await import('../report/plots/all-plots.js');
  const rows = readRows(readFileSync(fromHere(options.in), 'utf8'));
  const page = fromHere(options.out);
  const plots = allPlots(rows, basename(page, extname(page)));
  for (const { file, svg } of plots) writeFileSync(join(dirname(page), file), svg);
  writeFileSync(page, report(rows, plots));
}
