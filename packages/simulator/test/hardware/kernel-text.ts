export interface KernelShape {
  readonly threads: number;
  readonly inputs?: number;
  readonly maps?: number;
  /** Further declarations: `.reg .f32 %d<32>;` */
  readonly registers?: string;
}

/** The entry of every probe. */
export const probeEntry = 'probe';

/**
 * A whole PTX text around a body. It gives the body %out, %status, %in0…, %map0… (addresses), %thread, %leader (thread
 * 0), %smem (dynamic shared memory, aligned to 1024 bytes) and scratch registers %p, %h, %r, %rd below 10; those from 10
 * on belong to the fragments of this file.
 */
export function kernelText(shape: KernelShape, body: string): string {
  const { threads, inputs = 0, maps = 0, registers = '' } = shape;
  const names = ['out', 'status', ...indices(inputs).map((i) => `in${i}`)];
  const parameters = [
    ...names.map((name) => `.param .u64 ${name}`),
    ...indices(maps).map((i) => `.param .align 64 .b8 map${i}[128]`),
  ];
  return `.version 8.0
.target sm_90a
.address_size 64
.extern .shared .align 1024 .b8 dynamic[];
.visible .entry ${probeEntry}(${parameters.join(', ')})
.maxntid ${threads}, 1, 1
{
  .reg .pred %p<16>, %leader;
  .reg .b16 %h<16>;
  .reg .b32 %r<24>, %thread, %smem;
  .reg .b64 %rd<16>, %out, %status, %in<${Math.max(1, inputs)}>, %map<${Math.max(1, maps)}>;
  ${registers}
${names.map((name) => `  ld.param.u64 %${name}, [${name}];\n  cvta.to.global.u64 %${name}, %${name};`).join('\n')}
${indices(maps)
  .map((i) => `  mov.b64 %map${i}, map${i};\n  cvta.param.u64 %map${i}, %map${i};`)
  .join('\n')}
  mov.u32 %thread, %tid.x;
  setp.eq.u32 %leader, %thread, 0;
  mov.u32 %smem, dynamic;
  add.u32 %smem, %smem, 1023;
  and.b32 %smem, %smem, -1024;
${body}
  ret;
}
`;
}

/** What aligning %smem may cost. */
export const sharedAlignmentBytes = 1024;

/** Executes the lines in thread 0 only. */
export function byLeader(label: string, lines: string): string {
  return `  @!%leader bra ${label};\n${lines}\n${label}:`;
}

export function initBarrier(address: string, arrivals: number): string {
  return `  mbarrier.init.shared::cta.b64 [${address}], ${arrivals};
  fence.mbarrier_init.release.cluster;`;
}

/** Status of a probe that gave up waiting. */
export const gaveUp = 1;
const tries = 20_000;
/** How long one try may take: without it the hardware's own limit, which is not documented. */
export const suspendNanoseconds = 1000;

/** Waits for the phase of that parity, a bounded time: a probe must not hang (PTX ISA 9.7.13.15.16). */
export function awaitPhase(label: string, address: string, parity: 0 | 1): string {
  return `  mov.u32 %r10, 0;
${label}_TRY:
  mbarrier.try_wait.parity.shared::cta.b64 %p10, [${address}], ${parity}, ${suspendNanoseconds};
  @%p10 bra ${label}_DONE;
  add.u32 %r10, %r10, 1;
  setp.lt.u32 %p11, %r10, ${tries};
  @%p11 bra ${label}_TRY;
  mov.u32 %r10, ${gaveUp};
  st.global.u32 [%status], %r10;
${label}_DONE:`;
}

/** Copies bytes, a multiple of 16, from global memory to %smem + offset, by ordinary loads and stores. */
export function copyToShared(label: string, from: string, bytes: number, threads: number, offset = 0) {
  return loopOver(
    label,
    bytes,
    threads,
    `  add.u32 %r12, %smem, %r11;
  cvt.u64.u32 %rd10, %r11;
  add.s64 %rd10, ${from}, %rd10;
  ld.global.v4.u32 {%r13, %r14, %r15, %r16}, [%rd10];
  st.shared.v4.u32 [%r12+${offset}], {%r13, %r14, %r15, %r16};`,
  );
}

/** Copies bytes, a multiple of 16, from %smem + offset to global memory. */
export function copyFromShared(label: string, to: string, bytes: number, threads: number, offset = 0) {
  return loopOver(
    label,
    bytes,
    threads,
    `  add.u32 %r12, %smem, %r11;
  cvt.u64.u32 %rd10, %r11;
  add.s64 %rd10, ${to}, %rd10;
  ld.shared.v4.u32 {%r13, %r14, %r15, %r16}, [%r12+${offset}];
  st.global.v4.u32 [%rd10], {%r13, %r14, %r15, %r16};`,
  );
}

/** Each thread takes every so many 16 bytes; %r11 is the offset. */
function loopOver(label: string, bytes: number, threads: number, lines: string): string {
  return `  shl.b32 %r11, %thread, 4;
${label}_NEXT:
  setp.ge.u32 %p12, %r11, ${bytes};
  @%p12 bra ${label}_END;
${lines}
  add.u32 %r11, %r11, ${threads * 16};
  bra ${label}_NEXT;
${label}_END:`;
}

export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
