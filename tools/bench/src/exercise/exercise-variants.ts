import { type Device, requestDevice } from '@dg/runtime';
import { checkGemmCall } from '../../../../packages/api/test/search/check-gemm-call.js';
import { variantCases } from './variant-cases.js';
import { libraryOfConfigs, withConfig } from './with-config.js';

/** So few that each CTA works on several tiles of a given configuration, one after the other. */
const options = { numSms: 2 };

/** Every kernel of these products, twice, compared with the cpu bit for bit. Names what ran. */
export async function exerciseVariants(
  device: Device,
  isWanted: (name: string) => boolean,
  tell: (name: string) => void,
): Promise<void> {
  const reference = await requestDevice('cpu');
  for (const { name, config, operandType, drawNumbers } of variantCases()) {
    if (!isWanted(name)) continue;
    const call = { options, settings: {}, ownStream: false };
    const check = async (): Promise<void> => {
      await checkGemmCall(drawNumbers(), call, operandType, { device, reference }, libraryOfConfigs);
    };
    if (config === undefined || !device.executesKernels) await check();
    else await withConfig(device, config, check);
    tell(name);
  }
}
