/** Pictures, the feed and badges. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Option } from "effect"
import { NotFound } from "../definition/errors.ts"
import { ServedApi } from "../definition/system.ts"
import { sharedQuery, withApiErrors } from "../handlers/answer.ts"
import { findCompetition } from "../queries/competitions.ts"
import { listNews } from "../queries/sharing.ts"
import { llmsText } from "../sharing/llms.ts"
import { generalPicture, issuePicture, matchPicture } from "../sharing/pictures.ts"
import { IndexWatch } from "../stream/IndexWatch.ts"
import { ORIGIN_HEADERS } from "./origin.ts"

/** How long clients may reuse an answer without revalidation. */
const cached = (seconds: number) => ({ "cache-control": `public, max-age=${seconds}` })

/** Loads the renderer for the first picture. */
const png = (svg: string) =>
  Effect.promise(() => import("../sharing/picture/render.ts")).pipe(
    Effect.flatMap(({ pngOf }) => pngOf(svg)),
    Effect.map((bytes) => HttpServerResponse.uint8Array(bytes, { contentType: "image/png", headers: cached(60) }))
  )

type Drawing = Effect.Effect<Option.Option<string>, SqlError, SqlClient>

/** The drawing, or 404. */
const drawnOf = (drawing: Drawing, what: string) =>
  Effect.flatMap(
    withApiErrors(drawing),
    Option.match({
      onNone: () => Effect.fail(new NotFound({ message: `the index has no ${what}`, details: [] })),
      onSome: Effect.succeed
    })
  )

const pictureOf = (drawing: Drawing, what: string) => Effect.flatMap(drawnOf(drawing, what), png)

const badges = Effect.promise(() => import("../sharing/badge.ts"))

const badge = (svg: string) => HttpServerResponse.text(svg, { contentType: "image/svg+xml; charset=utf-8", headers: cached(300) })

const badgeOf = (draw: (all: Effect.Effect.Success<typeof badges>) => Drawing, what: string) =>
  Effect.flatMap(badges, (all) => Effect.map(drawnOf(draw(all), what), badge))

/** `originOf`: the server's public scheme and host for a request. */
export const handlers = (originOf: (request: HttpServerRequest.HttpServerRequest) => string) =>
  HttpApiBuilder.group(ServedApi, "sharing", (group) =>
    Effect.map(sharedQuery(withApiErrors(generalPicture)), (general) =>
      group
        .handle(
          "matchPicture",
          ({
            path: {
              picture: [id]
            }
          }) => pictureOf(matchPicture(id), `match ${id}`)
        )
        .handle(
          "issuePicture",
          ({
            path: {
              picture: [id]
            }
          }) => pictureOf(issuePicture(id), `issue ${id}`)
        )
        .handle("generalPicture", () => Effect.flatMap(general, png))
        .handle("feed", ({ request, urlParams }) =>
          Effect.gen(function* () {
            const { competition } = urlParams
            const [news, match, { feedOf }] = yield* Effect.all([
              withApiErrors(listNews(urlParams)),
              competition === undefined ? Effect.succeedNone : withApiErrors(findCompetition(competition)),
              Effect.promise(() => import("../sharing/feed.ts"))
            ])
            return HttpServerResponse.text(feedOf(news, Option.getOrUndefined(match), originOf(request), request.url), {
              contentType: "application/atom+xml; charset=utf-8",
              headers: { ...cached(60), vary: ORIGIN_HEADERS }
            })
          })
        )
        .handle("llms", ({ request }) =>
          Effect.gen(function* () {
            const { pace } = yield* Effect.flatMap(IndexWatch, ({ seen }) => seen)
            const text = yield* withApiErrors(llmsText(originOf(request), pace))
            return HttpServerResponse.text(text, {
              contentType: "text/plain; charset=utf-8",
              headers: { ...cached(60), vary: ORIGIN_HEADERS }
            })
          })
        )
        .handle("matchBadge", ({ path: { badge } }) => badgeOf(({ matchBadge }) => matchBadge(badge[0]), `match ${badge[0]}`))
        .handle("issueBadge", ({ path: { badge } }) => badgeOf(({ issueBadge }) => issueBadge(badge[0]), `issue ${badge[0]}`))
        .handle("badge", ({ path: { owner, file } }) =>
          Effect.flatMap(badges, ({ repositoryBadge }) => withApiErrors(repositoryBadge(`${owner}/${file.replace(/\.svg$/, "")}`))).pipe(
            Effect.map(badge)
          )
        )
    )
  )
