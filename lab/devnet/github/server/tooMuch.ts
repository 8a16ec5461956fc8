/** GitHub's forms of refusing a GraphQL query that is too large. The same query with a smaller page is answered. */
import { HttpServerResponse } from "@effect/platform"
import { Schema } from "effect"
import { type Behaviour, behaviours } from "../../behaviours.ts"

const options = { contentType: "application/json; charset=utf-8" }

interface Form extends Pick<Behaviour, "what" | "sources"> {
  readonly answer: () => HttpServerResponse.HttpServerResponse
}

const NAMELESS_QUERY =
  "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `4A9B:716A` when reporting this issue."

const FORMS = {
  RESOURCE_LIMITS_EXCEEDED: {
    what: "A GraphQL query that is too expensive: status 200, RESOURCE_LIMITS_EXCEEDED and null. A page of 100 can fail where one of 25 succeeds.",
    sources: ["https://github.blog/changelog/2025-09-01-graphql-api-resource-limits/", "https://github.com/spiceai/spiceai/issues/13762"],
    answer: () =>
      HttpServerResponse.unsafeJson(
        {
          data: null,
          errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", path: ["nodes"], message: "Resource limits for this query exceeded." }]
        },
        options
      )
  },
  "502": {
    what: "A GraphQL query takes more than ten seconds: 502 with an HTML page.",
    sources: ["https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"],
    answer: () => HttpServerResponse.text("<html><body>502 Bad Gateway</body></html>", { status: 502, contentType: "text/html" })
  },
  "504": {
    what: "A GraphQL query takes more than ten seconds: 504.",
    sources: ["https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"],
    answer: () => HttpServerResponse.unsafeJson({ message: "We couldn't respond to your request in time." }, { ...options, status: 504 })
  },
  nameless: {
    what: "A GraphQL query takes more than ten seconds: status 200, no data, an error without a type.",
    sources: ["https://github.com/dtolnay/star-history/pull/30", "https://github.com/liatrio/liatrio-otel-collector/issues/71"],
    answer: () => HttpServerResponse.unsafeJson({ data: null, errors: [{ message: NAMELESS_QUERY }] }, options)
  }
} as const satisfies Record<string, Form>

for (const [name, { what, sources }] of Object.entries(FORMS))
  behaviours({ what, sources, switch: `the fault TooMuch, as ${name}`, test: "test/http/github/smaller.test.ts" })

export type TooMuchForm = keyof typeof FORMS
const isForm = (name: string): name is TooMuchForm => Object.hasOwn(FORMS, name)
export const tooMuchForms: ReadonlyArray<TooMuchForm> = Object.keys(FORMS).filter(isForm)
export const TooMuchForm = Schema.Literal(...tooMuchForms)

export const tooMuchAnswer = (form: TooMuchForm): HttpServerResponse.HttpServerResponse => FORMS[form].answer()
