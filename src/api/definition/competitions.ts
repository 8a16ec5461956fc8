/** Two miners on one issue. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { CancelReason } from "../../domain/Competition.ts"
import { NotFound } from "./errors.ts"
import { PullRequest, Vote } from "./issues.ts"
import { AccountIn, anyOf, account as byAccount, idIn, PathId, paging, query, sort } from "./parameters.ts"
import {
  account,
  amount,
  CallRef,
  count,
  flag,
  IssueRef,
  json,
  login,
  MinerRef,
  Moment,
  page,
  rating,
  share,
  text,
  uid,
  uids
} from "./values.ts"

export const COMPETITION_STATUSES = ["Running", "Won", "Expired", "Void"] as const

const Competitor = Schema.Struct({
  uid: uid("its UID at the start"),
  hotkey: account("its hotkey"),
  coldkey: account("its coldkey, where the bounty goes if it wins"),
  login: Schema.NullOr(text("its GitHub account's name")),
  avatar: Schema.NullOr(text("that account's picture")),
  rating: rating("its rating at the start"),
  provisional: flag("whether fewer than 10 rated games in 60 days lay behind it"),
  expected: share("its expected score at the start by both ratings"),
  ratingAfter: Schema.NullOr(rating("its rating right after the end; null while it runs"))
}).annotations({ identifier: "Competitor", description: "One of the two, as it was when the competition started" })
export interface Competitor extends Schema.Schema.Type<typeof Competitor> {}

const competitionFields = {
  id: count("the contract's number"),
  issue: IssueRef,
  round: count("the round in which validators started it"),
  enrolled: uids("whom a majority saw enrolled when the pair was drawn"),
  skipped: uids("whom a majority saw passing then"),
  a: Competitor,
  b: Competitor,
  startedAt: Moment,
  submissionsFrom: Moment,
  deadline: Moment,
  outcomeUntil: Moment,
  challengePeriod: count("blocks between the verdict and the payment"),
  collateral: amount("what each competitor has locked"),
  slash: amount("how much of it a loss or an expiry costs"),
  status: Schema.Literal(...COMPETITION_STATUSES).annotations({ description: "where it stands" }),
  winner: Schema.NullOr(Schema.Literal("a", "b").annotations({ description: "which of the two won" })),
  pullRequest: Schema.NullOr(count("the winning pull request's number in the issue's repository")),
  reason: Schema.NullOr(CancelReason.annotations({ identifier: "CancelReason", description: "why an issue was cancelled" })),
  endedAt: Schema.NullOr(Moment)
}

export const Competition = Schema.Struct(competitionFields).annotations({
  identifier: "Competition",
  description: "Two miners on one issue"
})
export interface Competition extends Schema.Schema.Type<typeof Competition> {}

export const RatingChange = Schema.Struct({
  hotkey: account("the miner"),
  login,
  at: Moment,
  cause: Schema.Literal("won", "lost", "expired", "submittedTooEarly", "reverted", "absent").annotations({
    description: "what changed it; reverted: a verdict was taken back"
  }),
  competition: Schema.NullOr(count("the competition that changed it; null for an absence")),
  before: rating("the rating right before"),
  after: rating("the rating right after"),
  provisional: flag("whether it rests on fewer than 10 rated games in 60 days then"),
  k: Schema.NullOr(rating("the K of the game; null where no game was rated")),
  opponent: Schema.NullOr(account("the other's hotkey; null where there is none")),
  opponentLogin: Schema.NullOr(text("the other's GitHub account's name, where that is proven")),
  opponentRating: Schema.NullOr(rating("the rating that it was played against")),
  expected: Schema.NullOr(share("the expected score"))
}).annotations({ identifier: "RatingChange", description: "A rating change" })
export interface RatingChange extends Schema.Schema.Type<typeof RatingChange> {}

/** A step of a competition: an event of the contract that names it, votes apart. */
const Step = Schema.Struct({
  at: Moment,
  event: count("which event of that block"),
  name: text("the event's name"),
  fields: json("its fields by their names"),
  call: Schema.NullOr(CallRef)
}).annotations({ identifier: "CompetitionStep", description: "An event of the contract that names the competition" })

const Record = Schema.Struct({
  miner: MinerRef,
  rating: Schema.NullOr(rating("its rating when it was last rated")),
  provisional: flag("whether it has too few rated games to be settled"),
  won: count("competitions won"),
  lost: count("competitions lost"),
  expired: count("competitions that nobody solved in time"),
  earned: amount("bounties paid to it"),
  form: Schema.Array(Schema.Literal("won", "lost", "expired")).annotations({
    description: "how its last five competitions ended, newest first"
  })
}).annotations({ identifier: "MinerRecord", description: "What a miner has done so far" })
export type MinerRecord = typeof Record.Encoded

const tally = {
  aWon: count("how many a won"),
  bWon: count("how many b won"),
  expired: count("how many nobody solved in time"),
  void: count("how many ended with their issue's cancellation"),
  running: count("how many run now")
}

const Crosstable = Schema.Struct(tally).annotations({ identifier: "Crosstable", description: "How the two's meetings ended" })
export interface Crosstable extends Schema.Schema.Type<typeof Crosstable> {}

export const CompetitionDetail = Schema.Struct({
  ...competitionFields,
  records: Schema.Struct({ a: Record, b: Record }).annotations({ description: "both miners now" }),
  meetings: Crosstable,
  votes: Schema.Array(Vote).annotations({ description: "votes for this pair and on its outcome, oldest first; the latest 500" }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "both competitors' pull requests, newest first; at most 100" }),
  steps: Schema.Array(Step).annotations({ description: "start, end, payment and collateral, oldest first" }),
  ratings: Schema.Array(RatingChange).annotations({ description: "what it did to ratings" }),
  paid: Schema.NullOr(
    Schema.Struct({
      hotkey: account("the winner"),
      coldkey: account("who got it"),
      amount: amount("how much"),
      at: Moment
    }).annotations({ identifier: "CompetitionPayment", description: "The bounty's payment" })
  ),
  payableAt: Schema.NullOr(Moment)
}).annotations({ identifier: "CompetitionDetail", description: "A competition with its votes, pull requests, steps and both miners" })
export interface CompetitionDetail extends Schema.Schema.Type<typeof CompetitionDetail> {}

export const HeadToHead = Schema.Struct({
  a: Record,
  b: Record,
  expected: Schema.NullOr(
    Schema.Struct({ a: share("a's"), b: share("b's") }).annotations({ description: "the expected scores by both ratings as they are now" })
  ),
  meetings: Crosstable,
  items: Schema.Array(Competition).annotations({ description: "their meetings, newest first" }),
  next: Schema.NullOr(text("what to send as `cursor` for the next page; null on the last"))
}).annotations({ identifier: "HeadToHead", description: "Two miners and all their meetings" })
export interface HeadToHead extends Schema.Schema.Type<typeof HeadToHead> {}

export const CompetitionQuery = query({
  status: anyOf("only competitions that stand there", ...COMPETITION_STATUSES),
  issue: idIn("only those of this issue"),
  miner: byAccount("only those in which this hotkey competes"),
  sort: sort("newest", "oldest"),
  ...paging
})

export const HeadToHeadQuery = query({ a: AccountIn("one miner's hotkey"), b: AccountIn("the other's"), ...paging })

export const RatingQuery = query({
  hotkey: byAccount("only this miner's"),
  competition: idIn("only those of this competition"),
  from: Schema.optional(PathId("from this block on")),
  ...paging
})

export const competitions = HttpApiGroup.make("competitions")
  .add(
    HttpApiEndpoint.get("competitions", "/competitions")
      .setUrlParams(CompetitionQuery)
      .addSuccess(page("CompetitionPage", Competition))
      .annotateContext(OpenApi.annotations({ summary: "Competitions" }))
  )
  .add(
    HttpApiEndpoint.get("competition", "/competitions/:id")
      .setPath(Schema.Struct({ id: PathId("the contract's number of the competition") }))
      .addSuccess(CompetitionDetail)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "A competition: both miners, votes, pull requests, steps, ratings" }))
  )
  .add(
    HttpApiEndpoint.get("headToHead", "/head-to-head")
      .setUrlParams(HeadToHeadQuery)
      .addSuccess(HeadToHead)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "Two miners: their meetings and the odds" }))
  )
  .add(
    HttpApiEndpoint.get("ratings", "/ratings")
      .setUrlParams(RatingQuery)
      .addSuccess(page("RatingPage", RatingChange))
      .annotateContext(OpenApi.annotations({ summary: "Rating changes, newest first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Competitions", description: "Two miners on one issue" }))
