/** Tells /health when the treasury earns nothing or can pay nothing. Validators can do nothing about it, so they are healthy all the same. */
import { Duration, Effect, Ref, Schedule } from "effect"
import { treasuryState } from "../../../domain/TreasuryTrouble.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { troublesOfTreasury } from "../../../layers/contract/treasuryTroubles.ts"
import { Concerns } from "../Concerns.ts"

const EVERY = Duration.minutes(10)

export const watchTreasury = Effect.gen(function* () {
  const [chain, contract, { note }] = yield* Effect.all([Chain, Contract, Concerns])
  const told = yield* Ref.make<string | null>(null)
  const look = Effect.gen(function* () {
    const head = yield* chain.finalisedHead
    const { why } = treasuryState(yield* troublesOfTreasury(yield* contract.config, head))
    if ((yield* Ref.getAndSet(told, why)) !== why) yield* note("treasury", why)
  })
  // A chain that does not answer is a concern of others.
  yield* Effect.repeat(Effect.ignore(look), Schedule.spaced(EVERY))
})
