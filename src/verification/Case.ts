/** A match to verify, and what several steps read of it. */
import { cellOf, cellOfId, cells } from "../contract-client/cells.ts"
import { toDomain } from "../contract-client/competition.ts"
import type { ContractConfig, Issue, OutcomeChoice } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { type Competition, endedAt } from "../domain/Competition.ts"
import { placeOf, type RoundPlace } from "../domain/Round.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../elo/ratings.ts"
import { withPresentHotkeys } from "../elo/seats.ts"
import type { Claims } from "./claims.ts"
import { Untold } from "./errors.ts"
import type { Reader } from "./node/Reader.ts"
import { type Block, blockAt, blocksAt, cellsAt, contractAt, type Neuron, neuronsAt } from "./node/state.ts"

export interface Case {
  readonly claims: Claims
  readonly contract: AccountAddress
}

const CONFIG = cellOf(cells.config)
const ROOT = cellOf(cells.root)

/** Every block that the claims name and the one before each, in one request. */
export const blockOf = async (reader: Reader, { claims }: Case, number: number): Promise<Block> => {
  const named = [claims.startedAt, claims.end.at, ...(claims.payment === null ? [] : [claims.payment.at])]
  const numbers = [...new Set(named.flatMap((block) => [block - 1, block]))].toSorted((one, other) => one - other)
  const found = numbers.includes(number) ? (await blocksAt(reader, numbers)).find((block) => block.number === number) : undefined
  return found ?? blockAt(reader, number)
}

/** The contract's trie, as of the match's first block: it never changes. */
const trieOf = async (reader: Reader, which: Case): Promise<string> => {
  const found = await contractAt(reader, which.contract, await blockOf(reader, which, which.claims.startedAt))
  if (found === null) throw new Untold(`there is no contract ${which.contract} at block ${which.claims.startedAt}`)
  return found.trie
}

/** Where to read at a block. */
export const placeAt = async (reader: Reader, which: Case, number: number) => ({
  trie: await trieOf(reader, which),
  at: await blockOf(reader, which, number)
})

export interface Round {
  readonly place: RoundPlace
  readonly config: ContractConfig
}

/** The match's round: by the settings right before it started, as the contract judged the votes. */
export const roundOf = async (reader: Reader, which: Case): Promise<Round> => {
  const before = which.claims.startedAt - 1
  const config = await cellsAt(reader, "the settings", await placeAt(reader, which, before), [CONFIG], (values) => values.always(CONFIG))
  return { config, place: placeOf(which.claims.startedAt, config) }
}

export interface State {
  readonly block: Block
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
export const stateAt = async (reader: Reader, which: Case, number: number): Promise<State> => {
  const at = await placeAt(reader, which, number)
  const { config, counts } = await cellsAt(reader, "the settings and counts", at, [CONFIG, ROOT], (values) => {
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
  const { issues, recorded } = await cellsAt(reader, "all issues and matches", at, [...issueCells, ...matchCells], (values) => ({
    issues: issueCells.map((cell) => values.always(cell)),
    recorded: matchCells.map((cell) => toDomain(values.always(cell)))
  }))
  const neurons = await neuronsAt(reader, config.netuid, at.at)
  const after = number - defaultRatingRules.window
  const counted = recorded.filter((match) => (endedAt(match) ?? number) > after)
  const competitions = withPresentHotkeys(counted, neurons)
  const ratings = computeRatings({ at: number, competitions, miners: neurons, explain: "all" })
  return { block: at.at, config, issues, competitions, neurons, ratings }
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
