/** A repository's requirements for pull requests, and those that a pull request does not meet. */
import { Schema } from "effect"

/** A sentence of a file with a requirement. */
const AskedSentence = Schema.Struct({ path: Schema.String, quote: Schema.String })

/**
 * A repository's answer to pull requests made with AI. Of `.gittensor.yml`: `none` (refused), `disclosed` (allowed if they say so) or `any` (allowed).
 * `unread`: another file or heading is about AI. No program concludes anything from its words, so the answer is not known until a person has read it.
 */
export const AiRule = Schema.Literal("none", "disclosed", "any", "unread")
export type AiRule = Schema.Schema.Type<typeof AiRule>

export const RepositoryPolicy = Schema.Struct({
  /** The files to read before the work, by path. */
  read: Schema.Array(Schema.String),
  /** Pull requests made with AI, with the line or heading that is about it; null: no file or heading is. */
  ai: Schema.NullOr(Schema.Struct({ rule: AiRule, ...AskedSentence.fields })),
  /** The place where the repository asks for a linked issue; null: it does not ask. */
  issue: Schema.NullOr(AskedSentence)
})
export interface RepositoryPolicy extends Schema.Schema.Type<typeof RepositoryPolicy> {}

export const PolicyLack = Schema.Struct({
  rule: Schema.Literal("template", "ai", "issue", "tests", "one-thing"),
  /** The file that requires it; null: maintainers everywhere do. */
  path: Schema.NullOr(Schema.String),
  shown: Schema.String
})
export interface PolicyLack extends Schema.Schema.Type<typeof PolicyLack> {}
