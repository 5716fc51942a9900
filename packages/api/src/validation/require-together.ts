import { type Device, reject, requireOnDevice, requireStream, type Stream, type Tensor } from '@dg/runtime';
import type { AnyOptions } from '../gemm/gemm-options.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type LaunchSettings, resolveLaunchSettings } from '../settings/launch-settings.js';
import { isSameView, overlaps } from './overlaps.js';
import { type LaunchChoice, requireLaunchChoice } from './require-launch-choice.js';
import { requireLivingDevice } from './require-living-device.js';

interface CallSetting {
  readonly device: Device;
  readonly stream: Stream;
  readonly launch: LaunchChoice;
  readonly settings: LaunchSettings;
}

/**
 * Checks what the tensors of a call share, given tensors that were checked one by one: one living device, and a D apart
 * from all inputs. `groupingName` is the argument that holds the groups. Runs on every call.
 */
export function requireTogether(
  operation: string,
  operands: GemmOperands,
  options: AnyOptions,
  groupingName = 'grouping',
): CallSetting {
  const { a, b, c, d, scalesA, scalesB, grouping } = operands;
  const { device } = d;
  requireLivingDevice(operation, device);
  requireOnDevice(operation, 'a', a, device, 'd');
  requireOnDevice(operation, 'b', b, device, 'd');
  if (scalesA !== undefined) requireOnDevice(operation, 'a.scales', scalesA, device, 'd');
  if (scalesB !== undefined) requireOnDevice(operation, 'b.scales', scalesB, device, 'd');
  if (c !== undefined) requireOnDevice(operation, 'c', c, device, 'd');
  if (grouping !== undefined) requireOnDevice(operation, groupingName, grouping, device, 'd');
  const stream = requireStream(operation, options.stream, device, 'd');
  const launch = requireLaunchChoice(operation, options);
  const settings = resolveLaunchSettings(operation, options, device);

  requireApart(operation, 'a', a, d);
  requireApart(operation, 'b', b, d);
  if (scalesA !== undefined) requireApart(operation, 'a.scales', scalesA, d);
  if (scalesB !== undefined) requireApart(operation, 'b.scales', scalesB, d);
  if (grouping !== undefined) requireApart(operation, groupingName, grouping, d);
  if (c !== undefined && !isSameView(c, d)) requireApart(operation, 'c', c, d);
  return { device, stream, launch, settings };
}

function requireApart(operation: string, argument: string, input: Tensor, d: Tensor): void {
  if (overlaps(input, d)) {
    const exception = argument === 'c' ? ' or are the same view' : '';
    reject(operation, `${argument} and d that do not overlap${exception}`, 'two views that share memory');
  }
}
