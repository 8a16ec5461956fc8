/** Parts that many of GitHub's GraphQL answers share. */
import { Schema } from "effect"

/** The years 1970 to 9999, so that sums with such a time still fit a `Date`. */
const Moment = Schema.Int.pipe(Schema.between(0, Date.UTC(9999, 11, 31)))

/** A timestamp, decoded to milliseconds since 1970. */
export const Time = Schema.transform(Schema.Date, Moment, {
  strict: true,
  decode: (date) => date.getTime(),
  encode: (at) => new Date(at)
})

export const PageInfo = Schema.Struct({ hasNextPage: Schema.Boolean, endCursor: Schema.NullOr(Schema.String) })

/** A list that is requested whole. GitHub returns null for an entry that it hides. */
export const nodes = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ nodes: Schema.Array(Schema.NullOr(node)) })

/** An answer about the history of a repository's default branch. */
export const branchHistory = <A, I>(history: Schema.Schema<A, I>) =>
  Schema.Struct({
    repository: Schema.NullOr(
      Schema.Struct({
        defaultBranchRef: Schema.NullOr(Schema.Struct({ target: Schema.NullOr(Schema.Struct({ history })) }))
      })
    )
  })

/** The shown entries of a list. GitHub returns null for one that it hides or could not compute. */
export const shownEntries = <A>(items: ReadonlyArray<A | null> = []): ReadonlyArray<A> =>
  items.flatMap((item) => (item === null ? [] : [item]))
