/**
 * What the contract's cells answer by name, so that no message has to. Pure: a reading says which cells it needs, in steps where one says which
 * others, and gets their values.
 */
import { Option } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { Hex } from "../domain/hex.ts"
import {
  type Cell,
  type CellValue,
  cellOf,
  cellOfId,
  cells,
  collateralCell,
  competitionCountCell,
  competitionOfCell,
  payeeCell,
  referenceCell,
  type Values,
  valuesOf
} from "./cells.ts"
import type { Change, Collateral, Competition, Issue, Offer, OutcomeVote, PairVote, PendingChange } from "./generated.ts"

/** A change that waits. */
export interface Announced {
  readonly change: number
  readonly what: Change
  /** The first block in which anyone may apply it. */
  readonly appliesFrom: number
  /** The last block in which it may be applied. */
  readonly appliesUntil: number
  /** Validators that voted against it: on the whitelist, and not removed by it. */
  readonly vetoes: ReadonlyArray<AccountAddress>
}

/** A vote on an issue's end. It weighs no more than `cast`, what it did when it was cast; null for votes of the third edition. */
export interface CastVote extends OutcomeVote {
  readonly cast: bigint | null
}

interface ById {
  readonly id: number
}
interface OfIssue {
  readonly issue: number
}
type Nothing = Readonly<Record<never, never>>

/** Each reading's arguments and answer. */
export interface Readings {
  readonly owner: { readonly args: Nothing; readonly returns: AccountAddress }
  /** To whom the owner offers the contract, and until when; also an offer that has lapsed. */
  readonly offer: { readonly args: Nothing; readonly returns: Offer | null }
  /** Whether new issues and competitions are stopped. */
  readonly paused: { readonly args: Nothing; readonly returns: boolean }
  /** How many issues and competitions there have ever been. */
  readonly counts: { readonly args: Nothing; readonly returns: { readonly issues: number; readonly competitions: number } }
  readonly issue: { readonly args: ById; readonly returns: Issue | null }
  /** All issues, in order of id. */
  readonly issues: { readonly args: Nothing; readonly returns: ReadonlyArray<Issue> }
  /** The id of the issue that is registered and not closed under this reference. */
  readonly issueByReference: {
    readonly args: { readonly repository: string; readonly number: number }
    readonly returns: number | null
  }
  readonly competition: { readonly args: ById; readonly returns: Competition | null }
  /** All competitions, in order of id. */
  readonly competitions: { readonly args: Nothing; readonly returns: ReadonlyArray<Competition> }
  /** A miner's newest competitions, at most `limit`, in order of their starts. */
  readonly competitionsOf: {
    readonly args: { readonly hotkey: AccountAddress; readonly limit: number }
    readonly returns: ReadonlyArray<Competition>
  }
  /** The pair votes on an issue in the block's round, of whitelisted validators. */
  readonly ballotPair: { readonly args: OfIssue; readonly returns: ReadonlyArray<PairVote> }
  /** The votes on an issue's end, of whitelisted validators. */
  readonly ballotOutcome: { readonly args: OfIssue; readonly returns: ReadonlyArray<CastVote> }
  /** Who is paid instead of the coldkey of competitor a (side 0) or b (side 1), if that named somebody. */
  readonly payee: { readonly args: { readonly competition: number; readonly side: number }; readonly returns: AccountAddress | null }
  /** The changes that wait. */
  readonly announced: { readonly args: Nothing; readonly returns: ReadonlyArray<Announced> }
  /** What miners have deposited, in the order asked. */
  readonly collateral: {
    readonly args: { readonly miners: ReadonlyArray<readonly [hotkey: AccountAddress, coldkey: AccountAddress]> }
    readonly returns: ReadonlyArray<Collateral>
  }
}
export type Reading = keyof Readings
export type ReadingArguments<Name extends Reading> = Readings[Name]["args"]
export type ReadingReturn<Name extends Reading> = Readings[Name]["returns"]

/** Asks for cells, is sent their values, and returns the answer. */
export type Steps<Answer> = Generator<ReadonlyArray<Cell<unknown>>, Answer, Values>

const ROOT = cellOf(cells.root)
const CONFIG = cellOf(cells.config)
const VALIDATORS = cellOf(cells.validators)
const LISTINGS = cellOf(cells.listings)
const CHANGES = cellOf(cells.changes)
const CODE = cellOf(cells.code)

function* root<Answer>(pick: (root: CellValue<"root">) => Answer): Steps<Answer> {
  const values = yield [ROOT]
  return pick(values.always(ROOT))
}

function* one<Value>(cell: Cell<Value>): Steps<Value | null> {
  const values = yield [cell]
  return Option.getOrNull(values.of(cell))
}

function* present<Value>(wanted: ReadonlyArray<Cell<Value>>): Steps<ReadonlyArray<Value>> {
  const values = yield wanted
  return wanted.flatMap((cell) => Option.toArray(values.of(cell)))
}

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index + 1)

/** The whitelisted validators' hotkeys. */
const whitelistIn = (values: Values): ReadonlySet<AccountAddress> => new Set(values.always(VALIDATORS).map(({ hotkey }) => hotkey))

/** The cells that {@link listedIn} needs. */
export const LISTED = [VALIDATORS, LISTINGS] as const

/** Whether what a validator did in a block is still its own: it is on the whitelist, and what is older than its listing is nobody's. */
export const listedIn = (values: Values): ((validator: AccountAddress, at: number) => boolean) => {
  const whitelist = whitelistIn(values)
  const since = new Map(Option.getOrElse(values.of(LISTINGS), () => []).map(({ at, validator }) => [validator, at]))
  return (validator, at) => whitelist.has(validator) && at >= (since.get(validator) ?? 0)
}

/** Whose removal may be applied in a block: nothing that they voted counts then. */
export const leavingIn = (changes: ReadonlyArray<PendingChange>, block: number): ReadonlySet<AccountAddress> =>
  new Set(
    changes.flatMap(({ appliesFrom, appliesUntil, what }) =>
      what._tag === "RemoveValidator" && appliesFrom <= block && block <= appliesUntil ? [what.hotkey] : []
    )
  )

/** Whether a stored value belongs to the round of a block. The round's number is not enough, because rounds may have had another length. */
export const isOfRound =
  (block: number, roundLength: number) =>
  ({ number, from }: { readonly number: number; readonly from: number }): boolean =>
    from === block - (block % roundLength) && number * roundLength === from

/** The votes of a round that are their validators' own. */
export const pairVotesIn = ({ round, votes }: CellValue<"pairBallots">, values: Values): ReadonlyArray<PairVote> => {
  const isOwn = listedIn(values)
  return votes.filter(({ validator }) => isOwn(validator, round.from))
}

function* ballotPair(issue: number, block: number): Steps<ReadonlyArray<PairVote>> {
  const ballot = cellOfId(cells.pairBallots, issue)
  const values = yield [CONFIG, ...LISTED, ballot]
  const isNow = isOfRound(block, values.always(CONFIG).roundLength)
  return Option.toArray(values.of(ballot)).flatMap((one) => (isNow(one.round) ? pairVotesIn(one, values) : []))
}

/** The cells of the votes on an issue's end, beside the whitelist's. */
export const outcomeCells = (issue: number) => [cellOfId(cells.outcomeBallots, issue), cellOfId(cells.casts, issue)] as const

/** The votes on an issue's end, of whitelisted validators. */
export const outcomeVotesIn = (issue: number, values: Values): ReadonlyArray<CastVote> => {
  const [ballot, weighed] = outcomeCells(issue)
  const [isOwn, casts] = [listedIn(values), Option.getOrElse(values.of(weighed), () => [])]
  return Option.getOrElse(values.of(ballot), () => [])
    .filter(({ since, validator }) => isOwn(validator, since))
    .map((vote) => ({
      ...vote,
      cast: casts.find(({ since, validator }) => validator === vote.validator && since === vote.since)?.weight ?? null
    }))
}

function* ballotOutcome(issue: number): Steps<ReadonlyArray<CastVote>> {
  return outcomeVotesIn(issue, yield [...LISTED, ...outcomeCells(issue)])
}

function* competitionsOf({ hotkey, limit }: ReadingArguments<"competitionsOf">): Steps<ReadonlyArray<Competition>> {
  const count = (yield* one(competitionCountCell(hotkey))) ?? 0
  const from = Math.max(0, count - limit)
  const indices = Array.from({ length: count - from }, (_, index) => from + index)
  const ids = yield* present(indices.map((index) => competitionOfCell(hotkey, index)))
  return yield* present(ids.map((id) => cellOfId(cells.competitions, id)))
}

function* announced(): Steps<ReadonlyArray<Announced>> {
  const first = yield [CHANGES, CODE, VALIDATORS]
  const [changes, whitelist] = [Option.getOrElse(first.of(CHANGES), () => []), whitelistIn(first)]
  const vetoesOf = (change: number) => cellOfId(cells.vetoes, change)
  const values = yield changes.map(({ id }) => vetoesOf(id))
  const others = changes.map((change) => ({ change, vetoes: Option.getOrElse(values.of(vetoesOf(change.id)), () => []) }))
  const code = Option.toArray(first.of(CODE)).flatMap((code) =>
    code === null ? [] : [{ change: code.change, vetoes: code.vetoes.map(({ validator }) => validator) }]
  )
  return [...others, ...code]
    .map(({ change: { id, ...change }, vetoes }) => ({
      change: id,
      ...change,
      vetoes: vetoes.filter((voter) => whitelist.has(voter) && !(change.what._tag === "RemoveValidator" && change.what.hotkey === voter))
    }))
    .sort((one, other) => one.change - other.change)
}

function* collateral({ miners }: ReadingArguments<"collateral">): Steps<ReadonlyArray<Collateral>> {
  const wanted = miners.map(([hotkey, coldkey]) => collateralCell(hotkey, coldkey))
  const values = yield wanted
  return wanted.map((cell) => Option.getOrElse(values.of(cell), () => ({ deposited: 0n, locked: 0n })))
}

const readings: { readonly [Name in Reading]: (args: ReadingArguments<Name>, block: number) => Steps<ReadingReturn<Name>> } = {
  owner: () => root(({ owner }) => owner),
  offer: () => root(({ offer }) => offer),
  paused: () => root(({ paused }) => paused),
  counts: () => root(({ competitionCount, issueCount }) => ({ issues: issueCount, competitions: competitionCount })),
  issue: ({ id }) => one(cellOfId(cells.issues, id)),
  issues: function* () {
    const count = yield* root(({ issueCount }) => issueCount)
    return yield* present(upTo(count).map((id) => cellOfId(cells.issues, id)))
  },
  issueByReference: ({ number, repository }) => one(referenceCell(repository, number)),
  competition: ({ id }) => one(cellOfId(cells.competitions, id)),
  competitions: function* () {
    const count = yield* root(({ competitionCount }) => competitionCount)
    return yield* present(upTo(count).map((id) => cellOfId(cells.competitions, id)))
  },
  competitionsOf,
  ballotPair: ({ issue }, block) => ballotPair(issue, block),
  ballotOutcome: ({ issue }) => ballotOutcome(issue),
  payee: ({ competition, side }) => one(payeeCell(competition, side)),
  announced,
  collateral
}

/** The steps of a reading at a block. */
export const stepsOf = <Name extends Reading>(name: Name, args: ReadingArguments<Name>, block: number): Steps<ReadingReturn<Name>> =>
  readings[name](args, block)

/** A reading's answer, from cells that are at hand. */
export const answerOf = <Name extends Reading>(
  name: Name,
  args: ReadingArguments<Name>,
  block: number,
  bytesOf: (key: Hex) => Uint8Array | undefined
): ReadingReturn<Name> => {
  const [steps, values] = [stepsOf(name, args, block), valuesOf(bytesOf)]
  let step = steps.next()
  while (step.done !== true) step = steps.next(values)
  return step.value
}
