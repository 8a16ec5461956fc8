/** Miners: ratings, earnings, registrations and contribution scores. */
import { Schema } from "effect"
import { minerOnChain, minerOnGitHub, tables } from "../../../layers/storage/database/schema/tables.ts"
import { LONGEST_RUN } from "../../../story/results.ts"
import { MINER_SORTS } from "./choices.ts"
import { Competition, form, RatingChange, sameAccount } from "./competitions.ts"
import { get, group } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { behind, fieldsOf } from "./fields.ts"
import { PullRequest } from "./issues.ts"
import { CollateralFlow, Payout } from "./money.ts"
import { account as byAccount, miner as byMiner, idIn, MinerIn, paging, phrase, query, sort, u32In, uidIn, yesOrNo } from "./parameters.ts"
import { block, capitalised, count, login, Moment, page, rating, seenBy, wholeNumber } from "./values.ts"

const { columns: score } = tables.scores

export const MinerOnGitHub = Schema.Struct({
  ...fieldsOf(minerOnGitHub),
  account: wholeNumber(minerOnGitHub.github_account.meaning)
}).annotations({ identifier: "MinerOnGitHub", description: "The GitHub account named in a miner's commitment" })

const minerFields = behind(
  "enrolledAt",
  { github: Schema.NullOr(MinerOnGitHub) },
  {
    ...fieldsOf(minerOnChain),
    enrolledAt: Schema.NullOr(Moment).annotations({ description: minerOnChain.enrolled_at.meaning }),
    lastMatchAt: Schema.NullOr(Moment).annotations({ description: "when its latest match that is over ended; null without one" }),
    rating: Schema.NullOr(rating(`${minerOnChain.rating.meaning}; null if it never enrolled or competed`))
  }
)

export const Miner = Schema.Struct(minerFields).annotations({
  identifier: "Miner",
  description: capitalised(tables.miners.row)
})
export interface Miner extends Schema.Schema.Type<typeof Miner> {}

const streak = count(`how many of its latest results in a row are like the newest one; at most ${LONGEST_RUN}`)

export const Ranked = Schema.Struct({ rank: count("its rank by rating, from 1"), form, streak, ...minerFields }).annotations({
  identifier: "Ranked",
  description: "A miner with its rank"
})
export interface Ranked extends Schema.Schema.Type<typeof Ranked> {}

export const Registration = Schema.Struct({
  ...fieldsOf(tables.registrations.columns),
  login
}).annotations({ identifier: "Registration", description: capitalised(tables.registrations.row) })
export interface Registration extends Schema.Schema.Type<typeof Registration> {}

const { hotkey: _, ...link } = fieldsOf(tables.github_links.columns)

export const Link = Schema.Struct(link).annotations({ identifier: "GitHubLink", description: capitalised(tables.github_links.row) })

export const Activity = Schema.Struct({
  round: count("the round"),
  issue: count("the issue"),
  at: block("the block of the latest attestation that lists the miner"),
  ...seenBy
}).annotations({ identifier: "Activity", description: "An issue and a round in which validators saw the miner enrolled or skipping" })

export const Score = Schema.Struct(fieldsOf(score)).annotations({ identifier: "Score", description: capitalised(tables.scores.row) })
export interface Score extends Schema.Schema.Type<typeof Score> {}

export const MinerDetail = Schema.Struct({
  ...minerFields,
  rank: Schema.NullOr(count("its rank by rating among registered miners with a rated match, from 1; null without a rated match")),
  form,
  streak,
  running: Schema.Array(Competition).annotations({ description: "its running matches, newest first" }),
  recent: Schema.Array(Competition).annotations({ description: "its latest ended matches, newest first; at most 10" }),
  ratings: Schema.Array(RatingChange).annotations({
    description: "its latest rating changes, newest first; at most 60, all of them at /ratings"
  }),
  payouts: Schema.Array(Payout).annotations({ description: "its latest payments, newest first; at most 10" }),
  collateral: Schema.Array(CollateralFlow).annotations({ description: "its latest movements of collateral, newest first; at most 10" }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "its latest pull requests, newest first; at most 10" }),
  registrations: Schema.Array(Registration).annotations({ description: "its registrations, newest first; at most 20" }),
  links: Schema.Array(Link).annotations({ description: "the GitHub accounts that it linked, newest first; at most 20" }),
  sameAccount,
  scores: Schema.Array(Score).annotations({ description: "its latest contribution scores; at most 50" })
}).annotations({ identifier: "MinerDetail", description: "A miner with its recent activity" })
export interface MinerDetail extends Schema.Schema.Type<typeof MinerDetail> {}

export const MinerQuery = query({
  registered: yesOrNo("true: only registered miners; false: only others"),
  enrolled: yesOrNo("true: only miners that ever enrolled or competed; false: only others, such as validators"),
  rated: yesOrNo("true: only miners with a rated match, which have a rank; false: only others"),
  eligible: yesOrNo("true: only miners whose rating is high enough to be paired; false: only others"),
  provisional: yesOrNo("true: only miners with a provisional rating; false: only others"),
  coldkey: byAccount("only miners of this coldkey"),
  uid: uidIn("only the miner that holds this UID"),
  login: phrase("only the miner with this GitHub account, case-insensitive", 39),
  search: phrase("only miners whose proven GitHub account (case-insensitive), hotkey or coldkey begins with this", 48),
  sort: sort(...MINER_SORTS),
  ...paging
})

export const LeaderboardQuery = query({
  registered: yesOrNo("true: only registered miners; false: only others; all if omitted"),
  ...paging
})

export const RegistrationQuery = query({ hotkey: byMiner("only those of this miner"), uid: uidIn("only those of this UID"), ...paging })

export const ScoreQuery = query({
  epoch: u32In("only those of this epoch"),
  hotkey: byMiner("only those of this miner"),
  repository: phrase("only those for this repository"),
  ...paging
})

export const ActivityQuery = query({ issue: idIn("only for this issue"), ...paging })

const minerPath = Schema.Struct({ hotkey: MinerIn("the miner") })

export const miners = group("miners", "Miners", "Miners, their ratings and their activity")
  .add(get("miners", "/miners", "Miners").setUrlParams(MinerQuery).addSuccess(page("MinerPage", Miner)))
  .add(
    get("miner", "/miners/:hotkey", "A miner with its matches, ratings, payments, collateral and pull requests")
      .setPath(minerPath)
      .addSuccess(MinerDetail)
      .addError(NotFound)
  )
  .add(
    get(
      "activity",
      "/miners/:hotkey/activity",
      "Issues for which validators saw a registered miner enrolled in the last 300 rounds, newest first"
    )
      .setPath(minerPath)
      .setUrlParams(ActivityQuery)
      .addSuccess(page("ActivityPage", Activity))
      .addError(NotFound)
  )
  .add(
    get("leaderboard", "/leaderboard", "Miners with a rated match, highest rating first")
      .setUrlParams(LeaderboardQuery)
      .addSuccess(page("LeaderboardPage", Ranked))
  )
  .add(
    get("registrations", "/registrations", "Registrations on the subnet, newest first")
      .setUrlParams(RegistrationQuery)
      .addSuccess(page("RegistrationPage", Registration))
  )
  .add(
    get("scores", "/scores", "Scores for open-source contributions, newest epoch first")
      .setUrlParams(ScoreQuery)
      .addSuccess(page("ScorePage", Score))
  )
