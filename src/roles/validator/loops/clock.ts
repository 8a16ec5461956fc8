/** Watches this machine's clock by the chain's. Peers refuse what was signed at a wrong time, and GitHub's times are compared with it. */
import { Clock, Duration, Effect, Ref, Schedule } from "effect"
import { SET_CLOCK, tellBlockAge } from "../../../layers/chain/blockAge.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { newestBlock } from "../../../layers/chain/newestBlock.ts"
import { Concerns } from "../Concerns.ts"

const EVERY = Duration.minutes(1)

/**
 * Compares the time of the chain's newest block with this machine's, now and then every minute. A chain that stands still says nothing about the clock, and neither
 * does one for development, whose blocks may have any time.
 */
export const watchClock = Effect.gen(function* () {
  const [chain, { report }] = yield* Effect.all([Chain, Concerns])
  const seen = yield* Ref.make(-1)
  const look = Effect.gen(function* () {
    const best = yield* newestBlock(chain)
    if ((yield* Ref.getAndSet(seen, best.number)) === best.number) return
    const { text, isWrong } = tellBlockAge((yield* Clock.currentTimeMillis) - (yield* chain.timeAt(best.hash)))
    yield* report(
      "clock",
      isWrong ? `this machine's clock or the node is wrong: ${text}; ${SET_CLOCK}, or use a node that is up to date` : null
    )
  })
  // A chain that does not answer is a concern of others.
  if (!chain.isDevelopment) yield* Effect.repeat(Effect.ignore(look), Schedule.spaced(EVERY))
})
