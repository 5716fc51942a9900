import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { snakeCase } from '../config-literal.js';
import { kernelIncludeRoot } from '../include-root.js';
import { packUe8m0Configs, packUe8m0Kernel } from './pack-ue8m0-kernel.js';

describe('packUe8m0Kernel', () => {
  it('has a configuration with the fields of the CUDA struct, in its order', () => {
    const header = readFileSync(`${kernelIncludeRoot}/dg/layout/pack_ue8m0.cuh`, 'utf8');
    const struct = /struct PackUe8m0Config \{([^}]*)\}/.exec(header)![1]!;
    const fields = [...struct.matchAll(/^ *bool (\w+);/gm)].map(([, field]) => field);
    expect(fields).toHaveLength(3);
    for (const config of packUe8m0Configs) expect(Object.keys(config).map(snakeCase)).toEqual(fields);
  });

  it('gives every configuration its own name and code', () => {
    const sources = packUe8m0Configs.map(packUe8m0Kernel);
    expect(new Set(sources.map((source) => source.name)).size).toBe(8);
    expect(new Set(sources.map((source) => source.code)).size).toBe(8);
  });
});
