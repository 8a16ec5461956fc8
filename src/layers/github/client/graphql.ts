/** Building blocks of GitHub's GraphQL answers. */
import { Schema } from "effect"
import type { PageInfo } from "../../../domain/github/answerParts.ts"

/** The page size of each paginated list of a query: a list whose selection begins with `pageInfo`. */
const PAGE_SIZE = /\bfirst: (\d{1,3})(?=[^(){}]{0,400}\)\s?\{\s{0,40}pageInfo\b)/g

/** The factor by which a page or a batch shrinks at each step. */
const SHRINK_FACTOR = 5
export const smallerBy = (size: number): number => Math.ceil(size / SHRINK_FACTOR)

/** The query with smaller pages; undefined if each page has one entry already. Lists without pagination stay as they are. */
export const withSmallerPages = (query: string): string | undefined => {
  const smaller = query.replaceAll(PAGE_SIZE, (_, size) => `first: ${smallerBy(Number(size))}`)
  return smaller === query ? undefined : smaller
}

/** GitHub's fields of 2026. A server that does not know one yet refuses the whole query. */
export const YOUNG_FIELDS = {
  /** Why an agent did it, under whoever's name. null: a person did. */
  intent: "intent { __typename }",
  pullRequests: "hasPullRequestsEnabled pullRequestCreationPolicy"
} as const

/** The query without its young fields; undefined if it has none. */
export const withoutYoungFields = (query: string): string | undefined => {
  const older = Object.values(YOUNG_FIELDS).reduce((left, field) => left.replaceAll(field, ""), query)
  return older === query ? undefined : older
}

/** A GraphQL answer: data, errors, or both. */
export const Envelope = Schema.Struct({
  data: Schema.optional(Schema.NullOr(Schema.Unknown)),
  errors: Schema.optional(
    Schema.Array(
      Schema.Struct({
        type: Schema.optional(Schema.String),
        code: Schema.optional(Schema.String),
        path: Schema.optional(Schema.Array(Schema.Union(Schema.String, Schema.Number))),
        extensions: Schema.optional(Schema.Struct({ code: Schema.optional(Schema.String) })),
        message: Schema.String
      })
    )
  )
})

/** Where a list goes on after its next page. One that is complete is requested again from its end, which returns an empty page. */
export const pageAfter = (before: typeof PageInfo.Type, next: typeof PageInfo.Type): typeof PageInfo.Type =>
  before.hasNextPage ? { hasNextPage: next.hasNextPage, endCursor: next.endCursor ?? before.endCursor } : { ...before, hasNextPage: false }
