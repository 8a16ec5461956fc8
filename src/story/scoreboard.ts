/**
 * The state of play of a competition: the leader and the reason, the stakes, and the next date. Pure, and the same for the page, the terminal,
 * pictures and feeds. It states nothing beyond its input.
 */
import { ballotsOf, type CountedVote } from "./ballots.ts"
import {
  type Instant,
  type PlacedSide,
  type Player,
  type Pull,
  rankOf,
  type SideName,
  type SideState,
  type Stage,
  sideOf
} from "./competitor.ts"
import { type Found, findingText, rankOfFinding } from "./findings.ts"
import { leadOf } from "./lead.ts"
import { minerName } from "./names.ts"
import { type Dated, type Phase, phaseOf } from "./phase.ts"
import { costText, decisionText, reasonText, tagOf } from "./reasons.ts"
import { clean } from "./sentence.ts"

/** Rao: a decimal string in JSON, a bigint when decoded. */
type Rao = string | bigint
/** A competition as `/v1/competitions` lists it, or in more detail as `/v1/competitions/{id}` shows it. Both encoded and decoded answers fit. */
export interface Match extends Dated {
  readonly a: Player
  readonly b: Player
  readonly submissionsFrom: Instant
  readonly deadline: Instant
  readonly expiresFrom: Instant
  readonly winner: SideName | null
  /** The winning pull request. */
  readonly pullRequest: number | null
  readonly reason: { readonly _tag: string; readonly hotkey?: string } | null
  /** Of an unsolved match: which competitors lost collateral. */
  readonly slashA: boolean | null
  readonly slashB: boolean | null
  readonly collateral: Rao
  readonly slash: Rao
  /** What the standing votes would settle, and from which block on. */
  readonly outcome?: (NonNullable<Dated["outcome"]> & { readonly from: Instant | null }) | null
  readonly paid?: { readonly amount: Rao } | null
  /** Oldest first. */
  readonly votes?: ReadonlyArray<CountedVote>
  readonly pullRequests?: ReadonlyArray<Pull>
  /** Their steps, oldest first. */
  readonly plays?: ReadonlyArray<Found>
}

export interface Circumstances {
  /** The newest indexed block. */
  readonly head?: { readonly block: number } | undefined
  /** The quorum as a share of the stake, from 0 to 1. */
  readonly quorum?: number | undefined
  /** The issue's bounty in rao. A payment of the competition replaces it. */
  readonly bounty?: Rao | undefined
}

/** Shares of the stake in the ballot that is open now or decided last, from 0 to 1. For each kind of choice, the largest. */
export interface VoteState {
  readonly a: number
  readonly b: number
  readonly unsolved: number
  readonly cancelled: number
  /** The share of the stake that has not voted, or voted for another choice. */
  readonly rest: number
  readonly isOpen: boolean
}

/** The reason for the lead or for none, strongest first. */
export type Because =
  | "paid"
  | "won"
  | "ended"
  | "votes"
  | "merged"
  | "approved"
  | "passing"
  | "open"
  | "draft"
  | "findings"
  | "level"
  | "nothing"
  | "unknown"

/** What happens in the block at which a phase ends. */
export type Due = "pull requests count" | "deadline" | "expiry" | "settlement"

export interface Scoreboard {
  readonly phase: Phase
  /** The phase in a few words: "pull requests count". */
  readonly phaseText: string
  /** The block in which the phase ends, and what happens in it: "pull requests count". Null if nothing is due. */
  readonly until: { readonly block: number; readonly what: Due } | null
  readonly leader: SideName | null
  readonly because: Because
  /** Parts of the headline, most important first, joined with " · ". */
  readonly parts: ReadonlyArray<string>
  /** "mossy-lantern got #37 merged · 35% voted, 50% needed" */
  readonly headline: string
  /** The leader in a few words, while the match goes on: "ahead: passes all checks, approved", or "level". Null while there is nothing to compare. */
  readonly standing: string | null
  /** The validators' votes, once they decide: "21% so far, 50% needed". */
  readonly deciding: string | null
  readonly a: SideState
  readonly b: SideState
  /** Null without any vote on the outcome, or if votes are not part of the input. */
  readonly vote: VoteState | null
  readonly quorum: number | null
  readonly stakes: { readonly bounty: bigint | null; readonly collateral: bigint; readonly slash: bigint }
}

interface Voted extends VoteState {
  readonly cancelText: string
}

const voteOf = (match: Match): Voted | null => {
  const ballot = ballotsOf(match.votes ?? [], "outcome", match).at(-1)
  if (ballot === undefined) return null
  const largest = (isIt: (choice: unknown, side: string) => boolean) => ballot.tallies.find(({ choice, side }) => isIt(choice, side))
  const [a, b] = [largest((_, side) => side === "a")?.share ?? 0, largest((_, side) => side === "b")?.share ?? 0]
  const unsolved = largest((choice) => tagOf(choice) === "Unsolved")?.share ?? 0
  const cancelling = largest((choice) => tagOf(choice) === "Cancelled" || tagOf(choice) === "Dissolved")
  const cancelled = cancelling?.share ?? 0
  return {
    a,
    b,
    unsolved,
    cancelled,
    rest: Math.max(0, 1 - a - b - unsolved - cancelled),
    isOpen: ballot.state === "open",
    cancelText: decisionText(cancelling?.choice)
  }
}

/** Never rounded up: 49.99% has not reached 50%. */
const percentOf = (share: number): string => {
  const whole = Math.floor(share * 100 + 1e-9)
  return share > 0 && whole === 0 ? "<1" : `${whole}`
}

/** "35% voted, 50% needed": `said` is what the votes did. */
const shareText = (share: number, quorum: number | null, said: string): string =>
  `${percentOf(share)}% ${said}${quorum === null ? "" : `, ${Number((quorum * 100).toFixed(2))}% needed`}`

type Lead = Pick<Scoreboard, "leader" | "because" | "parts">

const of = (leader: SideName | null, because: Because, ...parts: ReadonlyArray<string>): Lead => ({ leader, because, parts })

const LEVEL: Readonly<Partial<Record<Stage, string>>> = {
  draft: "Both have a draft",
  open: "Both have a pull request open",
  passing: "Both pass all checks",
  approved: "Both got a pull request approved",
  merged: "Both got a pull request merged"
}

const WAITING: Readonly<Partial<Record<Phase, string>>> = {
  window: "pull requests do not count yet",
  submissions: "pull requests count now",
  verdict: "validators decide",
  settleable: "it can be settled now",
  overdue: "the votes have to stand"
}

/** The words for what the votes will settle, once they have the quorum. */
const settlingOf = ({ outcome }: Match): ReadonlyArray<string> =>
  outcome == null || outcome.from === null ? [] : [outcome.state === "settleable" ? "it can be settled now" : "the votes have to stand"]

/** The lead by the vote, if one choice leads it. */
const byVote = (sides: Readonly<Record<SideName, PlacedSide>>, match: Match, vote: Voted | null, quorum: number | null): Lead | null => {
  if (vote === null || !vote.isOpen) return null
  const most = Math.max(vote.a, vote.b, vote.unsolved, vote.cancelled)
  const leading = [vote.a, vote.b, vote.unsolved, vote.cancelled].filter((share) => share === most)
  if (most <= 0 || leading.length > 1) return null
  const voted = [shareText(most, quorum, "voted"), ...settlingOf(match)]
  if (vote.unsolved === most) return of(null, "votes", "Validators find that nobody solved it", ...voted)
  if (vote.cancelled === most) return of(null, "votes", `Validators vote ${vote.cancelText}`, ...voted)
  const side = vote.a === most ? "a" : "b"
  const { name, did } = sides[side]
  return of(side, "votes", did === null ? `${name} leads the vote` : `${name} ${did}`, ...voted)
}

/** The text for a vote without a leader. */
const votesSoFar = ({ votes }: Match, vote: Voted | null): ReadonlyArray<string> =>
  votes === undefined ? [] : vote === null ? ["no vote yet"] : vote.isOpen ? ["the vote is level"] : []

const byPulls = ({ a, b }: Readonly<Record<SideName, PlacedSide>>, match: Match, phase: Phase, vote: Voted | null): Lead => {
  const soFar = votesSoFar(match, vote)
  const waiting = WAITING[phase] ?? ""
  if (match.pullRequests === undefined) return of(null, "unknown", waiting.charAt(0).toUpperCase() + waiting.slice(1))
  const { leader, by } = leadOf(a, b)
  if (by === "nothing") {
    const early = [a, b].filter(({ stage }) => stage === "early")
    const [first] = early
    if (early.length > 1) return of(null, "nothing", "Both opened a pull request too early")
    if (first !== undefined) return of(null, "nothing", `${first.name} ${first.did}`, "it does not count")
    const late = [a, b].find(({ stage }) => stage === "late")
    if (late !== undefined && a.stage !== b.stage) return of(null, "nothing", `${late.name} ${late.did}`, waiting)
    const isEmpty = a.stage === "none" && b.stage === "none"
    return of(null, "nothing", isEmpty ? "No pull request yet" : "No pull request that counts", waiting)
  }
  const isMerged = Math.max(rankOf(a.stage), rankOf(b.stage)) >= rankOf("merged")
  if (leader === null) return of(null, "level", LEVEL[a.stage] ?? "Both are level", ...(isMerged ? soFar : [waiting]))
  const [ahead, behind] = leader === "a" ? [a, b] : [b, a]
  const told = `${ahead.name} ${ahead.did}${by === "time" ? " first" : ""}`
  if (by === "findings") return of(leader, "findings", told, ...foundOf(ahead, behind), ...(isMerged ? soFar : []))
  const because = LEAD_REASONS[ahead.stage] ?? "open"
  if (isMerged) return of(leader, because, told, ...soFar)
  if (ahead.trouble !== null) return of(leader, because, told, ahead.trouble)
  return of(leader, because, told, newsOf(behind))
}

/** The text for the side that is behind. */
const newsOf = ({ name, stage, did, trouble, pull }: PlacedSide): string => {
  if (stage === "open" && trouble !== null)
    return trouble === "its checks fail" ? `checks of ${name}'s #${pull} fail` : `${name} has to change #${pull}`
  return did === null ? `nothing from ${name} yet` : `${name} ${did}`
}

/** Validators' findings, if they put a side ahead. */
const foundOf = (ahead: PlacedSide, behind: PlacedSide): ReadonlyArray<string> => {
  if (ahead.finding !== null && rankOfFinding(ahead.finding) > 0) return [findingText(ahead.finding)]
  return behind.finding === null ? [] : [`${behind.name}'s #${behind.pull}: ${findingText(behind.finding)}`]
}

const LEAD_REASONS: Readonly<Partial<Record<Stage, Because>>> = {
  draft: "draft",
  open: "open",
  passing: "passing",
  approved: "approved",
  merged: "merged"
}

const wonBy = (match: Match, side: SideName, phase: Phase): Lead => {
  const { pullRequest } = match
  const told = `${clean(minerName(match[side]))} won${pullRequest === null ? "" : ` with #${pullRequest}`}`
  return phase === "paid" ? of(side, "paid", told, "paid") : of(side, "won", told, "payable now")
}

const findingOf = (
  match: Match,
  phase: Phase,
  sides: Readonly<Record<SideName, PlacedSide>>,
  vote: Voted | null,
  circumstances: Circumstances
): Lead => {
  switch (phase) {
    case "paid":
    case "won":
      return match.winner === null ? of(null, "ended", "Won") : wonBy(match, match.winner, phase)
    case "expired":
      return of(null, "ended", "No verdict in time", "the bounty stays")
    case "unsolved":
      return of(null, "ended", "Nobody solved it in time", costText(match), "the bounty stays")
    case "void": {
      const { reason } = match
      if (reason === null) return of(null, "ended", "Void", "nobody won")
      if (reason._tag !== "SubmittedTooEarly") return of(null, "ended", "Void", reasonText(reason._tag))
      const early = [match.a, match.b].find(({ hotkey }) => hotkey === reason.hotkey)
      return of(null, "ended", `${early === undefined ? "A competitor" : clean(minerName(early))} opened a pull request too early`, "void")
    }
    default:
      if (phase === "overdue" && match.outcome?.from == null) return of(null, "nothing", "No verdict in time", "it can be ended now")
      return byVote(sides, match, vote, circumstances.quorum ?? null) ?? byPulls(sides, match, phase, vote)
  }
}

/** Phases in which the match goes on. */
const GOES_ON: ReadonlySet<Phase> = new Set(["window", "submissions", "verdict", "settleable"])

const standingOf = ({ leader, because }: Lead, sides: Readonly<Record<SideName, PlacedSide>>, phase: Phase): string | null => {
  if (!GOES_ON.has(phase)) return null
  if (leader === null) return because === "level" ? "level" : null
  const { facts } = sides[leader]
  return because === "votes" && facts.length === 0 ? "ahead: leads the vote" : `ahead: ${facts.join(", ")}`
}

/** The state of the votes, which alone decide after a merge or the deadline; null before. */
const decidingOf = (
  sides: Readonly<Record<SideName, PlacedSide>>,
  phase: Phase,
  vote: Voted | null,
  quorum: number | null
): string | null => {
  const isMerged = [sides.a, sides.b].some(({ stage }) => stage === "merged")
  if (phase !== "verdict" && phase !== "settleable" && !(phase === "submissions" && isMerged)) return null
  const most = vote === null || !vote.isOpen ? 0 : Math.max(vote.a, vote.b, vote.unsolved, vote.cancelled)
  if (most === 0) return "no vote yet"
  return shareText(most, quorum, "so far")
}

const PHASE_TEXTS: Readonly<Record<Phase, string>> = {
  window: "no pull requests yet",
  submissions: "pull requests count",
  verdict: "validators vote",
  overdue: "overdue",
  settleable: "can be settled",
  won: "solved",
  paid: "paid",
  expired: "expired",
  unsolved: "unsolved",
  void: "void"
}

const untilOf = ({ status, outcome, submissionsFrom, deadline, expiresFrom }: Match, phase: Phase): Scoreboard["until"] => {
  if (status === "Running" && outcome?.state === "tooYoung" && outcome.from !== null)
    return { block: outcome.from.block, what: "settlement" }
  switch (phase) {
    case "window":
      return { block: submissionsFrom.block, what: "pull requests count" }
    case "submissions":
      return { block: deadline.block, what: "deadline" }
    case "verdict":
      return { block: expiresFrom.block, what: "expiry" }
    default:
      return null
  }
}

const FATE_WORDS: Readonly<Record<Stage, string>> = {
  none: "no pull request that is known",
  closed: "closed",
  early: "was opened too early",
  late: "was merged after the deadline",
  reverted: "was merged, and it was reverted",
  draft: "was a draft",
  open: "was open",
  passing: "had passed all checks",
  approved: "was approved",
  merged: "was merged later"
}

/** The words for the side whose rival was merged first. */
const fateOf = ({ pull, reached, stage }: PlacedSide): string =>
  pull === null
    ? FATE_WORDS.none
    : `#${pull} ${stage === "closed" && reached !== null ? `${FATE_WORDS[reached]}, then closed` : FATE_WORDS[stage]}`

const shownSide = (placed: PlacedSide, isBeaten: boolean): SideState => {
  const { since: _, ...side } = placed
  return isBeaten ? { ...side, fate: fateOf(placed) } : side
}

/**
 * The state of play of a competition. A row of the list of competitions has no votes and no pull requests, so its state of play does not mention any.
 * Exchanging the two competitors exchanges the sides of the result and leaves its words.
 */
export const scoreboardOf = (match: Match, circumstances: Circumstances = {}): Scoreboard => {
  const { head, quorum, bounty } = circumstances
  const phase = phaseOf(match, head?.block)
  const sides = { a: sideOf(match, "a"), b: sideOf(match, "b") }
  const vote = voteOf(match)
  const finding = findingOf(match, phase, sides, vote, circumstances)
  const amount = match.paid?.amount ?? bounty
  const { leader } = finding
  const isDecided = leader !== null && match.pullRequests !== undefined && (match.winner === leader || sides[leader].stage === "merged")
  return {
    phase,
    phaseText: PHASE_TEXTS[phase],
    until: untilOf(match, phase),
    ...finding,
    headline: finding.parts.join(" · "),
    standing: standingOf(finding, sides, phase),
    deciding: decidingOf(sides, phase, vote, quorum ?? null),
    a: shownSide(sides.a, isDecided && leader === "b"),
    b: shownSide(sides.b, isDecided && leader === "a"),
    vote:
      vote === null
        ? null
        : { a: vote.a, b: vote.b, unsolved: vote.unsolved, cancelled: vote.cancelled, rest: vote.rest, isOpen: vote.isOpen },
    quorum: quorum ?? null,
    stakes: { bounty: amount === undefined ? null : BigInt(amount), collateral: BigInt(match.collateral), slash: BigInt(match.slash) }
  }
}
