let drawn: number | undefined;

/**
 * The seed of this test file's random data, 0 to 2^32 - 1: `DG_TEST_SEED`, or a random one. Printed once on
 * stderr, so that a failure can be repeated.
 */
export function testSeed(): number {
  if (drawn === undefined) {
    drawn = seedFrom(process.env['DG_TEST_SEED']);
    process.stderr.write(`DG_TEST_SEED=${drawn}\n`);
  }
  return drawn;
}

function seedFrom(text: string | undefined): number {
  if (text === undefined || text === '') return Math.floor(Math.random() * 2 ** 32);
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new Error(`expected an integer from 0 to 4294967295 for DG_TEST_SEED but received ${text}`);
  }
  return seed;
}
