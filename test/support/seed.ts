/**
 * The seed of this run's random values, which failures print. `GITTENSOR_TEST_SEED` repeats it, for properties too: fast-check prints the seed of a
 * failing property.
 */
export const givenSeed: number | undefined =
  process.env.GITTENSOR_TEST_SEED === undefined ? undefined : Number(process.env.GITTENSOR_TEST_SEED)

export const SEED: number = givenSeed ?? Date.now() % 1_000_000
