import { describe, expect, it } from 'vitest';
import { bundlePaths } from './bundle-paths.js';
import { type PlanOptions, planParts } from './plan-parts.js';

const paths = bundlePaths('/bundle');
const plan = (options: Partial<PlanOptions> = {}) =>
  planParts(paths, { outputs: '/out', peers: '/peers.py', ...options });

describe('plan', () => {
  it('runs every part in order, the yardstick before the benchmark', () => {
    const parts = plan();
    expect(parts.map(({ name }) => name)).toEqual([
      'facts',
      'warm',
      'test',
      'search',
      'examples',
      'bench',
      'sanitizer',
    ]);
    const commands = parts.flatMap(({ steps }) => steps.map(({ command }) => command.join(' ')));
    expect(commands[1]).toBe('/bundle/bin/node /bundle/tools/bench/dist/cli.js warm');
    expect(commands[2]).toContain('--outputFile.json=/out/test.json');
    expect(commands[3]).toBe(
      '/bundle/bin/node /bundle/tools/search/dist/cli.js --out /out/search.json --seconds 390',
    );
    expect(commands[4]).toBe('/bundle/bin/node /bundle/packages/api/examples/dist/cli.js moe');
    expect(commands[5]).toBe('/bundle/bin/node /bundle/packages/api/examples/dist/cli.js linear');
    expect(commands[6]).toBe(
      'python3 /peers.py --peers cublaslt,cublaslt_tensorwise_fastaccum --out /out/peers.jsonl',
    );
    expect(commands[7]).toContain('run --out /out/bench.jsonl --yardstick /out/peers.jsonl');
    expect(commands[8]).toBe('/bundle/bin/node /bundle/tools/gpu-runner/dist/runner.js sanitizer');
  });

  it('leaves at most 8 files', () => {
    const files = plan().flatMap(({ log, results }) => [log, ...results]);
    expect(new Set(files).size).toBe(8);
    expect(files).toContain('summary.txt');
  });

  it('measures without a yardstick where there is none', () => {
    const [bench] = plan({ only: 'bench', peers: undefined });
    expect(bench?.steps).toEqual([
      {
        command: ['/bundle/bin/node', '/bundle/tools/bench/dist/cli.js', 'run', '--out', '/out/bench.jsonl'],
        limitSeconds: 540,
      },
    ]);
  });

  it('takes a choice of parts, in its own order, and limits', () => {
    const parts = plan({ only: 'bench,warm', limits: 'bench=100,warm=7' });
    expect(parts.map(({ name }) => name)).toEqual(['warm', 'bench']);
    expect(parts.map(({ steps }) => steps.map(({ limitSeconds }) => limitSeconds))).toEqual([[7], [50, 50]]);
  });

  it.each([
    [
      { only: 'tests' },
      'expected facts, warm, test, search, examples, bench, sanitizer for --only but received "tests"',
    ],
    [{ limits: 'test' }, 'expected PART=SECONDS for --limits but received "test"'],
    [{ limits: 'test=0' }, 'expected PART=SECONDS for --limits but received "test=0"'],
    [{ limits: 'x=5' }, 'for --limits but received "x"'],
  ])('rejects %j', (options, message) => {
    expect(() => plan(options)).toThrow(message);
  });
});
