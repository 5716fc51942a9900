import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configLiteral, snakeCase } from '../config-literal.js';
import { kernelIncludeRoot } from '../include-root.js';
import { reachableCastConfigs } from './cast-config.js';
import { castKernel } from './cast-kernel.js';

function structFields(header: string, struct: string): string[] {
  const body = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(header)?.[1];
  if (body === undefined) throw new Error(`expected a struct ${struct} in the header but received none`);
  const declarations = body.replace(/\/\/.*$/gm, '').split(';');
  return declarations
    .map((declaration) => declaration.trim().split(/\s+/).at(-1)!)
    .filter((name) => name !== '');
}

describe('castKernel', () => {
  it('has a configuration with the fields of the CUDA struct, in its order', () => {
    const header = readFileSync(`${kernelIncludeRoot}/dg/layout/cast_config.cuh`, 'utf8');
    const fields = structFields(header, 'CastConfig');
    expect(fields.length).toBeGreaterThan(0);
    for (const config of reachableCastConfigs()) expect(Object.keys(config).map(snakeCase)).toEqual(fields);
  });

  it('writes the configuration by name', () => {
    expect(configLiteral({ float32Input: true, groupRows: 1, ue8m0: false })).toBe(
      '{.float32_input = true, .group_rows = 1u, .ue8m0 = false}',
    );
  });

  it('gives every configuration its own name and code', () => {
    const sources = reachableCastConfigs().map(castKernel);
    expect(sources).toHaveLength(72);
    expect(new Set(sources.map((source) => source.name)).size).toBe(72);
    expect(new Set(sources.map((source) => source.code)).size).toBe(72);
  });
});
