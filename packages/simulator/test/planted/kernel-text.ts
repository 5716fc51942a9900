/**
 * A kernel with a pointer to 1 KiB of zeros, `%rd1`, a tensor map of the same memory, `map`, and 8 KiB of shared memory at
 * `%r2`. `%r1` is the thread, `%p1` true for all but thread 0, `%r3` four times the thread, `%r4` = `%r2` + `%r3`, and
 * `%r9` the rank of the CTA in its cluster.
 */
export function kernelText(body: string, threads: number): string {
  return `
.version 9.0
.target sm_90a
.address_size 64
.visible .entry planted(.param .u64 out, .param .align 64 .b8 map[128])
.maxntid ${threads}, 1, 1
{
  .reg .pred %p<8>;
  .reg .b32 %r<32>;
  .reg .f32 %f<16>;
  .reg .b64 %rd<8>;
  .shared .align 1024 .b8 smem[8192];
  ld.param.u64 %rd1, [out];
  mov.u32 %r1, %tid.x;
  mov.u32 %r2, smem;
  setp.ne.u32 %p1, %r1, 0;
  shl.b32 %r3, %r1, 2;
  add.s32 %r4, %r2, %r3;
  mov.u32 %r9, %cluster_ctarank;
${body}
  ret;
}`;
}
