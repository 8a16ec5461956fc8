/** Caches blocks' timestamps, which never change. If the node has pruned the block's state, the timestamp is read from its body. */
import { Effect } from "effect"
import { type ChainUnavailable, isPruned } from "./errors.ts"

/** A day of blocks. */
const MOST_REMEMBERED = 7_200

type Ask = (hash: string) => Effect.Effect<number, ChainUnavailable>

/** `fromState` and `fromBody` request the timestamp from the node, in milliseconds since 1970. */
export const make = (fromState: Ask, fromBody: Ask): Ask => {
  const known = new Map<string, number>()
  return (hash) =>
    Effect.suspend(() => {
      const time = known.get(hash)
      if (time !== undefined) return Effect.succeed(time)
      return fromState(hash).pipe(
        Effect.catchIf(isPruned, () => fromBody(hash)),
        Effect.tap((asked) =>
          Effect.sync(() => {
            const [oldest] = known.keys()
            if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest)
            known.set(hash, asked)
          })
        )
      )
    })
}
