/** The contract's views, and what programs read of its cells by name. */
import { Either, HashMap, Option } from "effect"
import { EDITION, type MessageArguments, type MessageReturn, type messages } from "../../src/contract-client/generated.ts"
import type { Reading, ReadingArguments, ReadingReturn } from "../../src/contract-client/readings.ts"
import type { World } from "./ContractModel.ts"
import { pendingOf as changesOf, removes, vetoesOf } from "./changes.ts"
import { collateralOf } from "./collateral.ts"
import { pairVotesOf } from "./competitions.ts"
import { askChain, hasEnded } from "./ending.ts"
import { countingAttestations, majority } from "./enrolment.ts"
import { outcomeVotesOf } from "./outcomes.ts"
import { heldOf } from "./pool.ts"
import { payeeKey, referenceKey, type State } from "./State.ts"
import { type Ruled, roundAt } from "./Turn.ts"
import { pendingOf } from "./treasury.ts"
import { counts, isOwn, takeSnapshot, weightOf } from "./weights.ts"

/** The messages that only read. */
export type View = {
  [Name in keyof typeof messages]: (typeof messages)[Name]["mutates"] extends true ? never : Name
}[keyof typeof messages]

const valueOrNull = <Key, Value>(map: HashMap.HashMap<Key, Value>, key: Key): Value | null => Option.getOrNull(HashMap.get(map, key))

/** All records, in order of id. */
const inOrder = <Value>(map: HashMap.HashMap<number, Value>, count: number): ReadonlyArray<Value> =>
  Array.from({ length: count }, (_, index) => HashMap.unsafeGet(map, index + 1))

const isValidator = (state: State, account: string): boolean => state.validators.some(({ hotkey }) => hotkey === account)

const validators = ({ state, subnet }: World): Ruled<MessageReturn<"validators">> =>
  Either.map(takeSnapshot(state, subnet), (weights) => {
    const validators = state.validators.map((validator) => {
      const isElector = counts(state, subnet.block, validator.hotkey, subnet.block)
      return { ...validator, weight: isElector ? weightOf(weights, validator.hotkey) : 0n }
    })
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
  validators,
  treasury,
  enrolled,
  ask: ({ state, subnet }, { functions }) => Either.right(askChain(state, subnet, functions)),
  ended: ({ state, subnet }) => hasEnded(state, subnet),
  version: () => Either.right(EDITION)
}

const readings: { readonly [Name in Reading]: (world: World, args: ReadingArguments<Name>) => ReadingReturn<Name> } = {
  owner: ({ state }) => state.owner,
  offer: ({ state }) => state.offer,
  paused: ({ state }) => state.paused,
  counts: ({ state }) => ({ issues: state.issueCount, competitions: state.competitionCount }),
  issue: ({ state }, { id }) => valueOrNull(state.issues, id),
  issues: ({ state }) => inOrder(state.issues, state.issueCount),
  issueByReference: ({ state }, { number, repository }) => valueOrNull(state.openReferences, referenceKey(repository, number)),
  competition: ({ state }, { id }) => valueOrNull(state.competitions, id),
  competitions: ({ state }) => inOrder(state.competitions, state.competitionCount),
  competitionsOf: ({ state }, { hotkey, limit }) =>
    (valueOrNull(state.competitionsOf, hotkey) ?? []).slice(-limit).flatMap((id) => Option.toArray(HashMap.get(state.competitions, id))),
  ballotPair: ({ state, subnet }, { issue }) =>
    pairVotesOf(state, issue, roundAt(state, subnet.block)).filter(({ validator }) =>
      isOwn(state, validator, roundAt(state, subnet.block).from)
    ),
  ballotOutcome: ({ state }, { issue }) => outcomeVotesOf(state, issue).filter(({ since, validator }) => isOwn(state, validator, since)),
  payee: ({ state }, { competition, side }) => valueOrNull(state.payees, payeeKey(competition, side)),
  announced: ({ state }) =>
    changesOf(state)
      .map(({ appliesFrom, appliesUntil, id, what }) => ({
        change: id,
        what,
        appliesFrom,
        appliesUntil,
        vetoes: vetoesOf(state, id).filter((voter) => isValidator(state, voter) && !removes(what, voter))
      }))
      .sort((one, other) => one.change - other.change),
  collateral: ({ state }, { miners }) => miners.map(([hotkey, coldkey]) => collateralOf(state, { hotkey, coldkey }))
}

/** Answers a view. */
export const ask = <Name extends View>(world: World, name: Name, args: MessageArguments<Name>): Ruled<MessageReturn<Name>> =>
  views[name](world, args)

/** Answers what a program reads of the cells. */
export const stored = <Name extends Reading>(world: World, name: Name, args: ReadingArguments<Name>): ReadingReturn<Name> =>
  readings[name](world, args)
