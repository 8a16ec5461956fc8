/**
 * The seed of random values, of properties too: always the same, so that no run fails by chance. GITTENSOR_TEST_SEED gives another: `npm test` sets it
 * when it searches.
 */
export const SEED: number = Number(process.env.GITTENSOR_TEST_SEED ?? 1)
