import { type Device, requestDevice } from '@dg/runtime';
import { checkGemmCall } from '../../../../packages/api/test/search/check-gemm-call.js';
import { variantCases } from './variant-cases.js';

/** Every kind of GEMM kernel, compared with the cpu bit for bit. Names what ran. */
export async function exerciseVariants(
  device: Device,
  isWanted: (name: string) => boolean,
  tell: (name: string) => void,
): Promise<void> {
  const reference = await requestDevice('cpu');
  for (const { name, operandType, drawNumbers } of variantCases().filter((each) => isWanted(each.name))) {
    const call = { options: {}, settings: {}, ownStream: false };
    await checkGemmCall(drawNumbers(), call, operandType, { device, reference });
    tell(name);
  }
}
