/** What many of GitHub's GraphQL answers have. */
import { Schema } from "effect"

/** The years 1970 to 9999: what is added to such a time is still one that a `Date` can be. */
const Moment = Schema.Int.pipe(Schema.between(0, Date.UTC(9999, 11, 31)))

/** A time, decoded to milliseconds since 1970. */
export const Time = Schema.transform(Schema.Date, Moment, {
  strict: true,
  decode: (date) => date.getTime(),
  encode: (at) => new Date(at)
})

export const PageInfo = Schema.Struct({ hasNextPage: Schema.Boolean, endCursor: Schema.NullOr(Schema.String) })

/** A list of which everything is asked at once. In the place of an entry that is hidden, GitHub has null. */
export const nodes = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ nodes: Schema.Array(Schema.NullOr(node)) })

/** The entries of a list that are shown. In the place of one that is hidden, or that could not be computed, GitHub has null. */
export const present = <A>(items: ReadonlyArray<A | null> = []): ReadonlyArray<A> => items.flatMap((item) => (item === null ? [] : [item]))
