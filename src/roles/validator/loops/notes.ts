/** Notices about the contract for /health. They do not make the validator unhealthy, because it can do little about them. */
import { Duration, Effect, Ref, Schedule } from "effect"
import { treasuryState } from "../../../domain/TreasuryTrouble.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { troublesOfTreasury } from "../../../layers/chain/contract/treasuryTroubles.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { Concerns, type Note } from "../Concerns.ts"

const CHECK_INTERVAL = Duration.minutes(10)

/** Checks for ever, and reports changes. */
const watch = <E, R>(about: Note, textAt: (head: BlockReference) => Effect.Effect<string | null, E, R>) =>
  Effect.gen(function* () {
    const [chain, { note }] = yield* Effect.all([Chain, Concerns])
    const told = yield* Ref.make<string | null>(null)
    const look = Effect.gen(function* () {
      const text = yield* textAt(yield* chain.finalisedHead)
      if ((yield* Ref.getAndSet(told, text)) !== text) yield* note(about, text)
    })
    // Another check reports a chain that does not answer.
    yield* Effect.repeat(Effect.ignore(look), Schedule.spaced(CHECK_INTERVAL))
  })

/** The treasury earns nothing, or cannot pay. */
export const watchTreasury = watch("treasury", (head) =>
  Effect.gen(function* () {
    const { config } = yield* Contract
    return treasuryState(yield* troublesOfTreasury(yield* config, head)).why
  })
)

/** The contract's edition differs from this program's. */
export const watchEdition = watch("edition", (head) => Effect.flatMap(Contract, ({ otherEdition }) => otherEdition(head)))
