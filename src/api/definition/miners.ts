/** Miners, their ratings and what they earned. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { Competition, RatingChange } from "./competitions.ts"
import { NotFound } from "./errors.ts"
import { PullRequest } from "./issues.ts"
import { CollateralFlow, Payout } from "./money.ts"
import { AccountIn, account as byAccount, idIn, paging, phrase, query, sort, u32In, uidIn, yesOrNo } from "./parameters.ts"
import { account, amount, block, count, flag, json, login, Moment, number, page, rating, text, time, uid, whole } from "./values.ts"

const minerFields = {
  hotkey: account("its hotkey"),
  coldkey: Schema.NullOr(account("the coldkey that owns it, as far as known")),
  uid: Schema.NullOr(uid("its UID now; null when it is not registered")),
  registeredAt: Schema.NullOr(Moment),
  firstSeenAt: Moment,
  github: Schema.NullOr(
    Schema.Struct({
      account: whole("GitHub's id of the account that its commitment names"),
      login: Schema.NullOr(text("that account's name")),
      avatar: Schema.NullOr(text("that account's picture")),
      proven: Schema.NullOr(
        flag(
          "whether the commitment's gist proves the account to be this hotkey's, and nobody registered linked it first; null: not looked at yet"
        )
      ),
      seenAt: Schema.NullOr(time("when GitHub was last asked"))
    }).annotations({ identifier: "MinerOnGitHub", description: "The GitHub account that a miner's commitment names" })
  ),
  rating: Schema.NullOr(rating("its rating when it was last rated")),
  ratedGames: count("rated games of the last 60 days, at that time"),
  provisional: flag("whether that were too few for the rating to be settled; shown with a question mark"),
  eligible: flag("whether that rating may be given a pair"),
  ratedAt: Schema.NullOr(Moment),
  won: count("competitions won, ever"),
  lost: count("competitions lost, ever"),
  expired: count("competitions that nobody solved in time, ever"),
  earned: amount("bounties paid to it")
}

export const Miner = Schema.Struct(minerFields).annotations({
  identifier: "Miner",
  description: "A hotkey that was ever registered on the subnet, competed or deposited"
})
export interface Miner extends Schema.Schema.Type<typeof Miner> {}

const Result = Schema.Literal("won", "lost", "expired")
export type Result = typeof Result.Type

const form = Schema.Array(Result).annotations({ description: "how its last five competitions ended, newest first" })

export const Ranked = Schema.Struct({ rank: count("its place by rating, from 1"), form, ...minerFields }).annotations({
  identifier: "Ranked",
  description: "A miner with its place"
})
export interface Ranked extends Schema.Schema.Type<typeof Ranked> {}

export const Registration = Schema.Struct({
  uid: uid("the UID"),
  registeredAt: Moment,
  heldFrom: Moment,
  hotkey: account("the hotkey that got it"),
  login
}).annotations({ identifier: "Registration", description: "A hotkey's registration under a UID" })
export interface Registration extends Schema.Schema.Type<typeof Registration> {}

const Link = Schema.Struct({
  linkedAt: Moment,
  account: Schema.NullOr(whole("GitHub's id of the account; null where something else was committed in its place, which ended the link")),
  gist: Schema.NullOr(text("the gist that proves it"))
}).annotations({ identifier: "GitHubLink", description: "What a hotkey committed as its GitHub account" })

/** An issue and a round in which validators saw the miner. */
export const Activity = Schema.Struct({
  round: count("the round"),
  issue: count("the issue"),
  at: block("the block of the latest attestation of it"),
  enrolledBy: count("how many validators saw it enrolled"),
  skippedBy: count("how many validators saw it passing")
}).annotations({ identifier: "Activity", description: "An issue and a round in which validators saw the miner enrolled or passing" })

export const Score = Schema.Struct({
  epoch: count("the epoch"),
  hotkey: account("the miner"),
  repository: text("the repository"),
  score: number("the score"),
  components: json("what the score is made of"),
  at: Moment
}).annotations({ identifier: "Score", description: "A miner's score for its contributions to one repository in an epoch" })
export interface Score extends Schema.Schema.Type<typeof Score> {}

export const MinerDetail = Schema.Struct({
  ...minerFields,
  rank: Schema.NullOr(count("its place among registered miners by rating, from 1")),
  form,
  running: Schema.Array(Competition).annotations({ description: "competitions that run now, newest first" }),
  recent: Schema.Array(Competition).annotations({ description: "its latest ended competitions, newest first; at most 10" }),
  ratings: Schema.Array(RatingChange).annotations({ description: "its latest rating changes, newest first; at most 60: /ratings has all" }),
  payouts: Schema.Array(Payout).annotations({ description: "its latest payments, newest first; at most 10" }),
  collateral: Schema.Array(CollateralFlow).annotations({ description: "its latest movements of collateral, newest first; at most 10" }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "its latest pull requests, newest first; at most 10" }),
  registrations: Schema.Array(Registration).annotations({ description: "its registrations, newest first; at most 20" }),
  links: Schema.Array(Link).annotations({ description: "the GitHub accounts that it committed to, newest first; at most 20" }),
  scores: Schema.Array(Score).annotations({ description: "its latest scores for contributions; at most 50" })
}).annotations({ identifier: "MinerDetail", description: "A miner with what it did lately" })
export interface MinerDetail extends Schema.Schema.Type<typeof MinerDetail> {}

export const MinerQuery = query({
  registered: yesOrNo("only miners that are registered now, or only those that are not"),
  eligible: yesOrNo("only miners whose rating may be given a pair, or only others"),
  provisional: yesOrNo("only miners whose rating is not settled, or only others"),
  coldkey: byAccount("only miners of this coldkey"),
  uid: uidIn("only the miner with this UID now"),
  login: phrase("only the miner with this GitHub account, in any case", 39),
  sort: sort("rating", "earned", "won", "newest"),
  ...paging
})

export const LeaderboardQuery = query({
  registered: yesOrNo("only miners that are registered now, or only those that are not; all when left out"),
  ...paging
})

export const RegistrationQuery = query({ hotkey: byAccount("only this hotkey's"), uid: uidIn("only this UID's"), ...paging })

export const ScoreQuery = query({
  epoch: u32In("only those of this epoch"),
  hotkey: byAccount("only this miner's"),
  repository: phrase("only those for this repository"),
  ...paging
})

export const ActivityQuery = query({ issue: idIn("only on this issue"), ...paging })

const hotkeyPath = Schema.Struct({ hotkey: AccountIn("the miner's hotkey") })

export const miners = HttpApiGroup.make("miners")
  .add(
    HttpApiEndpoint.get("miners", "/miners")
      .setUrlParams(MinerQuery)
      .addSuccess(page("MinerPage", Miner))
      .annotateContext(OpenApi.annotations({ summary: "Miners" }))
  )
  .add(
    HttpApiEndpoint.get("miner", "/miners/:hotkey")
      .setPath(hotkeyPath)
      .addSuccess(MinerDetail)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "A miner: competitions, ratings, payments, collateral, pull requests" }))
  )
  .add(
    HttpApiEndpoint.get("activity", "/miners/:hotkey/activity")
      .setPath(hotkeyPath)
      .setUrlParams(ActivityQuery)
      .addSuccess(page("ActivityPage", Activity))
      .addError(NotFound)
      .annotateContext(
        OpenApi.annotations({ summary: "Where validators saw a registered miner enrolled in the last 300 rounds, newest first" })
      )
  )
  .add(
    HttpApiEndpoint.get("leaderboard", "/leaderboard")
      .setUrlParams(LeaderboardQuery)
      .addSuccess(page("LeaderboardPage", Ranked))
      .annotateContext(OpenApi.annotations({ summary: "Rated miners by rating" }))
  )
  .add(
    HttpApiEndpoint.get("registrations", "/registrations")
      .setUrlParams(RegistrationQuery)
      .addSuccess(page("RegistrationPage", Registration))
      .annotateContext(OpenApi.annotations({ summary: "Registrations on the subnet, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("scores", "/scores")
      .setUrlParams(ScoreQuery)
      .addSuccess(page("ScorePage", Score))
      .annotateContext(OpenApi.annotations({ summary: "Scores for open-source contributions, newest epoch first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Miners", description: "Miners, their ratings and what they did" }))
