/**
 * The upkeep loop's step: settle, pay, expire and harvest what is due and this validator's turn, note weights, and see whether its votes count. Once the subnet has
 * ended, tell the contract, and settle what was won.
 */
import { Effect, Ref } from "effect"
import type { ValidatorInfo } from "../../../contract-client/generated.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockReference } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { count } from "../../../layers/telemetry/metrics.ts"
import * as Notes from "../../../scoring/issue_competitions/notes.ts"
import { type Chore, choresOf, isTurnAt, type LastChore } from "../../../scoring/issue_competitions/upkeep.ts"
import { Concerns } from "../Concerns.ts"
import { Sender } from "../Sender.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

/** How often to look whether the validator's votes have weight, in blocks. */
const VOTES_EVERY = 25

/** Why a validator's votes decide nothing; null if they do. */
const whyNoWeight = (own: ValidatorInfo | undefined): string | null => {
  if (own === undefined) return "this hotkey is no validator of the contract: its votes are refused"
  if (own.weight > 0n) return null
  return own.noted.since > 0n
    ? "this validator's votes have no weight in the contract yet: stake weighs once it has been there for a whole day, which takes up to two"
    : "this validator's votes have no weight in the contract: there is no stake behind its hotkey that counts"
}

/** Reports when this validator's votes decide nothing. */
const makeVotesCheck = Effect.fn("makeVotesCheck")(function* (hotkey: KeyPair) {
  const [contract, concerns] = yield* Effect.all([Contract, Concerns])
  const nextLook = yield* Ref.make(0)
  return (head: BlockReference) =>
    Effect.gen(function* () {
      if (head.number < (yield* Ref.get(nextLook))) return
      const own = (yield* contract.read("validators", {}, head)).validators.find((one) => one.hotkey === hotkey.address)
      yield* Ref.set(nextLook, head.number + VOTES_EVERY)
      yield* concerns.report("votes", whyNoWeight(own))
    })
})

export const make = Effect.fn("upkeepStep")(function* (hotkey: KeyPair) {
  const [sender, end] = yield* Effect.all([Sender, SubnetEnd])
  const [checkVotes, notesOf] = yield* Effect.all([makeVotesCheck(hotkey), Notes.make(hotkey.address)])
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
    if (yield* end.isSeen(head)) {
      yield* tellOfEnd(head)
      const settles = (yield* choresOf(hotkey.address, head)).filter(({ _tag }) => _tag === "Settle")
      return yield* Effect.forEach(settles, perform, { discard: true })
    }
    yield* Effect.forEach(yield* choresOf(hotkey.address, head), perform, { discard: true })
    yield* Effect.forEach(yield* notesOf(head), perform, { discard: true })
    yield* checkVotes(head)
  })
})
