import { Effect } from "effect"

/** Lets everything that waits on sockets and timers go first. */
export const giveWay: Effect.Effect<void> = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** How long, in milliseconds, the node works before it gives way. */
const turn = 8

/** An effect that gives way when the last time is longer ago than a turn: for loops that would starve the sockets. */
export const makePacer = (): Effect.Effect<void> => {
  let since = performance.now()
  return Effect.suspend(() => {
    if (performance.now() - since < turn) return Effect.void
    return Effect.map(giveWay, () => {
      since = performance.now()
    })
  })
}
