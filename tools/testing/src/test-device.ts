import { type Device, requestDevice } from '@dg/runtime';

/** The device that the conformance suites run on: `DG_TEST_DEVICE`, `cpu` when it is not set. */
export function testDevice(): Promise<Device> {
  return requestDevice(process.env['DG_TEST_DEVICE'] ?? 'cpu');
}
