/** The upkeep loop's step: harvest, expire, pay and finish what is due and this validator's turn, and see whether its votes count. Once the subnet has ended, tell the contract. */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockReference } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { count } from "../../../layers/telemetry/metrics.ts"
import { type Chore, choresOf, isTurnAt, type LastChore } from "../../../scoring/issue_competitions/upkeep.ts"
import { Concerns } from "../Concerns.ts"
import { Sender } from "../Sender.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

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
  const [sender, end] = yield* Effect.all([Sender, SubnetEnd])
  const checkVotes = yield* makeVotesCheck(hotkey)
  const perform = (chore: Chore | LastChore) =>
    sender.perform(chore).pipe(
      // Another validator was faster, or the block has not come yet.
      Effect.catchTag("ContractRefusal", (refusal) =>
        Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "refused" }), Effect.logDebug(refusal.message))
      ),
      Effect.annotateLogs({ ...chore })
    )
  // Whether the contract knows of the end, from this validator or another.
  const told = yield* Ref.make(false)
  const tellOfEnd = (head: BlockReference) =>
    Effect.gen(function* () {
      if ((yield* Ref.get(told)) || !(yield* isTurnAt(hotkey.address, head))) return
      yield* perform({ _tag: "WindUp", due: head.number })
      yield* Ref.set(told, true)
    })
  return Effect.fn("validator.upkeep")(function* (head: BlockReference) {
    if (yield* end.isSeen(head)) return yield* tellOfEnd(head)
    yield* Effect.forEach(yield* choresOf(hotkey.address, head), perform, { discard: true })
    yield* checkVotes(head)
  })
})
