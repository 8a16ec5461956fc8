/** Titles and descriptions of views, for link previews, search engines and the window's title. External texts are cleaned, but not escaped. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Option, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { shortAlpha, wholeNumber } from "../../../story/figures.ts"
import { minerName, referenceOf, shortAccount } from "../../../story/names.ts"
import { clean } from "../../../story/sentence.ts"
import { issueName } from "../../../story/sentences.ts"
import type { IssueDetail } from "../definition/issues.ts"
import type { MinerDetail } from "../definition/miners.ts"
import type { PageName } from "../definition/pages.ts"
import { PICTURES } from "../definition/pages.ts"
import { MinerIn, PathId } from "../definition/parameters.ts"
import { headToHead } from "../queries/competitions.ts"
import { findFacts } from "../queries/consensus.ts"
import { findIssue } from "../queries/issues.ts"
import { findMiner } from "../queries/miners.ts"
import { bountiesOf } from "../queries/sharing.ts"
import { findVoter } from "../queries/validators.ts"
import { type FoundMatch, findMatch, scoreboardIn } from "./match.ts"

export interface Summary {
  /** The view's title, without the site's name. */
  readonly title: string
  readonly description: string
  /** Path of its picture; defaults to the site's. */
  readonly picture?: string
  /** The view's path with the parameters that determine its subject. */
  readonly address: string
  /** Whether the index lacks the subject. */
  readonly isMissing?: boolean
}

/** A requested view: its path parameters and its query. */
export interface Viewed {
  readonly page: PageName
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
}

const SITE = "Open-source issues with a bounty, and the two miners who compete for each."

/** Summaries of views without a single subject, or whose subject is not in the index. */
const GENERAL_SUMMARIES: Readonly<Record<PageName, readonly [title: string, description: string]>> = {
  home: ["Gittensor", SITE],
  issues: ["Issues", "GitHub issues with a bounty: what is open now, who competes, and what was paid."],
  issue: ["Issue", SITE],
  repository: ["Repository", "A repository's issues with a bounty, and the matches on them."],
  search: ["Search", "Issues, matches, miners and repositories by words, numbers and names."],
  competitions: ["Matches", "Two miners on one issue: every match, live and past, with its result."],
  competition: ["Match", SITE],
  miners: ["Miners", "Everybody who competes for bounties, with rating, results and earnings."],
  miner: ["Miner", SITE],
  leaderboard: ["Leaderboard", "Miners by rating, with their latest results."],
  headToHead: ["Head to head", "Two miners compared: their meetings, ratings and odds."],
  treasury: ["Treasury", "Where the bounties come from, what was paid, and what was recycled."],
  validators: ["Validators", "Who judges the matches, with how much stake, and how often they agree."],
  validator: ["Validator", "A validator's votes, weights and reports."],
  epoch: ["Consensus", "What the validators reported for an epoch, and what they agreed on."],
  events: ["Events", "Everything that happened on the contract, as it happens, and the subnet in figures."],
  me: ["My page", "Your matches, rating, payouts and what you watch, kept in your browser."],
  howItWorks: [
    "How it works",
    "Rounds, pairing, windows, verdicts, ratings, collateral and the treasury, for newcomers, with the settings in force."
  ]
}

/** A view's summary without the index. */
export const generalSummary = ({ page, path }: Viewed): Summary => {
  const [title, description] = GENERAL_SUMMARIES[page]
  return { title, description, address: path }
}

type Encoded<A extends { readonly Encoded: unknown }> = A["Encoded"]

const nameOf = (miner: Parameters<typeof minerName>[0]): string => clean(minerName(miner))

const matchSummary = (match: FoundMatch): Summary => {
  const { id, a, b, bounty, issue } = match.competition
  const title = `${nameOf(a)} against ${nameOf(b)}`
  const about = issue.title === null ? "" : ` ${issueName(issue)}`
  return {
    title,
    description: `${title} for ${shortAlpha(bounty)} α on ${referenceOf(issue)}${about}. ${clean(scoreboardIn(match).headline)}.`,
    picture: `${PICTURES.match}/${id}.png`,
    address: `/competitions/${id}`
  }
}

const STATES: Readonly<Record<Encoded<typeof IssueDetail>["status"], string>> = {
  Funding: "It waits for funding",
  Open: "Miners can enrol now",
  Competing: "Two miners compete for it",
  Solved: "It is solved and waits for the payment",
  Paid: "It is solved and paid",
  Cancelled: "It was cancelled"
}

const issueSummary = ({ id, repository, number, status, target, competition, github }: Encoded<typeof IssueDetail>): Summary => {
  const { title } = github
  const reference = referenceOf({ repository, number })
  const state =
    status === "Competing" && competition !== null ? `${nameOf(competition.a)} and ${nameOf(competition.b)} compete for it` : STATES[status]
  return {
    title: title === null ? reference : `${clean(title)} · ${reference}`,
    description: `A bounty of ${shortAlpha(target)} α on ${issueName({ repository, number, title })}. ${state}.`,
    picture: `${PICTURES.issue}/${id}.png`,
    address: `/issues/${id}`
  }
}

const minerSummary = ({ hotkey, github, rating, rank, won, lost, expired, earned }: Encoded<typeof MinerDetail>): Summary => ({
  title: nameOf({ hotkey, login: github?.proven === true ? github.login : null }),
  description: [
    rating === null ? "Has no rating yet." : `Rating ${wholeNumber(Math.round(rating))}${rank === null ? "" : `, rank ${rank}`}.`,
    `Won ${won}, lost ${lost}, expired ${expired}.`,
    `Earned ${shortAlpha(earned)} α.`
  ].join(" "),
  address: `/miners/${hotkey}`
})

const decodeId = Schema.decodeUnknownOption(PathId("an id"))
/** GitHub's form of repository names. */
const decodeRepository = Schema.decodeUnknownOption(Schema.String.pipe(Schema.pattern(/^[\w.-]{1,100}\/[\w.-]{1,100}$/)))
const decodeAccount = Schema.decodeUnknownOption(AccountAddress)
const decodeMiner = Schema.decodeUnknownOption(MinerIn("a miner"))

type Query<A> = Effect.Effect<Option.Option<A>, SqlError, SqlClient>

export const summaryOf = (viewed: Viewed) => {
  const { page, parameters, query } = viewed
  const about = <Key, A>(key: Option.Option<Key>, find: (key: Key) => Query<A>, summary: (found: A) => Summary) =>
    Effect.map(
      Option.match(key, { onNone: () => Effect.succeedNone, onSome: find }),
      Option.match({ onNone: (): Summary => ({ ...generalSummary(viewed), isMissing: true }), onSome: summary })
    )
  switch (page) {
    case "competition":
      return about(decodeId(parameters.id), findMatch, matchSummary)
    case "issue":
      return about(decodeId(parameters.id), findIssue, issueSummary)
    case "miner":
      return about(decodeMiner(parameters.hotkey), findMiner, minerSummary)
    case "validator":
      return about(
        decodeAccount(parameters.hotkey),
        findVoter,
        ({ hotkey }): Summary => ({ ...generalSummary(viewed), title: `Validator ${shortAccount(hotkey)}` })
      )
    case "repository": {
      const name = `${parameters.owner}/${parameters.name}`
      return about(
        decodeRepository(name),
        (repository) =>
          Effect.map(
            bountiesOf(repository),
            Option.liftPredicate(({ isKnown }) => isKnown)
          ),
        ({ open, paid }): Summary => ({
          ...generalSummary(viewed),
          title: clean(name),
          description: `Bounties on issues of ${clean(name)}: ${open} to be won, ${paid} paid.`
        })
      )
    }
    case "epoch":
      return about(decodeId(parameters.epoch), findFacts, () => generalSummary(viewed))
    case "headToHead":
      // Without both miners, the view shows a form for them.
      if (!query.has("a") || !query.has("b")) return Effect.succeed(generalSummary(viewed))
      return about(
        Option.all({ a: decodeMiner(query.get("a")), b: decodeMiner(query.get("b")) }),
        (pair) => Effect.catchTag(headToHead({ ...pair, limit: 1 }), "BadRequest", () => Effect.succeedNone),
        ({ a, b, meetings: { aWon, bWon } }): Summary => ({
          title: `${nameOf(a.miner)} against ${nameOf(b.miner)}`,
          description: `Their meetings so far: ${nameOf(a.miner)} won ${aWon}, ${nameOf(b.miner)} won ${bWon}.`,
          address: `/head-to-head?a=${a.miner.hotkey}&b=${b.miner.hotkey}`
        })
      )
    default:
      return Effect.succeed(generalSummary(viewed))
  }
}
