import { DgError } from '@dg/jit';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { Stream } from '@dg/runtime';
import {
  type PreparedOperands,
  prepareOperands,
} from '../../../../packages/api/src/launch/prepare-operands.js';
import { caseName, type GemmCase, type GemmSet } from '../../../bench/src/gemms/gemm-case.js';
import { inputSetCount } from '../../../bench/src/inputs/input-set-count.js';
import { destroyAll } from '../../../bench/src/inputs/tensor-views.js';
import { variantName } from '../../../bench/src/launch-variant.js';
import { checkGemm } from '../../../bench/src/measure/check-gemm.js';
import { launchesOfLast, timeLaunches } from '../../../bench/src/measure/time-launches.js';
import { withSets } from '../../../bench/src/measure/with-sets.js';
import { pause } from '../../../bench/src/pause.js';
import { estimatedMicroseconds } from '../library/candidates.js';
import { configLaunch, kernelSourceOf } from '../library/launch-config.js';
import type { SweepFailure, SweepLine } from '../sweep-row.js';
import { expectSameSample, outputSample } from './output-sample.js';
import type { PreparedKernel } from './prepare-kernels.js';
import { settledBy } from './settled-by.js';
import type { SweepContext } from './sweep-context.js';
import { sweepEffort } from './sweep-effort.js';
import { DeviceHung, withDeadline } from './with-deadline.js';

/** Longer than any kernel, its inputs and its check take. */
const deadlineSeconds = 20;

/** One set of inputs with what the library prepares before it launches a kernel. */
interface PreparedSet {
  readonly set: GemmSet;
  readonly prepared: PreparedOperands;
  destroy(): void;
}

export interface SweepObserver {
  /** Told before each configuration: where the process ends, this is why. */
  start(candidate: Omit<SweepFailure, 'error'>): void;
  line(line: SweepLine): void;
}

/**
 * Times the candidates of one product, all on the same inputs. The first one whose result is right against float64 is what
 * the others are compared with. One that fails is reported, and the others go on.
 *
 * @throws DgError when the device is lost, after that was reported.
 */
export async function sweepCase(
  context: SweepContext,
  gemm: GemmCase,
  candidates: readonly GemmConfig[],
  chosenName: string,
  kernels: ReadonlyMap<string, PreparedKernel>,
  observer: SweepObserver,
): Promise<void> {
  const { device, identity } = context;
  const createSet = (place: Parameters<GemmCase['createSet']>[0], seed: number): PreparedSet => {
    const set = gemm.createSet(place, seed);
    const prepared = prepareOperands(gemm.problem, set.operands, place.stream);
    return {
      set,
      prepared,
      destroy: () => {
        destroyAll(prepared.copies);
        set.destroy();
      },
    };
  };
  await withSets(context, inputSetCount(gemm.bytes, context.coldBytes), createSet, async (sets, stream) => {
    let reference: Float64Array[] | undefined;
    for (const config of candidates) {
      const name = gemmConfigName(config);
      const candidate = { op: gemm.op, shape: gemm.shape, name, config, ...optionsOf(context), ...identity };
      const estimatedUs = estimatedMicroseconds(gemm.problem, config, device.properties);
      observer.start(candidate);
      try {
        const kernel = kernels.get(kernelSourceOf(gemm.problem, config).code);
        if (kernel === undefined || kernel instanceof Error) throw kernel ?? missingKernel(name);
        const measured = measureCandidate(
          context,
          gemm,
          sets,
          stream,
          config,
          kernel,
          estimatedUs,
          reference,
        );
        const { us, sample } = await withDeadline(measured, deadlineSeconds);
        reference ??= sample;
        observer.line({ ...candidate, us, estimatedUs, chosen: name === chosenName });
      } catch (error) {
        if (!DgError.isInstance(error)) throw error;
        observer.line({ ...candidate, error: error.message });
        if (error instanceof DeviceHung) throw error;
        // Throws where the fault of a kernel has made the device useless.
        await device.synchronize();
      }
    }
  });
}

interface Measurement {
  readonly us: number;
  readonly sample: Float64Array[];
}

async function measureCandidate(
  context: SweepContext,
  gemm: GemmCase,
  sets: readonly PreparedSet[],
  stream: Stream,
  config: GemmConfig,
  kernel: Exclude<PreparedKernel, DgError>,
  estimatedUs: number,
  reference: readonly Float64Array[] | undefined,
): Promise<Measurement> {
  const { device, variant, budgetMilliseconds, pauseMilliseconds } = context;
  const options = {
    stream,
    device: device.properties,
    dependentLaunch: variant.dependentLaunch ?? true,
    settled: settledBy(variant),
  };
  const calls = sets.map(({ prepared }) => configLaunch(kernel, prepared, config, options));
  const { products, resetOutput } = sets.at(-1)!.set;
  const effort = sweepEffort(estimatedUs, budgetMilliseconds);
  const name = `${caseName(gemm)} ${gemmConfigName(config)}`;

  calls[0]!();
  await stream.synchronize();
  await pause(pauseMilliseconds);
  const us = await timeLaunches(stream, calls, effort, () => resetOutput(stream));
  const launches = launchesOfLast(calls.length, effort);
  const sample = await outputSample(products, launches);
  if (reference === undefined) await checkGemm({ products }, name, launches);
  else expectSameSample(reference, sample, name);
  return { us, sample };
}

/** What the lines say of it: nothing for the defaults. */
export function optionsOf({ variant }: Pick<SweepContext, 'variant'>): { readonly options?: string } {
  const options = variantName(variant);
  return options === '' ? {} : { options };
}

function missingKernel(name: string): DgError {
  return new DgError('DG_SWEEP_NO_KERNEL', `expected a kernel for ${name} but received none`);
}
