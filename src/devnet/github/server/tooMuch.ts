/** The ways in which GitHub refuses a GraphQL query that asks for too much at once. A smaller page of the same is answered. */
import { HttpServerResponse } from "@effect/platform"
import { Schema } from "effect"

const options = { contentType: "application/json; charset=utf-8" }

const FORMS = {
  /**
   * More work than a query may make, with null for what was asked: https://github.blog/changelog/2025-09-01-graphql-api-resource-limits/, and measured in
   * https://github.com/spiceai/spiceai/issues/13762 (a page of 100 fails, one of 25 does not)
   */
  RESOURCE_LIMITS_EXCEEDED: () =>
    HttpServerResponse.unsafeJson(
      { data: null, errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", path: ["nodes"], message: "Resource limits for this query exceeded." }] },
      options
    ),
  /** A query that takes longer than ten seconds: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
  "502": () => HttpServerResponse.text("<html><body>502 Bad Gateway</body></html>", { status: 502, contentType: "text/html" }),
  "504": () => HttpServerResponse.unsafeJson({ message: "We couldn't respond to your request in time." }, { ...options, status: 504 }),
  /** The same with status 200 and without a name: https://github.com/dtolnay/star-history/pull/30, https://github.com/liatrio/liatrio-otel-collector/issues/71 */
  nameless: () =>
    HttpServerResponse.unsafeJson(
      {
        data: null,
        errors: [
          {
            message:
              "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `4A9B:716A` when reporting this issue."
          }
        ]
      },
      options
    )
}

export type TooMuchForm = keyof typeof FORMS
const isForm = (name: string): name is TooMuchForm => Object.hasOwn(FORMS, name)
export const tooMuchForms: ReadonlyArray<TooMuchForm> = Object.keys(FORMS).filter(isForm)
export const TooMuchForm = Schema.Literal(...tooMuchForms)

export const tooMuchAnswer = (form: TooMuchForm): HttpServerResponse.HttpServerResponse => FORMS[form]()
