/** GitHub's forms of the answer to an exceeded rate limit. All mean: send no request before the reset. */
import { HttpServerResponse } from "@effect/platform"
import { Schema } from "effect"
import { type Behaviour, behaviours } from "../../behaviours.ts"

const PRIMARY = "API rate limit exceeded for user ID 1234."
const SECONDARY_LIMIT_TEXT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
const ABUSE = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."

interface Form extends Pick<Behaviour, "what" | "sources"> {
  readonly status: number
  readonly body: object
  /** Requests that the headers still report as remaining; undefined: no headers of the hourly limit. */
  readonly remaining?: number
  /** Seconds in `retry-after`; undefined: there is none. */
  readonly retryAfter?: number
}

const limitMessage = (message: string) => ({
  message,
  documentation_url: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
})

const GRAPHQL_LIMITS = "https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"
const REST_LIMITS = "https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api"

const FORMS = {
  RATE_LIMITED: {
    what: "GraphQL's hourly limit is used up: status 200 and an error of type RATE_LIMITED.",
    sources: [GRAPHQL_LIMITS],
    status: 200,
    body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded." }] },
    remaining: 0
  },
  RATE_LIMIT: {
    what: "GraphQL's hourly limit is named RATE_LIMIT and graphql_rate_limit, while the header still shows points.",
    sources: ["https://github.com/yanyongyu/githubkit/issues/271"],
    status: 200,
    body: { errors: [{ type: "RATE_LIMIT", code: "graphql_rate_limit", message: "API rate limit already exceeded for user ID 1234." }] },
    remaining: 17
  },
  graphqlSecondary: {
    what: "GraphQL reports its secondary limit as an error without a type, with status 200.",
    sources: [GRAPHQL_LIMITS],
    status: 200,
    body: { errors: [{ message: SECONDARY_LIMIT_TEXT }] },
    remaining: 4_000
  },
  primary: {
    what: "The hourly limit is used up: 403 with no requests remaining.",
    sources: [REST_LIMITS],
    status: 403,
    body: limitMessage(PRIMARY),
    remaining: 0
  },
  primaryAs429: {
    what: "The hourly limit is used up: 429 with no requests remaining.",
    sources: [REST_LIMITS],
    status: 429,
    body: limitMessage(PRIMARY),
    remaining: 0
  },
  secondary: {
    what: "The secondary limit is exceeded: 403 with `retry-after`, and requests remaining.",
    sources: [REST_LIMITS],
    status: 403,
    body: limitMessage(SECONDARY_LIMIT_TEXT),
    remaining: 4_000,
    retryAfter: 60
  },
  secondaryAs429: {
    what: "The secondary limit is exceeded: 429 with `retry-after`, and requests remaining.",
    sources: ["https://github.com/hub4j/github-api/pull/1895"],
    status: 429,
    body: limitMessage(SECONDARY_LIMIT_TEXT),
    remaining: 4_000,
    retryAfter: 60
  },
  secondaryWithoutHeaders: {
    what: "A secondary limit shows only in the text of a 403.",
    sources: ["https://github.com/hub4j/github-api/issues/2009"],
    status: 403,
    body: limitMessage(SECONDARY_LIMIT_TEXT)
  },
  abuse: {
    what: "The secondary limit has its name of before 2021, the abuse detection mechanism.",
    sources: ["https://github.com/dotnet/docfx/issues/4139"],
    status: 403,
    body: limitMessage(ABUSE)
  }
} as const satisfies Record<string, Form>

for (const [name, { what, sources }] of Object.entries(FORMS))
  behaviours({ what, sources, switch: `the fault RateLimited, as ${name}`, test: "test/http/github/limits.test.ts" })

export type LimitForm = keyof typeof FORMS

const isForm = (name: string): name is LimitForm => Object.hasOwn(FORMS, name)
export const limitForms: ReadonlyArray<LimitForm> = Object.keys(FORMS).filter(isForm)
export const LimitForm = Schema.Literal(...limitForms)

/** The answer. `resetAt`: in milliseconds since 1970, for the forms with headers. */
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
