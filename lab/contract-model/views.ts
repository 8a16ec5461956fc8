/** The contract's views. */
import { Either, HashMap, Option } from "effect"
import {
  type Competition,
  EDITION,
  type Issue,
  type MessageArguments,
  type MessageReturn,
  type messages
} from "../../src/contract-client/generated.ts"
import type { World } from "./ContractModel.ts"
import { removes, vetoesOf } from "./changes.ts"
import { collateralOf } from "./collateral.ts"
import { pairVotesOf } from "./competitions.ts"
import { askChain, hasEnded } from "./ending.ts"
import { countingAttestations, majority } from "./enrolment.ts"
import { heldOf } from "./pool.ts"
import { payeeKey, referenceKey, type State } from "./State.ts"
import { type Ruled, roundAt } from "./Turn.ts"
import { pendingOf } from "./treasury.ts"
import { takeSnapshot, weightOf } from "./weights.ts"

/** The messages that only read. */
export type View = {
  [Name in keyof typeof messages]: (typeof messages)[Name]["mutates"] extends true ? never : Name
}[keyof typeof messages]

/** The most entries that a list returns. */
const LONGEST_LIST = 100
const MOST_MINERS = 256

const valueOrNull = <Key, Value>(map: HashMap.HashMap<Key, Value>, key: Key): Value | null => Option.getOrNull(HashMap.get(map, key))

/** Up to `limit` records with consecutive ids from `from` on; ids start at 1. */
const consecutiveRecords = <Value>(map: HashMap.HashMap<number, Value>, from: number, limit: number): ReadonlyArray<Value> =>
  Array.from({ length: Math.min(limit, LONGEST_LIST) }, (_, index) => Math.max(1, from) + index).flatMap((id) =>
    Option.toArray(HashMap.get(map, id))
  )

const isValidator = (state: State, account: string): boolean => state.validators.some(({ hotkey }) => hotkey === account)

const issuesOf = ({ issues }: State, { from, limit, status }: MessageArguments<"issues">): ReadonlyArray<Issue> =>
  consecutiveRecords(issues, from, limit).filter((issue) => status === null || issue.status._tag === status._tag)

const competitionsOf = (state: State, { from, hotkey, limit }: MessageArguments<"competitionsOf">): ReadonlyArray<Competition> =>
  (valueOrNull(state.competitionsOf, hotkey) ?? [])
    .slice(from, from + Math.min(limit, LONGEST_LIST))
    .flatMap((id) => Option.toArray(HashMap.get(state.competitions, id)))

const validators = ({ state, subnet }: World): Ruled<MessageReturn<"validators">> =>
  Either.map(takeSnapshot(state, subnet), (weights) => {
    const validators = state.validators.map((validator) => ({ ...validator, weight: weightOf(weights, validator.hotkey) }))
    return { validators, total: weights.total, turnedAt: state.turnedAt }
  })

const treasury = ({ state, subnet }: World): Ruled<MessageReturn<"treasury">> =>
  Either.gen(function* () {
    const { available, pending } = yield* pendingOf(state, subnet)
    const held = yield* heldOf({ state, subnet })
    const { aged, agedAt, allocated, collateral, fresh, paid, recycled, slashed } = state
    return { pending, pendingAvailable: available, held, allocated, fresh, aged, agedAt, collateral, paid, recycled, slashed }
  })

const enrolled = ({ state, subnet }: World, { issue }: MessageArguments<"enrolled">): Ruled<MessageReturn<"enrolled">> =>
  Either.map(takeSnapshot(state, subnet), (weights) => {
    const round = roundAt(state, subnet.block)
    const attestations = countingAttestations(state, subnet.block, issue, round)
    return {
      round: round.number,
      enrolled: majority(weights, attestations, "enrolled"),
      skipped: majority(weights, attestations, "skipped"),
      attestations
    }
  })

const views: { readonly [Name in View]: (world: World, args: MessageArguments<Name>) => Ruled<MessageReturn<Name>> } = {
  config: ({ state }) => Either.right(state.config),
  owner: ({ state }) => Either.right(state.owner),
  offer: ({ state }) => Either.right(state.offer),
  paused: ({ state }) => Either.right(state.paused),
  issue: ({ state }, { id }) => Either.right(valueOrNull(state.issues, id)),
  issues: ({ state }, args) => Either.right(issuesOf(state, args)),
  issueByReference: ({ state }, { number, repository }) =>
    Either.right(valueOrNull(state.openReferences, referenceKey(repository, number))),
  competition: ({ state }, { id }) => Either.right(valueOrNull(state.competitions, id)),
  competitions: ({ state }, { from, limit }) => Either.right(consecutiveRecords(state.competitions, from, limit)),
  competitionsOf: ({ state }, args) => Either.right(competitionsOf(state, args)),
  ballotPair: ({ state, subnet }, { issue }) =>
    Either.right(pairVotesOf(state, issue, roundAt(state, subnet.block)).filter(({ validator }) => isValidator(state, validator))),
  ballotOutcome: ({ state }, { issue }) =>
    Either.right((valueOrNull(state.outcomeBallots, issue) ?? []).filter(({ validator }) => isValidator(state, validator))),
  payee: ({ state }, { competition, side }) => Either.right(valueOrNull(state.payees, payeeKey(competition, side))),
  validators,
  treasury,
  announced: ({ state }) =>
    Either.right(
      state.waiting.map(({ appliesFrom, appliesUntil, id, what }) => ({
        change: id,
        what,
        appliesFrom,
        appliesUntil,
        vetoes: vetoesOf(state, id).filter((voter) => isValidator(state, voter) && !removes(what, voter))
      }))
    ),
  collateral: ({ state }, { miners }) =>
    Either.right(miners.slice(0, MOST_MINERS).map(([hotkey, coldkey]) => collateralOf(state, { hotkey, coldkey }))),
  enrolled,
  ask: ({ state, subnet }, { functions }) => Either.right(askChain(state, subnet, functions)),
  ended: ({ state, subnet }) => hasEnded(state, subnet),
  counts: ({ state }) => Either.right({ issues: state.issueCount, competitions: state.competitionCount }),
  version: () => Either.right(EDITION)
}

/** Answers a view. */
export const ask = <Name extends View>(world: World, name: Name, args: MessageArguments<Name>): Ruled<MessageReturn<Name>> =>
  views[name](world, args)
