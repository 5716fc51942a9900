import { perBlockCastToFp8, perTokenCastToFp8 } from '@dg/api';

/** The casts that are timed. */
export const casts = { cast_per_token: perTokenCastToFp8, cast_per_block: perBlockCastToFp8 };
