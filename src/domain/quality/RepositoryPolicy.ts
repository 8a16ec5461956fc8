/** What a repository asks of pull requests, and what a pull request lacks of it. */
import { Schema } from "effect"

/** A sentence of a file that asks for something. */
const Asked = Schema.Struct({ path: Schema.String, quote: Schema.String })

export const RepositoryPolicy = Schema.Struct({
  /** The files to read before the work, by path. */
  read: Schema.Array(Schema.String),
  /** Pull requests made with AI: refused, to be said, or as one likes; null: nobody says so, or a program cannot tell from the files. */
  ai: Schema.NullOr(Schema.Struct({ rule: Schema.Literal("none", "disclosed", "any"), ...Asked.fields })),
  /** Where a linked issue is asked for; null: nowhere. */
  issue: Schema.NullOr(Asked)
})
export interface RepositoryPolicy extends Schema.Schema.Type<typeof RepositoryPolicy> {}

export const PolicyLack = Schema.Struct({
  rule: Schema.Literal("template", "ai", "issue", "tests", "one-thing"),
  /** The file that asks for it; null: maintainers everywhere do. */
  path: Schema.NullOr(Schema.String),
  shown: Schema.String
})
export interface PolicyLack extends Schema.Schema.Type<typeof PolicyLack> {}
