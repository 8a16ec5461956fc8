/** Faults on request: answers that GitHub gives on bad days, and failing connections. */
import { HttpServerResponse } from "@effect/platform"
import { Effect, Schema } from "effect"
import { behaviours } from "../../behaviours.ts"
import { LimitForm, limitAnswer } from "./limitForms.ts"
import { TooMuchForm, tooMuchAnswer } from "./tooMuch.ts"

/**
 * `times`: how many requests the fault applies to (default 1). `after`: how many matching requests succeed first (default 0). `path`: a regular
 * expression for the path and query; defaults to all.
 */
const common = {
  times: Schema.optional(Schema.Int.pipe(Schema.positive())),
  after: Schema.optional(Schema.NonNegativeInt),
  path: Schema.optional(Schema.String)
}

export const Fault = Schema.Union(
  /** An answer with this status and GitHub's message for it, with `retryAfter` seconds in the `Retry-After` header if given. */
  Schema.TaggedStruct("Status", {
    status: Schema.Int.pipe(Schema.between(400, 599)),
    message: Schema.optional(Schema.String),
    retryAfter: Schema.optional(Schema.NonNegativeInt),
    ...common
  }),
  /** A rate limit in one of GitHub's forms, with a reset in `reset` seconds. Default: REST's primary rate limit, a 403 with nothing remaining. */
  Schema.TaggedStruct("RateLimited", { reset: Schema.NonNegativeInt, form: Schema.optional(LimitForm), ...common }),
  /** A refusal of a GraphQL query as too large, in one of GitHub's forms. */
  Schema.TaggedStruct("TooMuch", { form: TooMuchForm, ...common }),
  /** No answer until the client gives up. */
  Schema.TaggedStruct("Hang", common),
  /** The connection breaks in the middle of the body. */
  Schema.TaggedStruct("Cut", common),
  /** A complete answer whose body is cut in half, as a broken proxy sends it. */
  Schema.TaggedStruct("Truncated", common),
  /** An empty list, as if there were no entries. */
  Schema.TaggedStruct("Empty", common),
  /** A GraphQL answer in which every field of this name is null, with a NOT_FOUND error for each. */
  Schema.TaggedStruct("Lacking", { field: Schema.NonEmptyString, ...common }),
  /** A GraphQL answer that hides every field of this name, or every entry of the lists of this name, without an error. */
  Schema.TaggedStruct("Hiding", { field: Schema.NonEmptyString, ...common }),
  /** A GraphQL answer in which every list of this name is empty, as before GitHub has filled it. */
  Schema.TaggedStruct("Unfilled", { field: Schema.NonEmptyString, ...common })
)
export type Fault = typeof Fault.Type

behaviours(
  {
    what: "An existing repository, list or pull request can answer 404 for a while.",
    sources: [
      "https://github.com/kubernetes/test-infra/pull/2262",
      "https://github.com/PyGithub/PyGithub/issues/2527",
      "https://github.com/rust-lang/highfive/issues/190"
    ],
    switch: "the fault Status, with 404 and a path",
    test: "test/http/github/absences.test.ts"
  },
  {
    what: "A repository's list is sometimes empty or incomplete, and complete at the next request.",
    sources: [
      "https://github.com/max-sixty/tend/pull/345",
      "https://github.com/OCA/brand/issues/299",
      "https://github.com/scipy/xsf/issues/142"
    ],
    switch: "the fault Empty, with the path of a list",
    test: "test/http/github/absences.test.ts"
  },
  {
    what: "An existing gist, above all a new one, can answer 404 for a while.",
    sources: ["https://github.com/condemil/gist/issues/177", "https://github.com/popcodeorg/popcode/pull/196"],
    switch: "the fault Status, with 404 and the path of gists",
    test: "test/http/github/links.test.ts"
  },
  {
    what: "GitHub sometimes answers 401 Bad credentials to a valid token.",
    sources: [
      "https://github.com/octokit/octokit.net/issues/2786",
      "https://github.com/taskcluster/taskcluster/pull/2731",
      "https://github.com/MeltanoLabs/tap-github/pull/90"
    ],
    switch: "the fault Status, with 401",
    test: "test/http/github/refusedTokens.test.ts"
  },
  {
    what: "A member of an organization can answer 404 as if not one, or show no association.",
    sources: ["https://github.com/PyGithub/PyGithub/issues/1704", "https://github.com/handarbeit/fabrik/issues/1137"],
    switch: "the fault Status, with 404 and the path of public members",
    test: "test/http/github/absences.test.ts"
  }
)

/** The first fault that applies to this path, and the remaining faults. */
export const takeFault = (faults: ReadonlyArray<Fault>, path: string): readonly [Fault | undefined, ReadonlyArray<Fault>] => {
  const index = faults.findIndex((fault) => fault.path === undefined || new RegExp(fault.path).test(path))
  const fault = faults[index]
  if (fault === undefined) return [undefined, faults]
  const { times = 1, after = 0 } = fault
  if (after > 0) return [undefined, faults.with(index, { ...fault, after: after - 1 })]
  return [fault, times > 1 ? faults.with(index, { ...fault, times: times - 1 }) : faults.toSpliced(index, 1)]
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: "Bad credentials",
  403: "Forbidden",
  404: "Not Found",
  422: "Validation Failed",
  429: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  500: "Server Error",
  502: "Server Error",
  503: "Service Unavailable"
}

const SECONDARY_LIMIT_TEXT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

/** A body that breaks off. The pause lets the first bytes leave: fetch silently retries a connection that breaks before them. */
const broken = (bytes: Uint8Array) =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes)
      setTimeout(() => controller.error(), 20)
    }
  })

type Path = ReadonlyArray<string | number>

/** Sets every field of this name to null, or to something else; returns the paths of those fields. */
const withoutField = (
  value: unknown,
  field: string,
  instead: (before: unknown) => unknown = () => null,
  path: Path = []
): { readonly value: unknown; readonly lacking: ReadonlyArray<Path> } => {
  if (typeof value !== "object" || value === null) return { value, lacking: [] }
  const entries = Object.entries(value).map(([name, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(name) : name]
    if (name === field && inner !== null) return { name, value: instead(inner), lacking: [here] }
    return { name, ...withoutField(inner, field, instead, here) }
  })
  return {
    value: Array.isArray(value)
      ? entries.map((entry) => entry.value)
      : Object.fromEntries(entries.map((entry) => [entry.name, entry.value])),
    lacking: entries.flatMap(({ lacking }) => lacking)
  }
}

/** The data of a GraphQL answer; undefined if it is something else. */
const dataOf = (response: HttpServerResponse.HttpServerResponse): { readonly data: unknown } | undefined => {
  if (response.body._tag !== "Uint8Array" || response.status !== 200) return undefined
  const whole: unknown = JSON.parse(new TextDecoder().decode(response.body.body))
  return typeof whole === "object" && whole !== null && "data" in whole ? whole : undefined
}

const jsonAnswer = (body: object) => HttpServerResponse.unsafeJson(body, { contentType: "application/json; charset=utf-8" })

const answerLacking = (response: HttpServerResponse.HttpServerResponse, field: string): HttpServerResponse.HttpServerResponse => {
  const whole = dataOf(response)
  const left = withoutField(whole?.data, field)
  if (whole === undefined || left.lacking.length === 0) return response
  const errors = left.lacking.map((path) => ({ type: "NOT_FOUND", path, message: `Could not resolve ${field}.` }))
  return jsonAnswer({ ...whole, data: left.value, errors })
}

const EMPTY = { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null } }

const hidden = (before: unknown): unknown =>
  typeof before === "object" && before !== null && "nodes" in before && Array.isArray(before.nodes)
    ? { ...before, nodes: before.nodes.map(() => null) }
    : null

/** Replaces every field of this name, without an error. */
const instead = (response: HttpServerResponse.HttpServerResponse, field: string, by: (before: unknown) => unknown) => {
  const whole = dataOf(response)
  return whole === undefined ? response : jsonAnswer({ ...whole, data: withoutField(whole.data, field, by).value })
}

/** Applies a fault to a request. `healthy` is the answer without the fault. */
export const show = <E, R>(
  fault: Fault,
  healthy: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  now: number
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> => {
  switch (fault._tag) {
    case "Hang":
      return Effect.never
    case "Status": {
      const limited = fault.retryAfter !== undefined && (fault.status === 403 || fault.status === 429)
      const message = fault.message ?? (limited ? SECONDARY_LIMIT_TEXT : (MESSAGES[fault.status] ?? "Error"))
      const headers = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) }
      return Effect.succeed(
        HttpServerResponse.unsafeJson({ message, documentation_url: "https://docs.github.com/rest" }, { status: fault.status, headers })
      )
    }
    case "Empty":
      return Effect.succeed(jsonAnswer([]))
    case "RateLimited":
      return Effect.succeed(limitAnswer(fault.form ?? "primary", now + fault.reset * 1000))
    case "TooMuch":
      return Effect.succeed(tooMuchAnswer(fault.form))
    case "Lacking":
      return Effect.map(healthy, (response) => answerLacking(response, fault.field))
    case "Unfilled":
      return Effect.map(healthy, (response) => instead(response, fault.field, () => EMPTY))
    case "Hiding":
      return Effect.map(healthy, (response) => instead(response, fault.field, hidden))
    case "Cut":
    case "Truncated":
      return Effect.map(healthy, (response) => {
        const bytes = response.body._tag === "Uint8Array" ? response.body.body : new TextEncoder().encode('{"message":')
        const half = bytes.subarray(0, Math.max(1, bytes.length >> 1))
        const options = { status: response.status, contentType: "application/json; charset=utf-8" }
        return fault._tag === "Truncated" ? HttpServerResponse.uint8Array(half, options) : HttpServerResponse.raw(broken(half), options)
      })
  }
}
