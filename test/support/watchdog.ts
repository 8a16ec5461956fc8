/**
 * Milliseconds that a test may hang. No test has a limit of its own, which a busy machine could break. PROPERTY_SCALE lets properties run longer than CI has
 * time for.
 */
export const WATCHDOG = 30 * 60_000 * Math.max(1, Number(process.env.PROPERTY_SCALE ?? 1))

/** Milliseconds after which what a test waits for is taken never to happen: before the test is ended, so that it can say what that was. */
export const PATIENCE = WATCHDOG / 2
