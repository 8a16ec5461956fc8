/** The contract's state for a miner's screen at one finalised block: live issues with their enrolled miners, and competitions. */
import { Array as Arrays, Effect } from "effect"
import type { Competition, Competitor, Issue, OutcomeChoice } from "../../../contract-client/generated.ts"
import { expiresFrom, waitOf } from "../../../contract-client/standing.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { collateralRequired } from "../../../domain/Collateral.ts"
import type { Competition as RecordedCompetition } from "../../../domain/Competition.ts"
import type { Metagraph } from "../../../domain/Metagraph.ts"
import { fieldNeededFor } from "../../../domain/PairingField.ts"
import { placeOf, type RoundPlace } from "../../../domain/Round.ts"
import { toUids } from "../../../domain/UidBitmap.ts"
import { expectedScorePpm } from "../../../elo/expectedScore.ts"
import { defaultRatingRules } from "../../../elo/RatingRules.ts"
import type { Ratings } from "../../../elo/ratings.ts"
import { presentHotkey } from "../../../elo/seats.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { type Ballot, ballotOf } from "../../../roles/miner/ballot.ts"
import { paceAt, timeOf } from "../../../roles/miner/calendar.ts"
import { countEligible, whyNotDrawn } from "../../../rules/pairs/pairs.ts"
import { ratingsAsOf } from "../../../scoring/issue_competitions/roundState.ts"
import type { Pace } from "../../../story/time.ts"

export interface RatedMiner {
  readonly uid: number
  /** null: no neuron has this UID now. */
  readonly hotkey: AccountAddress | null
  readonly milliPoints: number | null
  readonly provisional: boolean
}

/** An issue that is neither paid nor cancelled. Amounts in rao. */
export interface BoardIssue {
  readonly id: number
  readonly repository: string
  readonly number: number
  readonly bounty: bigint
  readonly funded: bigint
  readonly status: Issue["status"]["_tag"]
  /** The issue's competitions that expired. */
  readonly attempts: number
  readonly competition: number | null
  /** The miners that validators with a majority of the weight attested in this round, by UID. */
  readonly enrolled: ReadonlyArray<RatedMiner>
  readonly skipped: ReadonlyArray<number>
  /** How many of them can be paired now: eligible, with the required collateral, and below the limit of concurrent competitions. */
  readonly field: number
}

/** The votes on an issue's outcome so far, the heaviest choice first. */
export interface Tally {
  readonly choice: OutcomeChoice
  readonly weight: bigint
  readonly validators: number
  /** The block since which all of these votes have been unchanged. */
  readonly since: number
}

export interface BoardMatch {
  readonly id: number
  readonly issue: number
  readonly repository: string
  readonly number: number
  readonly bounty: bigint
  readonly round: number
  readonly a: RatedMiner
  readonly b: RatedMiner
  /** a's win probability in parts per million, by the ratings at the start. */
  readonly expectedA: number
  readonly startedAt: number
  readonly submissionsFrom: number
  readonly deadline: number
  /** The first block in which anybody may expire it, unless it can be settled. */
  readonly expiresFrom: number
  /** Earlier matches for the issue. Pull requests opened in time in one of them count here too; the matches' dates are unknown. */
  readonly earlier: ReadonlyArray<Pick<RecordedCompetition, "a" | "b" | "startedAt">>
  readonly issueStatus: Issue["status"]["_tag"]
  /** In rao: each competitor's locked collateral, and the part that a loss or an unsolved match costs. */
  readonly collateral: bigint
  readonly slash: bigint
  readonly status: Competition["status"]
  readonly votes: ReadonlyArray<Tally>
  /** The votes, and what they can settle when. */
  readonly ballot: Ballot
}

export interface Board {
  readonly block: number
  /** Timestamp in milliseconds since 1970, by the chain's clock. */
  readonly at: number
  /** The estimate of when blocks come; null: unknown. */
  readonly pace: Pace | null
  /** Times of past blocks that the matches name, in milliseconds since 1970. */
  readonly times: ReadonlyMap<number, number>
  readonly place: RoundPlace
  readonly quorumBps: number
  readonly collateralBps: number
  readonly slashBps: number
  /** Minimum size of a field for drawing a pair in this round. */
  readonly fieldNeeded: number
  readonly issues: ReadonlyArray<BoardIssue>
  readonly matches: ReadonlyMap<number, BoardMatch>
}

/** The times of the blocks that exist, as far as the node has them. */
const timesOf = Effect.fn("miner.board.times")((blocks: ReadonlyArray<number>, head: BlockReference) =>
  Effect.forEach(
    [...new Set(blocks)].filter((block) => block <= head.number),
    (block) => Effect.option(Effect.map(timeOf(block), (time) => [block, time] as const)),
    { concurrency: 4 }
  ).pipe(Effect.map((found) => new Map(Arrays.getSomes(found))))
)

/** The blocks that a match's page names, and the starts of earlier matches for its issue. */
const blocksOf = ({ startedAt, submissionsFrom, deadline, status, earlier }: BoardMatch): ReadonlyArray<number> => [
  startedAt,
  submissionsFrom,
  deadline,
  ...(status._tag === "Running" ? [] : [status.at]),
  ...earlier.map((one) => one.startedAt)
]

const keyOf = (choice: OutcomeChoice): string => JSON.stringify(choice)

/** Groups votes by choice. Votes of validators without weight are shown too. */
const tallyOf = ({ votes }: Ballot): ReadonlyArray<Tally> => {
  const tallies = new Map<string, Tally>()
  for (const { choice, since, weight } of votes) {
    const before = tallies.get(keyOf(choice)) ?? { weight: 0n, validators: 0, since: 0 }
    tallies.set(keyOf(choice), {
      choice,
      weight: before.weight + weight,
      validators: before.validators + 1,
      since: Math.max(before.since, since)
    })
  }
  return [...tallies.values()].toSorted((a, b) => Number(b.weight - a.weight) || (keyOf(a.choice) < keyOf(b.choice) ? -1 : 1))
}

const ratedBy = (ratings: Ratings) => (uid: number, hotkey: AccountAddress | null) => {
  const rating = hotkey === null ? undefined : ratings.get(hotkey)
  return { uid, hotkey, milliPoints: rating?.rating ?? null, provisional: rating?.provisional ?? true } satisfies RatedMiner
}

const boardIssue = (issue: Issue, enrolled: ReadonlyArray<RatedMiner>, skipped: ReadonlyArray<number>, field: number): BoardIssue => ({
  id: issue.id,
  repository: issue.repository,
  number: issue.number,
  bounty: issue.bounty,
  funded: issue.funded,
  status: issue.status._tag,
  attempts: issue.attempts,
  competition: issue.competition,
  enrolled,
  skipped,
  field
})

/** Looks up a UID among the current neurons. */
const minerAt = (metagraph: Metagraph, ratings: Ratings) => (uid: number) =>
  ratedBy(ratings)(uid, metagraph.neurons.find((neuron) => neuron.uid === uid)?.hotkey ?? null)

/** Ratings, neurons and the record behind the ratings, perhaps some blocks old. */
export interface RatedNeurons {
  readonly ratings: Ratings
  readonly competitions: ReadonlyArray<RecordedCompetition>
  readonly metagraph: Metagraph
}

/** The win probability of a competition's a in parts per million, by the ratings at its round's first block, by which the pair was drawn. */
export const oddsAtStart = (
  { round, startedAt, a, b }: Pick<Competition, "round" | "startedAt" | "a" | "b">,
  roundLength: number,
  { competitions, metagraph }: Pick<RatedNeurons, "competitions" | "metagraph">
): number => {
  const ratings = ratingsAsOf(Math.min(round * roundLength, startedAt), competitions, metagraph)
  const seats = new Map(metagraph.neurons.map((neuron) => [neuron.uid, neuron]))
  const ratingOf = (competitor: Competitor) =>
    ratings.get(presentHotkey(competitor, startedAt, seats.get(competitor.uid)))?.rating ?? defaultRatingRules.start
  return expectedScorePpm(ratingOf(a), ratingOf(b))
}

/** Reads the board at a finalised head. `watched`: a competition to show even after its end. */
export const boardAt = Effect.fn("miner.board")(function* (
  head: BlockReference,
  { ratings, metagraph, competitions: record }: RatedNeurons,
  watched: number | null
) {
  const contract = yield* Contract
  const { timeAt } = yield* Chain
  const [state, at, pace, electorate] = yield* Effect.all(
    [contract.stateAt(head), timeAt(head.hash), paceAt(head), contract.read("validators", {}, head)],
    { concurrency: 4 }
  )
  const place = placeOf(head.number, state.config)
  const open = state.liveIssues.filter(({ status }) => status._tag === "Open").map(({ id }) => id)
  const stored = [...state.competitions.values()].filter(
    ({ id, status }) => status._tag === "Running" || id === watched || state.liveIssues.some(({ competition }) => competition === id)
  )
  // Like validators, reads deposits only if competitions require collateral.
  const miners = state.config.collateralBps === 0 ? [] : metagraph.neurons.map(({ hotkey, coldkey }) => [hotkey, coldkey] as const)
  const [{ majorities, collateral }, gone] = yield* Effect.all(
    [
      contract.attested(open, miners, head),
      watched === null || state.competitions.has(watched) ? Effect.succeed(null) : contract.stored("competition", { id: watched }, head)
    ],
    { concurrency: 2 }
  )
  const competitions = gone === null ? stored : [...stored, gone]
  const running = competitions.filter(({ status }) => status._tag === "Running").map(({ issue }) => issue)
  const [votes, others] = yield* Effect.all(
    [
      contract.outcomeVotes(running, head),
      Effect.forEach(
        competitions.map(({ issue }) => issue).filter((id) => !state.liveIssues.some((issue) => issue.id === id)),
        (id) => contract.stored("issue", { id }, head),
        { concurrency: 4 }
      )
    ],
    { concurrency: 2 }
  )
  const issues = new Map([...state.liveIssues, ...others.flatMap((issue) => issue ?? [])].map((issue) => [issue.id, issue]))
  const side = ({ uid, hotkey }: Competitor) => ratedBy(ratings)(uid, hotkey)
  const matchOf = (competition: Competition): BoardMatch => {
    const issue = issues.get(competition.issue)
    const [a, b] = [side(competition.a), side(competition.b)]
    const terms = { block: head.number, wait: waitOf(competition, state.config), quorumBps: state.config.quorumBps }
    const ballot = ballotOf(votes.get(competition.issue) ?? [], electorate, terms)
    return {
      id: competition.id,
      issue: competition.issue,
      repository: issue?.repository ?? "",
      number: issue?.number ?? 0,
      bounty: issue?.bounty ?? 0n,
      round: competition.round,
      a,
      b,
      expectedA: oddsAtStart(competition, state.config.roundLength, { competitions: record, metagraph }),
      startedAt: competition.startedAt,
      submissionsFrom: competition.submissionsFrom,
      deadline: competition.deadline,
      expiresFrom: expiresFrom(competition, terms.wait),
      earlier: record.filter(({ id, issue: of }) => of === competition.issue && id < competition.id),
      issueStatus: issue?.status._tag ?? "Cancelled",
      collateral: competition.collateral,
      slash: competition.slash,
      status: competition.status,
      votes: tallyOf(ballot),
      ballot
    }
  }
  const enrolledIn = (id: number) => toUids(majorities.get(id)?.enrolled ?? new Uint8Array(32)).map(minerAt(metagraph, ratings))
  const isEligible = (uid: number) => ratings.get(minerAt(metagraph, ratings)(uid).hotkey ?? "")?.eligible === true
  const free = new Map(collateral.map(({ deposited, locked }, index) => [miners[index]?.[0], deposited - locked]))
  const runs = (hotkey: AccountAddress | null) =>
    stored.filter(({ a, b, status }) => status._tag === "Running" && (a.hotkey === hotkey || b.hotkey === hotkey)).length
  const fieldOf = ({ id, bounty }: Issue) => {
    const required = collateralRequired(bounty, state.config.collateralBps)
    const most = state.config.maxCompetitionsPerMiner
    return enrolledIn(id).filter(
      ({ hotkey }) =>
        hotkey !== null &&
        whyNotDrawn(ratings.get(hotkey), { running: runs(hotkey), most, free: free.get(hotkey) ?? 0n, required }) === null
    ).length
  }
  const matches = competitions.map(matchOf)
  return {
    block: head.number,
    at,
    pace,
    times: yield* timesOf(matches.flatMap(blocksOf), head),
    place,
    quorumBps: state.config.quorumBps,
    collateralBps: state.config.collateralBps,
    slashBps: state.config.slashBps,
    fieldNeeded: fieldNeededFor(
      countEligible(
        open.map((id) => majorities.get(id)?.enrolled ?? new Uint8Array(32)),
        isEligible
      )
    ),
    issues: state.liveIssues.map((issue) =>
      boardIssue(issue, enrolledIn(issue.id), toUids(majorities.get(issue.id)?.skipped ?? new Uint8Array(32)), fieldOf(issue))
    ),
    matches: new Map(matches.map((match) => [match.id, match]))
  } satisfies Board
})
