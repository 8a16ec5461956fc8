/** Competitions: two miners on one issue. */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema, Struct } from "effect"
import { ArtefactDigest, ArtefactType } from "../../../domain/quality/Artefact.ts"
import {
  competitionDraw,
  competitionEnd,
  competitionTerms,
  competitor,
  minerOnChain,
  tables
} from "../../../layers/storage/database/schema/tables.ts"
import { COMPETITION_STATUSES, TIME_SORTS } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { behind, fieldsOf, shaped } from "./fields.ts"
import { Outcome, PullRequest, Vote } from "./issues.ts"
import { paymentAs } from "./money.ts"
import { answersWithAnyOf } from "./openApi.ts"
import { AccountIn, anyOf, blockRange, miner as byMiner, idIn, MinerIn, PathId, paging, phrase, query, sort } from "./parameters.ts"
import { Lead, MOST_PLAYS, Play, PlayQuery } from "./plays.ts"
import { CompetitionQuality, SignedQuality } from "./quality.ts"
import {
  account,
  amount,
  CallRef,
  Cursor,
  capitalised,
  count,
  flag,
  IssueRef,
  json,
  login,
  MinerRef,
  Moment,
  moment,
  next,
  page,
  provisional,
  rating,
  reason,
  shareOfOne,
  text,
  time,
  uid
} from "./values.ts"

const { columns: change } = tables.ratings
const { columns: miner } = tables.miners

const Competitor = Schema.Struct({
  uid: uid(`its ${competitor.uid.meaning}`),
  hotkey: account(`its ${competitor.hotkey.meaning}`),
  coldkey: account(`its ${competitor.coldkey.meaning}`),
  payee: Schema.NullOr(account(`its ${competitor.payee.meaning}`)),
  login,
  avatar: Schema.NullOr(text(miner.github_avatar.meaning)),
  rating: rating(`its ${competitor.rating.meaning}`),
  provisional: provisional("that rating"),
  expected: shareOfOne(`its ${competitor.expected_ppm.meaning}`),
  ratingAfter: Schema.NullOr(rating(`its ${competitor.rating_after.meaning}`))
}).annotations({ identifier: "Competitor", description: "One of the two competitors as of the start of the match" })
export interface Competitor extends Schema.Schema.Type<typeof Competitor> {}

const competitionFields = {
  ...fieldsOf(competitionDraw),
  issue: IssueRef,
  a: Competitor,
  b: Competitor,
  ...fieldsOf(competitionTerms),
  expiresFrom: moment("the first block in which anybody may expire it, unless its outcome can be settled"),
  bounty: amount(tables.issues.columns.target.meaning),
  ...fieldsOf(competitionEnd),
  status: shaped(competitionEnd, "status", Schema.Literal(...COMPETITION_STATUSES)),
  winner: Schema.NullOr(Schema.Literal("a", "b").annotations({ description: "the competitor that won" })),
  reason
}

export const Competition = Schema.Struct(competitionFields).annotations({
  identifier: "Competition",
  description: capitalised(tables.competitions.row)
})
export interface Competition extends Schema.Schema.Type<typeof Competition> {}

export const RatingChange = Schema.Struct(
  behind(
    "hotkey",
    { login },
    behind(
      "after",
      { provisional: provisional("the new rating") },
      behind(
        "opponent",
        { opponentLogin: login },
        {
          ...fieldsOf(change),
          cause: shaped(change, "cause", Schema.Literal("won", "lost", "expired", "submittedTooEarly", "absent"))
        }
      )
    )
  )
).annotations({ identifier: "RatingChange", description: capitalised(tables.ratings.row) })
export interface RatingChange extends Schema.Schema.Type<typeof RatingChange> {}

/** A step of a competition: a contract event that names it, except votes. */
const Step = Schema.Struct({
  at: Moment,
  event: count(tables.events.columns.index.meaning),
  name: text(tables.events.columns.name.meaning),
  fields: json(tables.events.columns.fields.meaning),
  call: Schema.NullOr(CallRef)
}).annotations({ identifier: "CompetitionStep", description: "An event of the contract that names the match" })

const results = Struct.pick(fieldsOf(minerOnChain), "provisional", "won", "lost", "expired")

export const SameAccount = Schema.Struct({
  hotkey: account("the other hotkey"),
  uid: Schema.NullOr(uid(miner.uid.meaning)),
  linkedAt: Moment,
  proven: flag(
    "whether the account is the one it links now, and its gist proves that; otherwise this is only a claim, and anyone can claim any account"
  ),
  rating: Schema.NullOr(rating(`${miner.rating.meaning}; null if it never enrolled or competed`)),
  ...results
}).annotations({ identifier: "SameAccount", description: "Another hotkey that linked the same GitHub account, and when it first did" })
export interface SameAccount extends Schema.Schema.Type<typeof SameAccount> {}

/** The other hotkeys of a miner's GitHub account. Ratings and results belong to each hotkey; the list only shows possibly identical people. */
export const sameAccount = Schema.Array(SameAccount).annotations({
  description:
    "other hotkeys that ever linked this miner's GitHub account, the one that linked it first coming first; at most 20. Empty unless this miner's own link is proven, because anyone can claim anyone's account"
})

const Result = Schema.Literal("won", "lost", "expired")
export type Result = typeof Result.Type

export const form = Schema.Array(Result).annotations({ description: "the results of its last five matches, newest first" })

export const MinerRecord = Schema.Struct({
  miner: MinerRef,
  rating: Schema.NullOr(rating(miner.rating.meaning)),
  ...results,
  earned: amount(miner.earned.meaning),
  form,
  sameAccount
}).annotations({ identifier: "MinerRecord", description: "A miner's rating and results so far" })
export type MinerRecord = typeof MinerRecord.Encoded

const tally = {
  aWon: count("meetings that a won"),
  bWon: count("meetings that b won"),
  expired: count("meetings that nobody solved in time: expired or unsolved"),
  void: count("meetings that ended when their issue was cancelled, or their pair dissolved"),
  running: count("meetings running now")
}

const Crosstable = Schema.Struct(tally).annotations({ identifier: "Crosstable", description: "How the meetings of two miners ended" })
export interface Crosstable extends Schema.Schema.Type<typeof Crosstable> {}

const odds = Schema.NullOr(
  Schema.Struct({
    a: shareOfOne("a's chance to win"),
    b: shareOfOne("b's chance to win"),
    nobody: shareOfOne("the chance that nobody wins")
  }).annotations({
    identifier: "Odds",
    description:
      "the odds at the newest block, by the ratings, the pull requests, the time that is left and the votes; null once the match has ended. The match's page says how often they came true"
  })
)

const dueTime = (of: string) => Schema.NullOr(time(`when the block of \`${of}\` is expected; null: it is indexed, or it is not known`))

const expected = Schema.Struct({
  submissionsFrom: dueTime("submissionsFrom"),
  deadline: dueTime("deadline"),
  expiresFrom: dueTime("expiresFrom")
}).annotations({
  identifier: "ExpectedTimes",
  description: "estimates of when the dates to come are reached, by the pace of blocks (`pace` of /health); re-based every fiftieth block"
})

/** A match of a list, which says who leads a running one. */
export const ListedCompetition = Schema.Struct({
  ...competitionFields,
  lead: Schema.NullOr(Lead).annotations({ description: "who is ahead by pull requests; null once the match has ended" }),
  odds,
  expected,
  pullRequests: Schema.Array(PullRequest).annotations({
    description: "while it runs, both competitors' pull requests, newest first, at most 50 of each; of ended matches each match has them"
  })
}).annotations({ identifier: "ListedCompetition", description: `${capitalised(tables.competitions.row)}, with who leads while it runs` })

export const CompetitionDetail = Schema.Struct({
  ...competitionFields,
  records: Schema.Struct({ a: MinerRecord, b: MinerRecord }).annotations({ description: "both miners as they are now" }),
  meetings: Crosstable,
  votes: Schema.Array(Vote).annotations({ description: "votes for this pair and on its outcome, oldest first; the latest 500" }),
  pullRequests: Schema.Array(PullRequest).annotations({
    description:
      "both competitors' pull requests, newest first, with those that they have left over from earlier matches for the issue; at most 50 of each"
  }),
  plays: Schema.Array(Play).annotations({
    description: `what happened to both competitors' pull requests, oldest first; the latest ${MOST_PLAYS}`
  }),
  earlierPlays: Schema.NullOr(Cursor).annotations({
    description: "the `cursor` by which the list of the match's plays begins before these; null if these are all"
  }),
  lead: Lead,
  odds,
  expected,
  steps: Schema.Array(Step).annotations({ description: "start, end, payment and collateral, oldest first" }),
  ratings: Schema.Array(RatingChange).annotations({ description: "the rating changes that it caused" }),
  paid: Schema.NullOr(paymentAs("CompetitionPayment")),
  outcome: Schema.NullOr(Outcome)
}).annotations({ identifier: "CompetitionDetail", description: "A match with its votes, pull requests, steps and both miners" })
export interface CompetitionDetail extends Schema.Schema.Type<typeof CompetitionDetail> {}

export const HeadToHead = Schema.Struct({
  a: MinerRecord,
  b: MinerRecord,
  expected: Schema.NullOr(
    Schema.Struct({ a: shareOfOne("a's expected score"), b: shareOfOne("b's expected score") }).annotations({
      description: "both expected scores, computed from the current ratings"
    })
  ),
  meetings: Crosstable,
  items: Schema.Array(Competition).annotations({ description: "their meetings, newest first" }),
  next
}).annotations({ identifier: "HeadToHead", description: "Two miners and all their meetings" })
export interface HeadToHead extends Schema.Schema.Type<typeof HeadToHead> {}

export const CompetitionQuery = query({
  status: anyOf("only matches with one of these statuses", ...COMPETITION_STATUSES),
  issue: idIn("only matches on this issue"),
  miner: byMiner("only matches of this miner"),
  repository: phrase("only matches on issues of this repository, case-insensitive"),
  search: phrase("only matches on issues whose repository, number or title has words that begin with these", 100),
  sort: sort(...TIME_SORTS),
  ...paging
})

export const HeadToHeadQuery = query({ a: MinerIn("the first miner"), b: MinerIn("the second miner"), ...paging })

export const RatingQuery = query({
  hotkey: byMiner("only those of this miner"),
  competition: idIn("only those of this match"),
  ...blockRange,
  ...paging
})

export const competitions = group("competitions", "Competitions", "Two miners on one issue")
  .add(
    get("competitions", "/competitions", "Competitions")
      .setUrlParams(CompetitionQuery)
      .addSuccess(page("CompetitionPage", ListedCompetition))
  )
  .add(
    get("competition", "/competitions/:id", "A match: both miners, votes, pull requests, steps, ratings")
      .setPath(Schema.Struct({ id: PathId(competitionDraw.id.meaning) }))
      .addSuccess(CompetitionDetail)
      .addError(NotFound)
  )
  .add(
    get("plays", "/competitions/:id/plays", "What happened to both competitors' pull requests, play by play")
      .setPath(Schema.Struct({ id: PathId(competitionDraw.id.meaning) }))
      .setUrlParams(PlayQuery)
      .addSuccess(page("PlayPage", Play))
      .addError(NotFound)
  )
  .add(
    get(
      "competitionQuality",
      "/competitions/:id/quality",
      "What validators found out about both competitors' pull requests: gate and tests"
    )
      .setPath(Schema.Struct({ id: PathId(competitionDraw.id.meaning) }))
      .addSuccess(CompetitionQuality)
      .addError(NotFound)
  )
  .add(
    get(
      "qualityDocument",
      "/competitions/:id/quality/:hotkey",
      "What one validator says about them, signed: anybody can check the signature"
    )
      .setPath(
        Schema.Struct({ id: PathId(competitionDraw.id.meaning), hotkey: AccountIn(tables.quality_documents.columns.validator.meaning) })
      )
      .addSuccess(SignedQuality)
      .addError(NotFound)
  )
  .add(
    get("artefact", "/artefacts/:digest", "A file that supports a validator's findings, byte for byte")
      .annotateContext(OpenApi.annotations({ transform: answersWithAnyOf(ArtefactType.literals) }))
      .setPath(Schema.Struct({ digest: ArtefactDigest.annotations({ description: tables.artefacts.columns.digest.meaning }) }))
      .addSuccess(HttpApiSchema.Uint8Array({ contentType: "application/octet-stream" }))
      .addError(NotFound)
  )
  .add(
    get("headToHead", "/head-to-head", "Two miners: their meetings and the odds")
      .setUrlParams(HeadToHeadQuery)
      .addSuccess(HeadToHead)
      .addError(NotFound)
  )
  .add(get("ratings", "/ratings", "Rating changes, newest first").setUrlParams(RatingQuery).addSuccess(page("RatingPage", RatingChange)))
