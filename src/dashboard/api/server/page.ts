/** Serves the web page at its views' paths, and its files. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cause, Effect, Record } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { explained } from "../../../layers/storage/database/Database.ts"
import { ASKED_EVERYWHERE, CHECK, FIRST_QUESTIONS, PAGES } from "../definition/pages.ts"
import { checkFor, type Page, policyOfCheck } from "../page/Page.ts"
import { networkWith } from "../queries/chain.ts"
import { type Ahead, htmlOf, templateOf } from "../sharing/head.ts"
import { generalSummary, summaryOf, type Viewed } from "../sharing/summaries.ts"
import { Exchange } from "./Exchange.ts"
import * as OutageLines from "./OutageLines.ts"
import { ORIGIN_HEADERS } from "./origin.ts"
import { patternOf } from "./routes.ts"

const VIEW = "page"
/** Route name of the page's files. */
export const PAGE_FILE = "page file"

/** Route names for the page's paths, as metrics use them. */
export const pathsOf = ({ files }: Page): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.values(PAGES).map((path) => [path, VIEW])),
  ...Object.fromEntries([...files.keys(), CHECK].map((path) => [path, PAGE_FILE]))
})

/** Folder of the files with a content hash in their names. */
const HASHED_FOLDER = "/assets/"
const FOR_EVER = "public, max-age=31536000, immutable"

const view = ({ index, policy }: Page, status: number, bytes = index.bytes) =>
  HttpServerResponse.uint8Array(bytes, { status, contentType: index.contentType, headers: { "content-security-policy": policy } })

const patterns = Record.toEntries(PAGES).map(([page, path]) => ({ page, pattern: patternOf(path) }))

const viewedAt = (path: string, query: URLSearchParams): Viewed | undefined => {
  for (const { page, pattern } of patterns) {
    const found = pattern.exec(path)
    if (found !== null) return { page, path, parameters: { ...found.groups }, query }
  }
  return undefined
}

/** What to preload for a view. Nothing with a query, because filters change the first request. */
const aheadOf = (page: Page, { page: name, parameters, query }: Viewed, isMissing: boolean): Ahead => {
  if (query.size > 0 || isMissing) return {}
  const first = FIRST_QUESTIONS[name]?.replace(/:(\w+)/, (_, key: string) => parameters[key] ?? "")
  return { scripts: page.scripts.get(name) ?? [], questions: [...(first === undefined ? [] : [first]), ...ASKED_EVERYWHERE] }
}

/** Timeout for the summary in the page's head. Without it, the page still works. */
const HEAD_PATIENCE = "2 seconds"

/** The view's summary. While the database does not answer, a general one for the kind of view. */
const knownSummary = (viewed: Viewed) =>
  explained(summaryOf(viewed)).pipe(
    Effect.timeout(HEAD_PATIENCE),
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.interrupt
        : Effect.as(OutageLines.warn(messageOf(Cause.squash(cause))), generalSummary(viewed))
    )
  )

/** The view that a browser gets in place of an error; other clients get the JSON error. */
export const viewInsteadOf = (page: Page | undefined) => (request: HttpServerRequest.HttpServerRequest, path: string, status: number) =>
  page !== undefined &&
  (request.method === "GET" || request.method === "HEAD") &&
  (request.headers.accept ?? "").includes("text/html") &&
  !path.startsWith("/v1/") &&
  !path.startsWith(HASHED_FOLDER)
    ? HttpServerResponse.setHeader(view(page, status), "cache-control", "no-store")
    : undefined

/** `witnesses`: the nodes that the check of a match may ask, if the operator names any. */
export const withPage = (
  page: Page | undefined,
  originOf: (request: HttpServerRequest.HttpServerRequest) => string,
  witnesses: ReadonlyArray<string>
) => {
  const template = page === undefined ? undefined : templateOf(new TextDecoder().decode(page.index.bytes))
  const encoder = new TextEncoder()
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      if (page === undefined || template === undefined) return yield* app
      const [request, { path, route }] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange])
      const viewed = route?.name === VIEW ? viewedAt(path, new URLSearchParams(request.url.slice(path.length + 1))) : undefined
      if (viewed !== undefined) {
        const summary = yield* knownSummary(viewed)
        const isMissing = summary.isMissing === true
        const html = encoder.encode(htmlOf(template, summary, originOf(request), aheadOf(page, viewed, isMissing)))
        return HttpServerResponse.setHeader(view(page, isMissing ? 404 : 200, html), "vary", ORIGIN_HEADERS)
      }
      if (path === CHECK && page.check !== undefined) {
        const found = yield* Effect.either(explained(networkWith(witnesses)))
        if (found._tag === "Left") {
          yield* OutageLines.warn(messageOf(found.left))
          return HttpServerResponse.text("The database does not answer, so which chain and contract to check is not known: try again", {
            status: 503
          })
        }
        const check = checkFor(page.check, found.right)
        return HttpServerResponse.uint8Array(check.bytes, {
          contentType: check.contentType,
          headers: { "content-security-policy": policyOfCheck(check) }
        })
      }
      const file = route?.name === PAGE_FILE ? page.files.get(path) : undefined
      if (file === undefined) return yield* app
      const { contentType, bytes } = file
      return HttpServerResponse.uint8Array(bytes, {
        contentType,
        headers: path.startsWith(HASHED_FOLDER) ? { "cache-control": FOR_EVER } : {}
      })
    })
}
