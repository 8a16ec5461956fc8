/**
 * Schemas of GitHub's answers about a repository's consent to bounties, from which `rules/verdicts/fromGitHub/consentRecord.ts`
 * makes a record.
 */
import { Schema } from "effect"
import { nodes, PageInfo, Time } from "./answerParts.ts"

/** https://docs.github.com/en/graphql/reference/objects#treeentry: `nameRaw` is Base64; `mode` is a number, of which git writes the octal digits. */
const Root = Schema.Struct({
  oid: Schema.optional(Schema.String),
  entries: Schema.optional(
    Schema.NullOr(Schema.Array(Schema.Struct({ mode: Schema.NonNegativeInt, nameRaw: Schema.String, oid: Schema.String })))
  )
})
export type Root = typeof Root.Type

/** The root and the folder `.github` of a default branch; null: there is none. */
const trees = { root: Schema.optional(Schema.NullOr(Root)), folder: Schema.optional(Schema.NullOr(Root)) }
const Trees = Schema.Struct(trees)
export type Trees = typeof Trees.Type

export const choiceFields = {
  /** Without a text, it is not a file, or a binary one. */
  choices: Schema.NullOr(
    Schema.Struct({ text: Schema.optional(Schema.NullOr(Schema.String)), isTruncated: Schema.optional(Schema.Boolean) })
  ),
  ...trees,
  /** `home`: the account's repository `.github`. */
  owner: Schema.optional(
    Schema.Struct({
      databaseId: Schema.optional(Schema.NullOr(Schema.Int)),
      home: Schema.optional(Schema.NullOr(Schema.Struct({ nameWithOwner: Schema.String, ...trees })))
    })
  )
}
const Chosen = Schema.Struct(choiceFields)
export type Chosen = typeof Chosen.Type
/** An account; without an id, as of a bot, nobody's who competes. null: GitHub does not show it. */
export const Account = Schema.NullOr(Schema.Struct({ login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }))
export type Account = typeof Account.Type

const event = { createdAt: Time, actor: Account }
export const Sign = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("LabeledEvent", "UnlabeledEvent"),
    label: Schema.Struct({ name: Schema.String }),
    ...event
  }),
  Schema.Struct({ __typename: Schema.Literal("LockedEvent", "UnlockedEvent"), ...event })
)
export type Sign = typeof Sign.Type

/** What a comment needs so that it can speak for the project. Servers other than GitHub's may omit the optional fields. */
export const spoken = {
  createdAt: Time,
  author: Account,
  body: Schema.String,
  authorAssociation: Schema.optional(Schema.String),
  lastEditedAt: Schema.optional(Schema.NullOr(Time)),
  isMinimized: Schema.optional(Schema.Boolean)
}
const Spoken = Schema.Struct(spoken)
export type Spoken = typeof Spoken.Type

const page = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ pageInfo: PageInfo, nodes: Schema.Array(Schema.NullOr(node)) })

/** Whether a repository takes pull requests at all, and of whom. Servers that do not know the fields omit them. */
export const accessFields = {
  hasPullRequestsEnabled: Schema.optional(Schema.Boolean),
  pullRequestCreationPolicy: Schema.optional(Schema.NullOr(Schema.String))
}
const Access = Schema.Struct(accessFields)
export type Access = typeof Access.Type

export const issueSigns = {
  locked: Schema.Boolean,
  labels: Schema.NullOr(nodes(Schema.Struct({ name: Schema.String }))),
  signs: page(Sign)
}
export const comments = page(Spoken)
