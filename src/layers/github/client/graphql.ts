/** Building blocks of GitHub's GraphQL answers. */
import { Schema } from "effect"

/** A time, decoded to milliseconds since 1970. */
export const Time = Schema.transform(Schema.Date, Schema.Int, {
  strict: true,
  decode: (date) => date.getTime(),
  encode: (at) => new Date(at)
})

export const PageInfo = Schema.Struct({ hasNextPage: Schema.Boolean, endCursor: Schema.NullOr(Schema.String) })

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
