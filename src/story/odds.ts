/**
 * The odds of a running match: the one formula for the page, the API and the terminal. Nothing is decided by them.
 *
 * Both sides race to a merge. Of a side with the expected score e by the ratings at the start and a pull request of the weight w, the speed is e·w
 * and the share e·w^lead. With t, the share of the time for pull requests that is left, somebody merges in time with
 * 1 − exp(−pace · (sum of the speeds) · t^haste), and that is divided by the shares; so without a pull request, a is first as often as Elo's curve
 * says. The earlier merge has `MERGED`. Stake that has voted counts as it voted, and the rest as before. `scripts/odds.ts` fits the weights.
 */
import { ballotsOf } from "./ballots.ts"
import { type PlacedSide, type SideName, type Stage, sideOf } from "./competitor.ts"
import fitted from "./odds.json"
import type { Match } from "./scoreboard.ts"

export interface Weights {
  readonly pace: number
  readonly haste: number
  readonly lead: number
  /** Without a pull request, the weight is 1. */
  readonly draft: number
  readonly open: number
  readonly passing: number
  readonly approved: number
}

export const WEIGHTS: Weights = fitted.weights

/** How often a merge in time wins. Of 4,527 recorded merges two were reverted; other reasons to lose were not measured. */
const MERGED = 0.99

/** Shares that add up to one. */
export interface Odds {
  readonly a: number
  readonly b: number
  readonly nobody: number
}

/** What the odds of a match without a merge are made of. */
export interface Race {
  /** a's expected score, from 0 to 1. */
  readonly expected: number
  readonly a: Stage
  readonly b: Stage
  /** The share of the time for pull requests that is left, from 0 to 1. */
  readonly left: number
}

const weightOf = (stage: Stage, weights: Weights): number => {
  switch (stage) {
    // It loses the match.
    case "early":
      return 0
    case "draft":
    case "open":
    case "passing":
    case "approved":
      return weights[stage]
    default:
      return 1
  }
}

/** The odds while nobody has merged. */
export const raceOf = ({ expected, a, b, left }: Race, weights: Weights = WEIGHTS): Odds => {
  const [ofA, ofB] = [weightOf(a, weights), weightOf(b, weights)]
  const speed = expected * ofA + (1 - expected) * ofB
  const [shareA, shareB] = [expected * ofA ** weights.lead, (1 - expected) * ofB ** weights.lead]
  const sum = shareA + shareB
  if (sum === 0) return { a: 0, b: 0, nobody: 1 }
  const somebody = 1 - Math.exp(-weights.pace * speed * left ** weights.haste)
  return { a: (somebody * shareA) / sum, b: (somebody * shareB) / sum, nobody: 1 - somebody }
}

/** The odds with both sides this far, before any vote. */
export const oddsWith = ({ a, b }: Readonly<Record<SideName, PlacedSide>>, expected: number, left: number): Odds => {
  if (a.stage !== "merged" && b.stage !== "merged") return raceOf({ expected, a: a.stage, b: b.stage, left })
  const isOfA = a.stage === "merged" && !(b.stage === "merged" && b.since < a.since)
  return { a: isOfA ? MERGED : 0, b: isOfA ? 0 : MERGED, nobody: 1 - MERGED }
}

/** The share of the time for pull requests that is left at a place between its two ends, which are blocks or times. */
export const leftAt = (at: number, from: number, to: number): number => Math.min(1, Math.max(0, (to - at) / Math.max(1, to - from)))

/** The odds of a match at a block, to four decimals; null once it has ended, and where pull requests or the block are unknown. */
export const oddsNow = (match: Match, block: number | undefined): Odds | null => {
  if (match.status !== "Running" || match.pullRequests === undefined || block === undefined) return null
  const left = leftAt(block, match.submissionsFrom.block, match.deadline.block)
  const before = oddsWith({ a: sideOf(match, "a"), b: sideOf(match, "b") }, match.a.expected, left)
  const ballot = ballotsOf(match.votes ?? [], "outcome", match).at(-1)
  const tallies = ballot?.state === "open" ? ballot.tallies : []
  const voted = (side: SideName | "neither") => tallies.reduce((sum, tally) => sum + (tally.side === side ? tally.share : 0), 0)
  const rest = Math.max(0, 1 - voted("a") - voted("b") - voted("neither"))
  const rounded = (share: number) => Math.round(share * 10_000) / 10_000
  const [a, b] = [rounded(voted("a") + rest * before.a), rounded(voted("b") + rest * before.b)]
  return { a, b, nobody: rounded(Math.max(0, 1 - a - b)) }
}

/** "ada 47%, bob 45%, nobody 8%" */
export const oddsWords = ({ a, b, nobody }: Odds, names: Readonly<Record<SideName, string>>): string =>
  `${names.a} ${percentOf(a)}, ${names.b} ${percentOf(b)}, nobody ${percentOf(nobody)}`

const percentOf = (share: number): string => `${(share * 100).toFixed(0)}%`

/** How often odds came true that were not used for the fit, in percent: in simulated seasons, and in races of people in a recorded history. */
export const ODDS_CALIBRATION = fitted.calibration
