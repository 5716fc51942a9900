/** Pieces of PTX that the planted kernels are made of. Barriers lie at 7168 bytes of shared memory and above. */

export const storeOwnWord = '  st.shared.u32 [%r4], %r1;';

/** By thread 0: barriers for one arrival each, made known to copies and to the cluster. */
export const initBarrier = (options: { arrivals?: number; fence?: boolean; sync?: string } = {}) => `
  @%p1 bra INITIALISED;
  mbarrier.init.shared::cta.b64 [%r2+7168], ${options.arrivals ?? 1};
  ${options.fence === false ? '' : 'fence.mbarrier_init.release.cluster;'}
INITIALISED:
  ${options.sync ?? 'bar.sync 0;'}`;

export const clusterSync = `
  barrier.cluster.arrive.release.aligned;
  barrier.cluster.wait.acquire.aligned;`;

/** All threads wait for the end of the phase. */
export const waitForPhase = (parity = 0, label = 'WAIT') => `
${label}:
  mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r2+7168], ${parity};
  @!%p2 bra ${label};`;

export const thread0 = (label: string, body: string) => `
  @%p1 bra ${label};
${body}
${label}:`;

const mapOperands = `
  mov.b64 %rd2, map;
  cvta.param.u64 %rd3, %rd2;
  mov.u32 %r5, 0;`;

/** Thread 0 loads 1024 bytes to the start of shared memory, and expects `bytes` of them. */
export const load = (bytes = 1024, label = 'LOADED', to = '%r2') =>
  thread0(
    label,
    `${mapOperands}
  mov.u32 %r6, ${bytes};
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], %r6;
  cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [${to}], [%rd3, {%r5, %r5}], [%r2+7168];`,
  );

/** Thread 0 stores the 1024 bytes at the start of shared memory. */
export const store = (options: { wait?: string; commit?: boolean } = {}) =>
  thread0(
    'STORED',
    `${mapOperands}
  cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%rd3, {%r5, %r5}], [%r2];
  ${options.commit === false ? '' : 'cp.async.bulk.commit_group;'}
  ${options.wait ?? 'cp.async.bulk.wait_group.read 0;'}`,
  );

/** 64 threads write the 1024 bytes at the start of shared memory; 128 write them and 1024 more. */
export const fill = [0, 1024, 2048, 3072].map((_, i) => `  st.shared.u32 [%r4+${i * 256}], %r1;`).join('\n');

/** 128 threads write the 4096 bytes at the start of shared memory. */
export const fillOperands = [0, 512, 1024, 1536, 2048, 2560, 3072, 3584]
  .map((offset) => `  st.shared.u32 [%r4+${offset}], 0;`)
  .join('\n');

export const fence = '  fence.proxy.async.shared::cta;';

/** `%rd4`: A, 64 rows of 32 bytes from the start of shared memory; `%rd5`: B, 8 rows, from 2048 on; not swizzled. */
export const descriptors = `
  cvt.u64.u32 %rd4, %r2;
  shr.u64 %rd4, %rd4, 4;
  or.b64 %rd4, %rd4, ${0x0000001000080000n};
  add.s64 %rd5, %rd4, 128;`;

export const accumulatorsZero = [1, 2, 3, 4].map((i) => `  mov.f32 %f${i}, 0f00000000;`).join('\n');

export const multiply = (label = 1) => `
  setp.ne.u32 %p3, 1, ${label === 0 ? 1 : 0};
  wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {%f1, %f2, %f3, %f4}, %rd4, %rd5, %p3, 1, 1;`;

export const commitMultiply = '  wgmma.commit_group.sync.aligned;';
export const waitForMultiply = '  wgmma.wait_group.sync.aligned 0;';
export const fenceMultiply = '  wgmma.fence.sync.aligned;';
