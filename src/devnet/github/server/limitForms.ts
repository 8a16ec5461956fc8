/** The ways in which GitHub says that a rate limit is used up. All mean the same: ask no more until then. */
import { HttpServerResponse } from "@effect/platform"
import { Schema } from "effect"

const PRIMARY = "API rate limit exceeded for user ID 1234."
const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
const ABUSE = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."

interface Form {
  readonly status: number
  readonly body: object
  /** Requests that the headers still promise; undefined: there are no headers of the hourly limit. */
  readonly remaining?: number
  /** Seconds in `retry-after`; undefined: there is none. */
  readonly retryAfter?: number
}

const told = (message: string) => ({ message, documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api" })

const FORMS = {
  /** https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
  RATE_LIMITED: { status: 200, body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded." }] }, remaining: 0 },
  /** The same limit under its other name, while the header still shows points: https://github.com/yanyongyu/githubkit/issues/271 */
  RATE_LIMIT: {
    status: 200,
    body: { errors: [{ type: "RATE_LIMIT", code: "graphql_rate_limit", message: "API rate limit already exceeded for user ID 1234." }] },
    remaining: 17
  },
  /** A secondary limit in a body of status 200, as the same page of GitHub's documentation says. */
  graphqlSecondary: { status: 200, body: { errors: [{ message: SECONDARY }] }, remaining: 4_000 },
  /** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
  primary: { status: 403, body: told(PRIMARY), remaining: 0 },
  primaryAs429: { status: 429, body: told(PRIMARY), remaining: 0 },
  secondary: { status: 403, body: told(SECONDARY), remaining: 4_000, retryAfter: 60 },
  /** https://github.com/hub4j/github-api/pull/1895 */
  secondaryAs429: { status: 429, body: told(SECONDARY), remaining: 4_000, retryAfter: 60 },
  /** Nothing but the text tells of it: https://github.com/hub4j/github-api/issues/2009 */
  secondaryWithoutHeaders: { status: 403, body: told(SECONDARY) },
  /** Its name until 2021: https://github.com/dotnet/docfx/issues/4139 */
  abuse: { status: 403, body: told(ABUSE) }
} as const satisfies Record<string, Form>

export type LimitForm = keyof typeof FORMS

const isForm = (name: string): name is LimitForm => Object.hasOwn(FORMS, name)
export const limitForms: ReadonlyArray<LimitForm> = Object.keys(FORMS).filter(isForm)
export const LimitForm = Schema.Literal(...limitForms)

/** The answer, with a reset at this time where the form has headers, in milliseconds since 1970. */
export const limitAnswer = (form: LimitForm, resetAt: number): HttpServerResponse.HttpServerResponse => {
  const { status, body, remaining, retryAfter }: Form = FORMS[form]
  const headers = {
    ...(remaining === undefined
      ? {}
      : {
          "x-ratelimit-limit": "5000",
          "x-ratelimit-remaining": String(remaining),
          "x-ratelimit-used": String(5000 - remaining),
          "x-ratelimit-reset": String(Math.ceil(resetAt / 1000))
        }),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) })
  }
  return HttpServerResponse.unsafeJson(body, { status, headers, contentType: "application/json; charset=utf-8" })
}
