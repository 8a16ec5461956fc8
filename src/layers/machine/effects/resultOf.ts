import { Effect, Fiber } from "effect"

/**
 * What a fiber ends with. `Fiber.join` would also take over the fiber's context: where another scope began it, that scope replaces the caller's own, and what
 * the caller forks from then on outlives it.
 */
export const resultOf = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<A, E> => Effect.flatten(Fiber.await(fiber))
