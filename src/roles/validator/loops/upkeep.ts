/**
 * The upkeep loop's step: settles, pays, expires and harvests what is due when it is this validator's turn, notes weights, and checks that its votes have
 * weight. After the subnet's end, it winds up the contract and settles won issues.
 */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { count } from "../../../layers/machine/telemetry/metrics.ts"
import * as Notes from "../../../scoring/issue_competitions/notes.ts"
import { type Chore, choresOf, isTurnAt, type LastChore } from "../../../scoring/issue_competitions/upkeep.ts"
import { Concerns } from "../Concerns.ts"
import { Sender } from "../Sender.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

/** Interval in blocks between two checks of the votes' weight. */
const VOTES_EVERY = 25

/** Stake counts after at most two of the contract's days. A validator without weight for this many days is no longer new. */
const DAYS_TO_WEIGH = 3

const NOT_LISTED = "this hotkey is no validator of the contract: its votes are refused"
const NO_WEIGHT = "this validator's votes have no weight in the contract: no stake that counts was behind its hotkey for a whole day"
const NO_WEIGHT_YET = `${NO_WEIGHT}; a new one's weigh after one to two`

/** Reports when this validator's votes have no weight. For a validator that may be new it is a notice, not a problem. */
const makeVotesCheck = Effect.fn("makeVotesCheck")(function* (hotkey: KeyPair) {
  const [contract, concerns] = yield* Effect.all([Contract, Concerns])
  const nextLook = yield* Ref.make(0)
  const weightless = yield* Ref.make<number | undefined>(undefined)
  return (head: BlockReference) =>
    Effect.gen(function* () {
      if (head.number < (yield* Ref.get(nextLook))) return
      const [{ day }, { validators }] = yield* Effect.all([contract.config, contract.read("validators", {}, head)])
      const own = validators.find((one) => one.hotkey === hotkey.address)
      yield* Ref.set(nextLook, head.number + VOTES_EVERY)
      const since = yield* Ref.updateAndGet(weightless, (before) => (own?.weight === 0n ? (before ?? head.number) : undefined))
      const isNew = since !== undefined && head.number - since < DAYS_TO_WEIGH * day
      yield* concerns.note("votes", isNew ? NO_WEIGHT_YET : null)
      yield* concerns.report("votes", own === undefined ? NOT_LISTED : since === undefined || isNew ? null : NO_WEIGHT)
    })
})

export const make = Effect.fn("upkeepStep")(function* (hotkey: KeyPair) {
  const [sender, end] = yield* Effect.all([Sender, SubnetEnd])
  const [checkVotes, notesOf] = yield* Effect.all([makeVotesCheck(hotkey), Notes.make(hotkey.address)])
  const perform = (chore: Chore | LastChore) =>
    sender.perform(chore).pipe(
      // Another validator was faster, or the block is too early.
      Effect.catchTag("ContractRefusal", (refusal) =>
        Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "refused" }), Effect.logDebug(refusal.message))
      ),
      Effect.annotateLogs({ ...chore })
    )
  // It takes two calls, a day apart. One that is not due, or no longer, is refused before it is sent.
  const tellOfEnd = (head: BlockReference) =>
    Effect.whenEffect(perform({ _tag: "WindUp", due: head.number }), isTurnAt(hotkey.address, head))
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
