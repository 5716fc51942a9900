import { expect, it } from 'vitest';
import { describeNative, inChild, resultOf } from './testing/native-child.js';

describeNative('arguments', () => {
  it('are named in the message with what was expected and received', async () => {
    const messages = await resultOf((kit) => {
      const binding = kit.binding as unknown as Record<string, (...args: unknown[]) => unknown>;
      const { device, stream } = kit.begin();
      const of = (name: string, ...args: unknown[]) => {
        const failure = kit.failure(() => binding[name]?.(...args));
        return `${failure?.name}: ${failure?.message}`;
      };
      return [
        of('memoryAllocate', stream, '5'),
        of('memoryAllocate', stream, 1.5),
        of('memoryAllocate', stream, -1),
        of('memoryAllocate', stream, Number.NaN),
        of('memoryAllocate', stream, 2 ** 53),
        of('eventCreate', device, 1),
        of('kernelLoad', device, 'image', 'entry'),
        of('kernelLoad', device, new Uint16Array(4), 'entry'),
        of('kernelLoad', device, new Uint8Array(4), null),
        of('memorySet2d', stream, 4096, 1, 0, 2, 2),
        of('memorySet2d', stream, 4096, 1, 256, 1, 1),
        of('memoryAllocate', device, 16),
        of('memoryAllocate'),
      ];
    });
    const range = 'expected an integer from 0 to 9007199254740991 for byteLength but received';
    expect(messages).toEqual([
      'TypeError: expected a number for byteLength but received a string',
      `RangeError: ${range} 1.5`,
      `RangeError: ${range} -1`,
      `RangeError: ${range} nan`,
      `RangeError: ${range} 9007199254740992`,
      'TypeError: expected a boolean for timing but received a number',
      'TypeError: expected a Uint8Array for image but received a string',
      'TypeError: expected a Uint8Array for image but received an object',
      'TypeError: expected a string for entry but received null',
      'RangeError: expected at least rowBytes (2) for pitchBytes but received 1',
      'RangeError: expected an integer from 0 to 255 for value but received 256',
      'Error: stale or foreign stream handle',
      'TypeError: expected a number for byteLength but received undefined',
    ]);
  });

  it('never reach a recycled slot by an old handle', async () => {
    const result = await resultOf((kit) => {
      const { binding } = kit;
      const { device } = kit.begin();
      const seen = new Set<number>();
      let stale = 0;
      for (let round = 0; round < 1000; round++) {
        const event = binding.eventCreate(device, false);
        seen.add(event);
        binding.eventDestroy(event);
        if (kit.failure(() => binding.eventQuery(event))?.message === 'stale or foreign event handle')
          stale++;
      }
      return [seen.size, stale];
    });
    expect(result).toEqual([1000, 1000]);
  });

  // Pitfall: a native failure aborts the process.
  it.each([1, 2, 3])('of any kind crash nothing (seed %i)', async (seed) => {
    const outcome = await inChild(
      async (kit) => {
        const binding = kit.binding as unknown as Record<string, (...args: unknown[]) => unknown>;
        let state = Number(process.env['SEED']) * 2654435761;
        const random = (below: number) => {
          state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
          return (state >>> 0) % below;
        };
        const { device, stream } = kit.begin();
        const detached = new Uint8Array(64);
        structuredClone(detached.buffer, { transfer: [detached.buffer] });
        const proxy = new Proxy(
          {},
          {
            get: () => {
              throw new Error('touched');
            },
          },
        );
        const values: unknown[] = [
          undefined,
          null,
          true,
          false,
          0,
          -0,
          1,
          -1,
          2,
          7,
          64,
          4096,
          1.5,
          2 ** 31,
          2 ** 32,
          2 ** 52,
          2 ** 53 - 1,
          2 ** 53,
          2 ** 64,
          Number.NaN,
          Number.POSITIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
          Number.MIN_VALUE,
          5n,
          '',
          'entry',
          '\0',
          '\ud800',
          'x'.repeat(70_000),
          Symbol('s'),
          {},
          [],
          () => {},
          proxy,
          new Date(),
          new Uint8Array(0),
          new Uint8Array(64),
          new Uint8Array(300).fill(255),
          new Uint8Array(8192),
          detached,
          new Float64Array(8),
          new DataView(new ArrayBuffer(8)),
          new ArrayBuffer(16),
          new Uint8Array(new SharedArrayBuffer(128)),
          kit.image('slow'),
          kit.image('record-params:8,128'),
          kit.command({}, [kit.scalar(4, 0)]),
          kit.command({}, [kit.scalar(8, 0)]),
        ];
        for (let fill = 0; fill < 10; fill++) {
          values.push(
            Uint8Array.from({ length: 64 + random(400) }, () => (random(3) ? random(3) : random(256))),
          );
        }
        const live: unknown[] = [device, stream, binding['deviceRetain']?.(0)];
        // Blocking, replacing what is set up here, and waiting for ever on purpose are no finds.
        const left = new Set(['initialize']);
        const names = Object.keys(binding).filter((name) => !left.has(name));
        let threw = 0;
        let returned = 0;
        for (let call = 0; call < 20_000; call++) {
          const name = names[random(names.length)] ?? '';
          // Released now and then only, so that other calls find live handles.
          if (/Release|Destroy/.test(name) && random(20) !== 0) continue;
          const args = Array.from({ length: random(8) }, () =>
            random(2) ? live[random(live.length)] : values[random(values.length)],
          );
          try {
            const result = binding[name]?.(...args);
            returned++;
            if (typeof result === 'number') live.push(result);
            if (typeof result === 'object' && result !== null && 'handle' in result) live.push(result.handle);
            if (live.length > 60) live.splice(3 + random(live.length - 3), 1);
          } catch (error) {
            if (!(error instanceof Error)) throw new Error(`${name} threw ${String(error)}`);
            if (error.message === 'touched') throw new Error(`${name} ran code of its argument`);
            threw++;
          }
          if (call % 500 === 0) await kit.sleep(0);
        }
        setTimeout(() => process.exit(), 500);
        return { threw, returned };
      },
      { SEED: String(seed), FAKE_CUDA_MEMORY_LIMIT_BYTES: String(2 ** 26) },
    );
    expect(outcome).toMatchObject({ signal: null, exitCode: 0, error: undefined });
    expect(outcome.result?.threw).toBeGreaterThan(1000);
    expect(outcome.result?.returned).toBeGreaterThan(500);
  });
});
