/** Embeddable content: pictures of matches for link previews, a news feed, and badges for READMEs. */
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { get } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { BADGES, PICTURES } from "./pages.ts"
import { anyOf, miner as byMiner, idIn, PathId, phrase, query } from "./parameters.ts"

/** Kinds of news in a feed, with their contract events. */
export const NEWS = {
  issue: ["IssueRegistered"],
  edited: ["IssueEdited"],
  cancelled: ["IssueCancelled"],
  match: ["CompetitionStarted"],
  vote: ["OutcomeVoted", "OutcomeVoteWithdrawn"],
  solved: ["CompetitionWon"],
  unsolved: ["CompetitionUnsolved", "CompetitionExpired"],
  payee: ["PayeeNamed"],
  paid: ["BountyPaid"],
  vetoed: ["ChangeVetoed"]
} as const
export const NEWS_KINDS = ["issue", "edited", "cancelled", "match", "vote", "solved", "unsolved", "payee", "paid", "vetoed"] as const
export type NewsKind = (typeof NEWS_KINDS)[number]
/** The default kinds. Votes are frequent, so they have to be requested. */
export const USUAL_NEWS: ReadonlyArray<NewsKind> = NEWS_KINDS.filter((kind) => kind !== "vote")

const png = HttpApiSchema.Uint8Array({ contentType: "image/png" })

const plainBody = (contentType: string, description: string) =>
  Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType })).annotations({ description })

/** Parses "7.png" to 7. */
const fileOf =
  <Ending extends ".png" | ".svg">(ending: Ending) =>
  (description: string) =>
    Schema.TemplateLiteralParser(PathId(description), ending).annotations({
      jsonSchema: { type: "string", pattern: `^[0-9]{1,10}\\${ending}$`, description, examples: [`1${ending}`] }
    })
const Picture = fileOf(".png")
const Badge = fileOf(".svg")

const svg = plainBody("image/svg+xml", "A badge")

export const FeedQuery = query({
  kind: anyOf(
    "only news of these kinds: an issue that is new, edited or cancelled, the start of a match, a vote on its outcome, a solution, an end without one, another payee, a payment, a vetoed change; all but votes by default",
    ...NEWS_KINDS
  ),
  repository: phrase("only news about this repository, such as acme/widgets"),
  hotkey: byMiner("only news about this miner"),
  competition: idIn("only this match, with its plays: what happens to both pull requests, and who takes the lead")
})

const BadgePath = Schema.Struct({
  owner: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_.-]{1,100}$/)).annotations({ description: "the repository's owner on GitHub" }),
  file: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_.-]{1,100}\.svg$/)).annotations({
    description: "the repository's name, with .svg behind it"
  })
})

export const sharing = HttpApiGroup.make("sharing", { topLevel: true })
  .add(
    get("matchPicture", `${PICTURES.match}/:picture`, "A picture of a match, 1200 × 630: who is ahead, for what")
      .setPath(Schema.Struct({ picture: Picture(tables.competitions.columns.id.meaning) }))
      .addSuccess(png)
      .addError(NotFound)
  )
  .add(
    get("issuePicture", `${PICTURES.issue}/:picture`, "A picture of an issue and its bounty, 1200 × 630")
      .setPath(Schema.Struct({ picture: Picture(tables.issues.columns.id.meaning) }))
      .addSuccess(png)
      .addError(NotFound)
  )
  .add(get("generalPicture", PICTURES.general, "A picture of the whole, 1200 × 630").addSuccess(png))
  .add(
    get("feed", "/feed.atom", "The newest 50 news as an Atom feed: issues, matches, solutions, payments, vetoes")
      .setUrlParams(FeedQuery)
      .addSuccess(plainBody("application/atom+xml", "An Atom feed (RFC 4287)"))
  )
  .add(
    get("matchBadge", `${BADGES.match}/:badge`, "A badge for a README: who is ahead in a match, or how it ended")
      .setPath(Schema.Struct({ badge: Badge(tables.competitions.columns.id.meaning) }))
      .addSuccess(svg)
      .addError(NotFound)
  )
  .add(
    get("issueBadge", `${BADGES.issue}/:badge`, "A badge for a README: an issue's bounty, and what becomes of it")
      .setPath(Schema.Struct({ badge: Badge(tables.issues.columns.id.meaning) }))
      .addSuccess(svg)
      .addError(NotFound)
  )
  .add(
    get("badge", `${BADGES.repository}/:owner/:file`, "A badge for a repository's README: how many bounties are open and paid")
      .setPath(BadgePath)
      .addSuccess(svg)
  )
  .add(
    get("llms", "/llms.txt", "How everything works and where its data is, for language models").addSuccess(
      plainBody("text/plain", "Markdown")
    )
  )
  .annotateContext(OpenApi.annotations({ title: "Sharing", description: "Pictures, feeds and badges for other places" }))
