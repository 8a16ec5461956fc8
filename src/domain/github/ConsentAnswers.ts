/**
 * Schemas of GitHub's answers about a repository's consent to bounties, from which `rules/verdicts/fromGitHub/consentRecord.ts`
 * makes a record.
 */
import { Schema } from "effect"
import { nodes, Time } from "./answerParts.ts"

/** https://docs.github.com/en/graphql/reference/objects#treeentry: `nameRaw` is Base64; `mode` is a number, of which git writes the octal digits. */
const Root = Schema.Struct({
  oid: Schema.optional(Schema.String),
  entries: Schema.optional(
    Schema.NullOr(Schema.Array(Schema.Struct({ mode: Schema.NonNegativeInt, nameRaw: Schema.String, oid: Schema.String })))
  )
})
export type Root = typeof Root.Type

export const choiceFields = {
  /** Without a text, it is not a file, or a binary one. */
  choices: Schema.NullOr(
    Schema.Struct({ text: Schema.optional(Schema.NullOr(Schema.String)), isTruncated: Schema.optional(Schema.Boolean) })
  ),
  root: Schema.optional(Schema.NullOr(Root))
}
const Chosen = Schema.Struct(choiceFields)
export type Chosen = typeof Chosen.Type
export const Account = Schema.NullOr(Schema.Struct({ login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }))

export const Sign = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("LabeledEvent"),
    createdAt: Time,
    label: Schema.Struct({ name: Schema.String }),
    actor: Account
  }),
  Schema.Struct({ __typename: Schema.Literal("LockedEvent"), createdAt: Time, actor: Account })
)

export const repositorySigns = { isArchived: Schema.Boolean, ...choiceFields }
export const issueSigns = {
  locked: Schema.Boolean,
  labels: Schema.NullOr(nodes(Schema.Struct({ name: Schema.String }))),
  signs: nodes(Sign)
}
export const RepositorySigns = Schema.Struct(repositorySigns)
export const IssueSigns = Schema.Struct(issueSigns)
