/** A repository's requirements for pull requests, and those that a pull request does not meet. */
import { Schema } from "effect"

/** A sentence of a file with a requirement. */
const Asked = Schema.Struct({ path: Schema.String, quote: Schema.String })

export const RepositoryPolicy = Schema.Struct({
  /** The files to read before the work, by path. */
  read: Schema.Array(Schema.String),
  /** Pull requests made with AI: refused, to be disclosed, or allowed; null: no file says so, or a program cannot tell. */
  ai: Schema.NullOr(Schema.Struct({ rule: Schema.Literal("none", "disclosed", "any"), ...Asked.fields })),
  /** Where a linked issue is required; null: nowhere. */
  issue: Schema.NullOr(Asked)
})
export interface RepositoryPolicy extends Schema.Schema.Type<typeof RepositoryPolicy> {}

export const PolicyLack = Schema.Struct({
  rule: Schema.Literal("template", "ai", "issue", "tests", "one-thing"),
  /** The file that requires it; null: maintainers everywhere do. */
  path: Schema.NullOr(Schema.String),
  shown: Schema.String
})
export interface PolicyLack extends Schema.Schema.Type<typeof PolicyLack> {}
