import type { GemmConfig } from '@dg/kernels';

/** The first of these that has the wanted fields; one that a configuration leaves out counts as 1. */
export function configWith(configs: readonly GemmConfig[], wanted: Partial<GemmConfig>): GemmConfig {
  const found = configs.find((config) =>
    Object.entries(wanted).every(([name, value]) => (config[name as keyof GemmConfig] ?? 1) === value),
  );
  if (found === undefined) throw new Error(`expected a configuration with ${JSON.stringify(wanted)}`);
  return found;
}
