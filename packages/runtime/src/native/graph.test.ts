import { expect, it } from 'vitest';
import { describeNative, inChild, resultOf } from './testing/native-child.js';

describeNative('graphs', () => {
  it('record without running and replay with the contents of the time', async () => {
    const outcome = await inChild((kit) => {
      const { binding, scalar } = kit;
      const { device, stream } = kit.begin();
      const pinned = binding.pinnedAllocate(device, 64);
      const host = new Int32Array(pinned.memory);
      const [input, sum] = [binding.memoryAllocate(stream, 64), binding.memoryAllocate(stream, 64)];
      binding.memorySet2d(stream, input, 64, 0, 64, 1);
      binding.memorySet2d(stream, sum, 64, 0, 64, 1);
      binding.streamBeginCapture(stream);
      const refused = kit.failure(() => binding.streamBeginCapture(stream));
      const args = [scalar(8, sum), scalar(8, sum), scalar(8, input), scalar(4, 16)];
      kit.launch(device, stream, 'add-int32', args);
      const graph = binding.streamEndCapture(stream);
      const read = () => {
        binding.copyToHost(stream, pinned.handle, 0, sum, 64);
        binding.streamSynchronize(stream);
        return host[15];
      };
      const sums = [read()];
      for (const value of [1, 10]) {
        host.fill(value);
        binding.copyToDevice(stream, input, pinned.handle, 0, 64);
        binding.graphLaunch(graph, stream);
        binding.graphLaunch(graph, stream);
        sums.push(read());
      }
      binding.graphDestroy(graph);
      return { sums, refused, destroyed: kit.failure(() => binding.graphLaunch(graph, stream)) };
    });
    expect(outcome.result?.sums).toEqual([0, 2, 22]);
    expect(outcome.result?.refused?.cuCall).toBe('cuStreamBeginCapture');
    expect(outcome.result?.destroyed?.message).toBe('stale or foreign graph handle');
    // The recording as well as the executable form.
    expect(outcome.trace).toContain('cuGraphDestroy');
    expect(outcome.trace).toContain('cuGraphExecDestroy');
  });

  it('drops an aborted recording and leaves the stream usable', async () => {
    const outcome = await inChild((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const address = binding.memoryAllocate(stream, 16);
      binding.streamBeginCapture(stream);
      binding.memorySet2d(stream, address, 16, 1, 16, 1);
      binding.streamAbortCapture(stream);
      binding.streamAbortCapture(stream);
      binding.streamAbortCapture(12345 as never);
      binding.streamBeginCapture(stream);
      const invalidating = kit.failure(() => binding.streamSynchronize(stream));
      const ended = kit.failure(() => binding.streamEndCapture(stream));
      binding.streamSynchronize(stream);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 1)]);
      binding.streamSynchronize(stream);
      return { invalidating, ended };
    });
    expect(outcome.result?.invalidating?.cuResultName).toBe('CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED');
    expect(outcome.result?.ended?.cuResultName).toBe('CUDA_ERROR_STREAM_CAPTURE_INVALIDATED');
    expect(outcome.trace.filter((call) => call === 'cuGraphDestroy')).toHaveLength(1);
  });

  it('survives that pinned memory, kernels and other streams are dropped while recording', async () => {
    const result = await resultOf((kit) => {
      const { binding, scalar } = kit;
      const { device, stream } = kit.begin();
      const other = binding.streamCreate(device);
      const slow = kit.launch(device, other, 'slow', [scalar(4, 30)]);
      const sum = binding.memoryAllocate(stream, 64);
      binding.streamBeginCapture(stream);
      binding.pinnedFree(binding.pinnedAllocate(device, 64).handle);
      binding.kernelUnload(slow);
      binding.streamDestroy(other);
      kit.launch(device, stream, 'add-int32', [
        scalar(8, sum),
        scalar(8, sum),
        scalar(8, sum),
        scalar(4, 16),
      ]);
      const graph = binding.streamEndCapture(stream);
      binding.graphLaunch(graph, stream);
      binding.streamSynchronize(stream);
      return true;
    });
    expect(result).toBe(true);
  });
});
