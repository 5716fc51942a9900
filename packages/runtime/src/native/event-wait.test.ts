import { expect, it } from 'vitest';
import { describeNative, inChild, resultOf } from './testing/native-child.js';

describeNative('eventWait', () => {
  // Pitfall: waiting for the GPU on the event loop.
  it('leaves the event loop free and fires after the work', async () => {
    const result = await resultOf(async (kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const event = binding.eventCreate(device, false);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 200)]);
      binding.eventRecord(event, stream);
      const before = binding.eventQuery(event);
      let ticks = 0;
      const timer = setInterval(() => ticks++, 10);
      await kit.wait(event);
      clearInterval(timer);
      return { before, ticks, after: binding.eventQuery(event) };
    });
    expect(result.before).toBe(false);
    expect(result.after).toBe(true);
    expect(result.ticks).toBeGreaterThan(8);
  });

  it('keeps the process alive until every wait was answered, and not longer', async () => {
    const outcome = await inChild((kit) => {
      const { binding } = kit;
      const { device } = kit.begin();
      const done: number[] = [];
      for (let index = 0; index < 100; index++) {
        const stream = index % 25 === 0 ? binding.streamCreate(device) : undefined;
        if (stream) kit.launch(device, stream, 'slow', [kit.scalar(4, 50)]);
        const event = binding.eventCreate(device, false);
        if (stream) binding.eventRecord(event, stream);
        binding.eventWait(event, (error) => {
          if (error === undefined) done.push(index);
        });
        binding.eventDestroy(event);
      }
      process.on('exit', () => {
        process.exitCode = done.length === 100 ? 42 : 1;
      });
    });
    expect(outcome).toMatchObject({ exitCode: 42, error: undefined, stderr: '' });
    expect(outcome.trace.filter((call) => call === 'cuEventDestroy').length).toBeLessThanOrEqual(100);
  });

  it('watches an event that was destroyed during the wait, and destroys it once after', async () => {
    const outcome = await inChild(async (kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const event = binding.eventCreate(device, false);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 100)]);
      binding.eventRecord(event, stream);
      const waits = [kit.wait(event), kit.wait(event)];
      binding.eventDestroy(event);
      const start = performance.now();
      await Promise.all(waits);
      await kit.sleep(20);
      return performance.now() - start;
    });
    expect(outcome.result).toBeGreaterThan(90);
    expect(outcome.trace.filter((call) => call === 'cuEventDestroy')).toHaveLength(1);
  });

  it('runs promise jobs between two callbacks and routes what a callback throws to uncaughtException', async () => {
    const result = await resultOf(async (kit) => {
      const { binding } = kit;
      const { device } = kit.begin();
      const log: string[] = [];
      process.on('uncaughtException', (error) => log.push(`uncaught ${error.message}`));
      const event = binding.eventCreate(device, false);
      binding.eventWait(event, () => {
        Promise.resolve().then(() => log.push('job'));
        throw new Error('from done');
      });
      binding.eventWait(event, () => log.push('second'));
      await kit.sleep(50);
      return log;
    });
    expect(result).toEqual(['uncaught from done', 'job', 'second']);
  });

  it('waits on the CPU for almost nothing', async () => {
    const cpuMilliseconds = await resultOf(async (kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const event = binding.eventCreate(device, false);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 500)]);
      binding.eventRecord(event, stream);
      const before = process.cpuUsage();
      await kit.wait(event);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    expect(cpuMilliseconds).toBeLessThan(250);
  });

  it('orders streams and measures time by events', async () => {
    const result = await resultOf((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const second = binding.streamCreate(device);
      const [start, end] = [binding.eventCreate(device, true), binding.eventCreate(device, true)];
      binding.eventRecord(start, stream);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 100)]);
      const between = binding.eventCreate(device, false);
      binding.eventRecord(between, stream);
      binding.streamWaitEvent(second, between);
      binding.eventRecord(end, second);
      const early = kit.failure(() => binding.eventElapsedMilliseconds(start, end));
      binding.eventSynchronize(end);
      return { early, milliseconds: binding.eventElapsedMilliseconds(start, end) };
    });
    expect(result.early?.cuResultName).toBe('CUDA_ERROR_NOT_READY');
    expect(result.milliseconds).toBeGreaterThan(95);
    expect(result.milliseconds).toBeLessThan(1000);
  });
});
