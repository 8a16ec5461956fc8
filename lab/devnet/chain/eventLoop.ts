import { Effect } from "effect"

/** Lets pending socket and timer events run first. */
export const giveWay: Effect.Effect<void> = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** How many milliseconds the node works before it yields. */
const turn = 8

/** An effect that yields if the last yield was longer ago than a turn, for loops that would otherwise block the sockets. */
export const makePacer = (): Effect.Effect<void> => {
  let since = performance.now()
  return Effect.suspend(() => {
    if (performance.now() - since < turn) return Effect.void
    return Effect.map(giveWay, () => {
      since = performance.now()
    })
  })
}
