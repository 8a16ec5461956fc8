/** The upkeep loop's step: harvest, expire, pay and finish what is due and this validator's turn, and see whether its votes count. */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { choresOf } from "../../scoring/issue_competitions/upkeep.ts"
import { count } from "../../telemetry/metrics.ts"
import { Concerns } from "../Concerns.ts"
import { Sender } from "../Sender.ts"

/** How often to look whether the validator's votes have weight, in blocks. */
const VOTES_EVERY = 25

/** Reports when this validator's votes decide nothing: its weight in the contract is zero, or it is not on the whitelist any more. */
const makeVotesCheck = Effect.fn("makeVotesCheck")(function* (hotkey: KeyPair) {
  const [contract, concerns] = yield* Effect.all([Contract, Concerns])
  const nextLook = yield* Ref.make(0)
  return (head: BlockReference) =>
    Effect.gen(function* () {
      if (head.number < (yield* Ref.get(nextLook))) return
      const own = (yield* contract.read("validators", {}, head)).find((one) => one.hotkey === hotkey.address)
      yield* Ref.set(nextLook, head.number + VOTES_EVERY)
      yield* concerns.report(
        "votes",
        own === undefined
          ? "this hotkey is no validator of the contract: its votes are refused"
          : own.weight === 0n
            ? "this validator's votes have no weight in the contract: there is no stake behind its hotkey that counts"
            : null
      )
    })
})

export const make = Effect.fn("upkeepStep")(function* (hotkey: KeyPair) {
  const sender = yield* Sender
  const checkVotes = yield* makeVotesCheck(hotkey)
  return Effect.fn("validator.upkeep")(function* (head: BlockReference) {
    yield* Effect.forEach(
      yield* choresOf(hotkey.address, head),
      (chore) =>
        sender.perform(chore).pipe(
          // Another validator was faster, or the block has not come yet.
          Effect.catchTag("ContractRefusal", (refusal) =>
            Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "refused" }), Effect.logDebug(refusal.message))
          ),
          Effect.annotateLogs({ ...chore })
        ),
      { discard: true }
    )
    yield* checkVotes(head)
  })
})
