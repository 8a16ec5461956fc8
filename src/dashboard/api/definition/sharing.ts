/** What others embed: pictures of matches for previews of links, a feed of news, and a badge for a repository's README. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { tables } from "../../../layers/database/schema/tables.ts"
import { NotFound } from "./errors.ts"
import { anyOf, account as byAccount, idIn, PathId, phrase, query } from "./parameters.ts"

/** What a feed tells of, with the event of the contract that brings it. */
export const NEWS = { issue: "IssueRegistered", match: "CompetitionStarted", solved: "CompetitionWon", paid: "BountyPaid" } as const
export const NEWS_KINDS = ["issue", "match", "solved", "paid"] as const

export const PICTURES = { match: "/og/competitions", issue: "/og/issues", general: "/og/gittensor.png" } as const

const png = HttpApiSchema.Uint8Array({ contentType: "image/png" })

const plain = (contentType: string, description: string) =>
  Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType })).annotations({ description })

/** "7.png" as 7. */
const Picture = (description: string) =>
  Schema.TemplateLiteralParser(PathId(description), ".png").annotations({
    jsonSchema: { type: "string", pattern: "^[0-9]{1,10}\\.png$", description, examples: ["1.png"] }
  })

export const FeedQuery = query({
  kind: anyOf("only news of these kinds: a new issue, the start of a match, a solution, a payment", ...NEWS_KINDS),
  repository: phrase("only news about this repository, such as acme/widgets"),
  hotkey: byAccount("only news about this miner"),
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
    HttpApiEndpoint.get("matchPicture", `${PICTURES.match}/:picture`)
      .setPath(Schema.Struct({ picture: Picture(tables.competitions.columns.id.meaning) }))
      .addSuccess(png)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "A picture of a match, 1200 × 630: who is ahead, for what" }))
  )
  .add(
    HttpApiEndpoint.get("issuePicture", `${PICTURES.issue}/:picture`)
      .setPath(Schema.Struct({ picture: Picture(tables.issues.columns.id.meaning) }))
      .addSuccess(png)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "A picture of an issue and its bounty, 1200 × 630" }))
  )
  .add(
    HttpApiEndpoint.get("generalPicture", PICTURES.general)
      .addSuccess(png)
      .annotateContext(OpenApi.annotations({ summary: "A picture of the whole, 1200 × 630" }))
  )
  .add(
    HttpApiEndpoint.get("feed", "/feed.atom")
      .setUrlParams(FeedQuery)
      .addSuccess(plain("application/atom+xml", "An Atom feed (RFC 4287)"))
      .annotateContext(
        OpenApi.annotations({ summary: "The newest 50 news as an Atom feed: new issues, starts of matches, solutions, payments" })
      )
  )
  .add(
    HttpApiEndpoint.get("badge", "/badge/:owner/:file")
      .setPath(BadgePath)
      .addSuccess(plain("image/svg+xml", "A badge"))
      .annotateContext(OpenApi.annotations({ summary: "A badge for a repository's README: how many bounties are open and paid" }))
  )
  .add(
    HttpApiEndpoint.get("llms", "/llms.txt")
      .addSuccess(plain("text/plain", "Markdown"))
      .annotateContext(OpenApi.annotations({ summary: "How everything works and where its data is, for language models" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Sharing", description: "Pictures, feeds and badges for other places" }))
