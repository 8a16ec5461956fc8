/** Building blocks of GitHub's GraphQL answers. */
import { Schema } from "effect"

/** A time, decoded to milliseconds since 1970. */
/** The years 1970 to 9999: what is added to such a time is still one that a `Date` can be. */
const Moment = Schema.Int.pipe(Schema.between(0, Date.UTC(9999, 11, 31)))

export const Time = Schema.transform(Schema.Date, Moment, {
  strict: true,
  decode: (date) => date.getTime(),
  encode: (at) => new Date(at)
})

export const PageInfo = Schema.Struct({ hasNextPage: Schema.Boolean, endCursor: Schema.NullOr(Schema.String) })

/** The entries of a list that are shown. In the place of one that is hidden, or that could not be computed, GitHub has null. */
export const present = <A>(items: ReadonlyArray<A | null> = []): ReadonlyArray<A> => items.flatMap((item) => (item === null ? [] : [item]))

/** The number of entries asked for in a list that is read by pages: its selection begins with `pageInfo`. */
const PAGE_SIZE = /\bfirst: (\d{1,3})(?=[^(){}]{0,200}\)\s?\{\s{0,40}pageInfo\b)/g

/** By how much a page, or a batch, becomes smaller at a time. */
const SMALLER = 5
export const smallerBy = (size: number): number => Math.ceil(size / SMALLER)

/** The query with smaller pages; undefined if each has one entry already. Lists that are not read by pages stay as they are. */
export const withSmallerPages = (query: string): string | undefined => {
  const smaller = query.replaceAll(PAGE_SIZE, (_, size) => `first: ${smallerBy(Number(size))}`)
  return smaller === query ? undefined : smaller
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
        message: Schema.String
      })
    )
  )
})
