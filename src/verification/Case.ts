/** A match to verify, and what several steps read of it. */
import { cellOf, cellOfId, cells, payeeCell, type Values } from "../contract-client/cells.ts"
import { toDomain } from "../contract-client/competition.ts"
import type { ContractConfig, Issue, OutcomeChoice, Competition as StoredCompetition } from "../contract-client/generated.ts"
import { LISTED, outcomeCells } from "../contract-client/readings.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { type Competition, endedAt } from "../domain/Competition.ts"
import { placeOf, type RoundPlace } from "../domain/Round.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../elo/ratings.ts"
import { withPresentHotkeys } from "../elo/seats.ts"
import type { Claims } from "./claims.ts"
import { Untold } from "./errors.ts"
import type { Reader } from "./node/Reader.ts"
import { type Block, blocksAt, cellsAt, contractAt, type Neuron, neuronsAt } from "./node/state.ts"

export interface Case {
  readonly claims: Claims
  readonly contract: AccountAddress
}

const CONFIG = cellOf(cells.config)
const ROOT = cellOf(cells.root)

/** The cells that steps read around a match. All are asked for at each block, so that steps at the same block take one request. */
export const cellsOf = ({ issue, match }: Pick<Claims, "issue" | "match">) => {
  const [ballot, casts] = outcomeCells(issue)
  return {
    config: CONFIG,
    root: ROOT,
    listed: LISTED,
    changes: cellOf(cells.changes),
    match: cellOfId(cells.competitions, match),
    issue: cellOfId(cells.issues, issue),
    payees: [payeeCell(match, 0), payeeCell(match, 1)] as const,
    ballot,
    casts
  }
}

/** What some of these cells say in a block. */
export const aroundMatch = async <A>(
  reader: Reader,
  which: Case,
  what: string,
  at: number | Block,
  read: (values: Values, of: ReturnType<typeof cellsOf>) => A
): Promise<A> => {
  const of = cellsOf(which.claims)
  return cellsAt(reader, what, await placeAt(reader, which, at), Object.values(of).flat(), (values) => read(values, of))
}

/** A block that the claims name, or the one before it. All these are asked for at once. */
export const blockOf = async (reader: Reader, { claims }: Case, number: number): Promise<Block> => {
  const named = [claims.startedAt, claims.end.at, ...(claims.payment === null ? [] : [claims.payment.at])]
  const numbers = [...new Set(named.flatMap((block) => [block - 1, block]))].toSorted((one, other) => one - other)
  const found = (await blocksAt(reader, numbers)).find((block) => block.number === number)
  if (found === undefined) throw new RangeError(`the claims do not name block ${number}`)
  return found
}

/** The contract's trie, as of the match's first block: it never changes. */
export const trieOf = async (reader: Reader, which: Case): Promise<string> => {
  const found = await contractAt(reader, which.contract, await blockOf(reader, which, which.claims.startedAt))
  if (found === null) throw new Untold(`there is no contract ${which.contract} at block ${which.claims.startedAt}`)
  return found.trie
}

/** Where to read at a block. */
const placeAt = async (reader: Reader, which: Case, at: number | Block) => ({
  trie: await trieOf(reader, which),
  at: typeof at === "number" ? await blockOf(reader, which, at) : at
})

export interface Round {
  readonly place: RoundPlace
  readonly config: ContractConfig
  readonly blocks: { readonly start: Block; readonly lastAttesting: Block; readonly pairsFrom: Block }
}

/** The match's round: by the settings right before it started, as the contract judged the votes. */
export const roundOf = async (reader: Reader, which: Case): Promise<Round> => {
  const { startedAt } = which.claims
  const config = await aroundMatch(reader, which, "the settings", startedAt - 1, (values) => values.always(CONFIG))
  const place = placeOf(startedAt, config)
  // The round's first block, its last attesting one, and the one whose pulse draws the pair: asked for together.
  const [start, lastAttesting, pairsFrom] = await blocksAt(reader, [place.start, place.pairsFrom - 1, place.pairsFrom])
  if (start === undefined || lastAttesting === undefined || pairsFrom === undefined) throw new RangeError("blocks are missing")
  return { config, place, blocks: { start, lastAttesting, pairsFrom } }
}

export interface State {
  readonly config: ContractConfig
  readonly issues: ReadonlyArray<Issue>
  /** With the hotkeys of then: those running, and those that ended in the rating window. */
  readonly competitions: ReadonlyArray<Competition>
  readonly neurons: ReadonlyArray<Neuron>
  /** With the reasons of both competitors' ratings. */
  readonly ratings: Ratings
}

const MOST_CELLS = 5_000
const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index + 1)

/** Everything at a block that pairs and ratings follow from. */
export const stateAt = async (reader: Reader, which: Case, at: Block): Promise<State> => {
  const { number } = at
  const { config, counts } = await aroundMatch(reader, which, "the settings and counts", at, (values) => {
    const { competitionCount, issueCount } = values.always(ROOT)
    return { config: values.always(CONFIG), counts: { competitionCount, issueCount } }
  })
  if (counts.competitionCount + counts.issueCount > MOST_CELLS)
    throw new Untold(
      `there were ${counts.competitionCount} matches and ${counts.issueCount} issues by then, more than one request may ask for`
    )
  const [issueCells, matchCells] = [
    upTo(counts.issueCount).map((id) => cellOfId(cells.issues, id)),
    upTo(counts.competitionCount).map((id) => cellOfId(cells.competitions, id))
  ]
  const { issues, recorded } = await cellsAt(
    reader,
    "all issues and matches",
    { trie: await trieOf(reader, which), at },
    [...issueCells, ...matchCells],
    (values) => ({
      issues: issueCells.map((cell) => values.always(cell)),
      recorded: matchCells.map((cell) => toDomain(values.always(cell)))
    })
  )
  const neurons = await neuronsAt(reader, config.netuid, at)
  const after = number - defaultRatingRules.window
  const counted = recorded.filter((match) => (endedAt(match) ?? number) > after)
  const competitions = withPresentHotkeys(counted, neurons)
  const ratings = computeRatings({ at: number, competitions, miners: neurons, explain: "all" })
  return { config, issues, competitions, neurons, ratings }
}

/** The vote that would have ended the match as claimed; null where no votes end it. */
export const choiceOf = ({ a, b, end }: Claims): OutcomeChoice | null => {
  switch (end.status) {
    case "Won":
      return { _tag: "Solved", hotkey: (end.winner === "a" ? a : b).hotkey, pullRequest: end.pullRequest }
    case "Unsolved":
      return { _tag: "Unsolved", slashA: end.slashA, slashB: end.slashB }
    case "Void":
      return end.reason._tag === "Dissolved" ? { _tag: "Dissolved" } : { _tag: "Cancelled", reason: end.reason }
    case "Expired":
      return null
  }
}

/** How a match of the contract ended, as the claims say it; null while it runs. */
export const endOf = ({ status }: StoredCompetition): Claims["end"] | null => {
  switch (status._tag) {
    case "Running":
      return null
    case "Won":
      return { status: "Won", at: status.at, winner: status.winner === 0 ? "a" : "b", pullRequest: status.pullRequest }
    case "Unsolved":
      return { status: "Unsolved", at: status.at, slashA: status.slashA, slashB: status.slashB }
    case "Void":
      return { status: "Void", at: status.at, reason: status.reason }
    case "Expired":
      return { status: "Expired", at: status.at }
  }
}
