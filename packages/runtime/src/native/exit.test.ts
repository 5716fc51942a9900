import { expect, it } from 'vitest';
import { describeNative, inChild } from './testing/native-child.js';

const atRest = (trace: readonly string[]) =>
  trace.filter((call) => /Synchronize|Destroy|Free|Unload|Release/.test(call));

describeNative('the end of the process', () => {
  // Pitfall: a crash at exit with work in flight.
  it('neither waits nor frees with work in flight', async () => {
    const outcome = await inChild((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      binding.pinnedAllocate(device, 4096);
      binding.memoryAllocate(stream, 4096);
      binding.eventCreate(device, false);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 60_000)]);
      process.exitCode = 7;
    });
    expect(outcome).toMatchObject({ exitCode: 7, signal: null, stderr: '' });
    expect(atRest(outcome.trace)).toEqual([]);
  });

  it('does so with a deferred release on its way', async () => {
    const outcome = await inChild((kit) => {
      const { device, stream } = kit.begin();
      kit.launch(device, stream, 'slow', [kit.scalar(4, 60_000)]);
      kit.binding.deviceRelease(device);
      process.exitCode = 8;
    });
    expect(outcome).toMatchObject({ exitCode: 8, signal: null, stderr: '' });
    expect(atRest(outcome.trace)).toEqual([]);
  });

  it.each(['process.exit', 'uncaught'])('keeps its exit code by %s with a wait pending', async (how) => {
    const outcome = await inChild(
      (kit) => {
        const { binding } = kit;
        const { device, stream } = kit.begin();
        const event = binding.eventCreate(device, false);
        kit.launch(device, stream, 'slow', [kit.scalar(4, 60_000)]);
        binding.eventRecord(event, stream);
        binding.eventWait(event, () => {});
        setTimeout(() => {
          if (process.env['HOW'] === 'process.exit') process.exit(9);
          throw new Error('end');
        }, 20);
      },
      { HOW: how },
    );
    expect(outcome).toMatchObject({ exitCode: how === 'process.exit' ? 9 : 1, signal: null });
  });

  it('survives many exits at unlucky moments', async () => {
    for (let round = 0; round < 10; round++) {
      const outcome = await inChild(
        (kit) => {
          const { binding } = kit;
          const { device, stream } = kit.begin();
          const again = () => {
            const event = binding.eventCreate(device, false);
            kit.launch(device, stream, 'slow', [kit.scalar(4, 0)]);
            binding.eventRecord(event, stream);
            binding.eventWait(event, again);
            binding.eventDestroy(event);
          };
          for (let chain = 0; chain < 8; chain++) again();
          setTimeout(() => process.exit(3), Number(process.env['AFTER']));
        },
        { AFTER: String(round) },
      );
      expect(outcome).toMatchObject({ exitCode: 3, signal: null, stderr: '' });
    }
  });
});
