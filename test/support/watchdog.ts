/**
 * The timeout of a hanging test in milliseconds. No test has a limit of its own, which a busy machine could exceed. PROPERTY_SCALE lets properties
 * run longer than in CI.
 */
export const WATCHDOG = 30 * 60_000 * Math.max(1, Number(process.env.PROPERTY_SCALE ?? 1))

/** Milliseconds after which a test gives up waiting for a condition: before the test's own timeout, so that the failure can name the condition. */
export const PATIENCE = WATCHDOG / 2
