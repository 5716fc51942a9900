import { type Device, describeValue, reject } from '@dg/runtime';
import { changeDeviceSettings, deviceSettings } from './device-settings.js';
import { requireDevice } from './require-device.js';

/**
 * A tile of D must not hold rows of two groups. No tile is lower than 64 rows, those of one WGMMA fragment, and none is
 * higher than 256: other alignments would waste rows, or allow no tile.
 */
const fragmentRows = 64;
const largestTileRows = 256;
const defaultMkAlignment = 128;

/**
 * The rows at whose multiples the segments of the groups start in an M-grouped contiguous GEMM on the device: 128 unless
 * it was set.
 */
export function getMkAlignmentForContiguousLayout(device: Device): number {
  return mkAlignmentOf(requireDevice('getMkAlignmentForContiguousLayout', device));
}

/**
 * Promises other alignments of segments from now on. A smaller one pads less, a larger one allows larger tiles. The
 * option `mkAlignment` of a call goes first.
 *
 * @param mkAlignment 64, 128, 192 or 256 rows; undefined for the default of 128.
 * @throws DgValidationError
 */
export function setMkAlignmentForContiguousLayout(device: Device, mkAlignment: number | undefined): void {
  const operation = 'setMkAlignmentForContiguousLayout';
  const checkedDevice = requireDevice(operation, device);
  changeDeviceSettings(checkedDevice, {
    mkAlignment: mkAlignment === undefined ? undefined : requireMkAlignment(operation, mkAlignment),
  });
}

/** What holds for one call. */
export function resolveMkAlignment(operation: string, option: unknown, device: Device): number {
  return option === undefined ? mkAlignmentOf(device) : requireMkAlignment(operation, option);
}

function mkAlignmentOf(device: Device): number {
  return deviceSettings(device).mkAlignment ?? defaultMkAlignment;
}

export function requireMkAlignment(operation: string, value: unknown): number {
  if (
    typeof value !== 'number' ||
    value < fragmentRows ||
    value > largestTileRows ||
    value % fragmentRows !== 0
  ) {
    reject(
      operation,
      `mkAlignment to be a multiple of ${fragmentRows} from ${fragmentRows} to ${largestTileRows}`,
      describeValue(value),
    );
  }
  return value;
}
