/** The upkeep loop's step: does the chores of bounties that are this validator's, and checks that its votes have weight. */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import type { IssueCompetitions } from "../../../scoring/issue_competitions/IssueCompetitions.ts"
import { Concerns } from "../Concerns.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

/** Interval in blocks between two checks of the votes' weight. */
const VOTES_EVERY = 25

/** Stake counts after at most two of the contract's days. A validator without weight for this many days is no longer new. */
const DAYS_TO_WEIGH = 3

const NOT_LISTED = "this hotkey is not a validator of the contract, which refuses its votes"
const NO_WEIGHT = "this validator's votes have no weight in the contract, because its hotkey has not had stake for a whole day"
const NO_WEIGHT_YET = `${NO_WEIGHT}; a new validator's votes have weight after one to two days`

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

export const make = Effect.fn("upkeepStep")(function* (hotkey: KeyPair, { settle }: IssueCompetitions) {
  const end = yield* SubnetEnd
  const checkVotes = yield* makeVotesCheck(hotkey)
  return Effect.fn("validator.upkeep")(function* (head: BlockReference) {
    const hasEnded = yield* end.isSeen(head)
    yield* settle(head, hasEnded)
    if (!hasEnded) yield* checkVotes(head)
  })
})
