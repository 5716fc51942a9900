import { type InstructionRow, implemented, refused } from './instruction-row.js';

export const tensorRows: readonly InstructionRow[] = [
  implemented('cp.async.bulk', '9.7.9.25.4.1', [
    '.shared::cluster.global.mbarrier::complete_tx::bytes',
    '.global.shared::cta.bulk_group',
  ]),
  implemented('cp.async.bulk.tensor', '9.7.9.25.5.2', [
    '.{1d,2d,3d,4d,5d}.shared::cluster.global.mbarrier::complete_tx::bytes[.multicast::cluster]',
    '.{1d,2d,3d,4d,5d}.global.shared::cta.bulk_group',
  ]),
  implemented(
    'cp.reduce.async.bulk.tensor',
    '9.7.9.25.5.3',
    '.{1d,2d,3d,4d,5d}.global.shared::cta.{add,min,max,and,or,xor}.bulk_group',
  ),
  implemented(
    'cp.async.bulk.prefetch.tensor',
    '9.7.9.25.5.4',
    '.{1d,2d,3d,4d,5d}.L2.global',
    'checks the tensor map',
  ),
  implemented('cp.async.bulk', '9.7.9.25.6.1', '.commit_group'),
  implemented('cp.async.bulk', '9.7.9.25.6.2', '.wait_group[.read]'),
  refused('cp.async', '9.7.9.25.3.1', '.cg.shared.global', 'SM80 copies'),
  implemented(
    'tensormap.replace',
    '9.7.9.28',
    ['.tile.{global_address,global_stride}.global.b1024.b64', '.tile.global_dim.global.b1024.b32'],
    'maps in global memory only',
  ),
  refused('tensormap.replace', '9.7.9.28', '.tile.global_address.shared::cta.b1024.b64'),
  implemented('stmatrix', '9.7.14.5.16', '.sync.aligned.m8n8.x4[.trans].shared.b16', '`.x1` and `.x2` too'),
  refused('ldmatrix', '9.7.14.5.15', '.sync.aligned.m8n8.x4.shared.b16'),
  refused('mma', '9.7.14.5.14', '.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32'),
  implemented(
    'wgmma.mma_async',
    '9.7.15.5.2',
    [
      '.sync.aligned.m64n8k32.f32.e4m3.e4m3',
      '.sync.aligned.m64n8k16.f32.bf16.bf16',
      '.sync.aligned.m64n8k8.f32.tf32.tf32',
    ],
    'any N; A from shared memory or registers; sums are rounded once for each instruction',
  ),
  refused('wgmma.mma_async.sp', '9.7.15.6.3', '.sync.aligned.m64n8k64.f32.e4m3.e4m3'),
  implemented('wgmma.fence', '9.7.15.7.1', '.sync.aligned'),
  implemented('wgmma.commit_group', '9.7.15.7.2', '.sync.aligned'),
  implemented('wgmma.wait_group', '9.7.15.7.3', '.sync.aligned'),
  refused(
    'tcgen05.mma',
    '9.7.16.10',
    '.cta_group::1.kind::f16',
    'all of `tcgen05`: SM100, for which room is left',
  ),
];
