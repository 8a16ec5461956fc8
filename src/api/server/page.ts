/** Serves the web page at the paths of its views, and its files. */
import type * as HttpApp from "@effect/platform/HttpApp"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { PAGES } from "../definition/pages.ts"
import type { Page } from "../page/Page.ts"
import { Exchange } from "./Exchange.ts"

const VIEW = "page"
const FILE = "page file"

/** Route names for the page's paths, as metrics use them. */
export const pathsOf = ({ files }: Page): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.values(PAGES).map((path) => [path, VIEW])),
  ...Object.fromEntries([...files.keys()].map((path) => [path, FILE]))
})

/** Vite puts files with a content hash in their name here. */
const HASHED = "/assets/"
const FOR_EVER = "public, max-age=31536000, immutable"

const view = ({ index, policy }: Page, status: number) =>
  HttpServerResponse.uint8Array(index.bytes, { status, contentType: index.contentType, headers: { "content-security-policy": policy } })

/** The view that a browser gets instead of an error; other clients get the JSON error. */
export const viewInsteadOf = (page: Page | undefined) => (request: HttpServerRequest.HttpServerRequest, path: string, status: number) =>
  page !== undefined &&
  (request.method === "GET" || request.method === "HEAD") &&
  (request.headers.accept ?? "").includes("text/html") &&
  !path.startsWith("/v1/") &&
  !path.startsWith(HASHED)
    ? HttpServerResponse.setHeader(view(page, status), "cache-control", "no-store")
    : undefined

export const withPage = (page: Page | undefined) => {
  if (page === undefined) return <E, R>(app: HttpApp.Default<E, R>) => app
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const { path, route } = yield* Exchange
      if (route?.name === VIEW) return view(page, 200)
      const file = route?.name === FILE ? page.files.get(path) : undefined
      if (file === undefined) return yield* app
      const { contentType, bytes } = file
      return HttpServerResponse.uint8Array(bytes, {
        contentType,
        headers: path.startsWith(HASHED) ? { "cache-control": FOR_EVER } : {}
      })
    })
}
