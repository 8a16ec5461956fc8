/** The inputs of the steps that change the simulated GitHub, as its control endpoints receive them. */
import { Schema } from "effect"
import { CloseReason } from "../../../../src/domain/IssueEvidence.ts"
import { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { FactFile } from "../facts/GitHubFacts.ts"

/** The input of a step's function. It always has the time, which a request may leave out. */
export type Timed<Payload extends Schema.Schema.Any> = Schema.Schema.Encoded<Payload> & { readonly at: number }

/** Milliseconds since 1970; defaults to the stand-in's clock. */
export const timeField = Schema.optional(Schema.NonNegativeInt)
export const Login = Schema.NonEmptyString
export const placeFields = { repository: RepositoryName, number: IssueNumber }

/** A submodule: a commit of another repository. */
const Submodule = Schema.Struct({ submodule: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/)), of: Schema.typeSchema(RepositoryName) })

/** The content at a path: text, arbitrary bytes, or a submodule. */
const Content = Schema.Union(Schema.String, Schema.Struct({ base64: Schema.String }), Submodule)

/**
 * GitHub's merge methods. A merge queue squashes, and deletes the branch afterwards. "push": somebody merged the branch locally, and pushed the
 * result.
 */
export const MergeMethod = Schema.Literal("merge", "squash", "rebase", "queue", "push")
export type MergeMethod = typeof MergeMethod.Type

const Remark = Schema.Union(
  Schema.TaggedStruct("Locked", { reason: Schema.optional(Schema.Literal("SPAM", "OFF_TOPIC", "TOO_HEATED", "RESOLVED")) }),
  Schema.TaggedStruct("Unlocked", {}),
  Schema.TaggedStruct("Labeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Unlabeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Commented", { body: Schema.String })
)

/** Both sides of a changed file; null for a side that does not exist. */
export const FileContents = Schema.Struct({
  path: Schema.NonEmptyString,
  previousPath: Schema.optional(Schema.NonEmptyString),
  status: Schema.optional(Schema.Literal("added", "removed", "modified", "renamed", "copied", "changed", "unchanged")),
  base: Schema.NullOr(Content),
  head: Schema.NullOr(Content)
})

export const OpenIssue = Schema.Struct({
  repository: RepositoryName,
  number: Schema.optional(IssueNumber),
  title: Schema.String,
  author: Login,
  body: Schema.optional(Schema.String),
  at: timeField
})

export const Close = Schema.Struct({
  ...placeFields,
  reason: Schema.optional(CloseReason),
  by: Schema.optional(Login),
  byProject: Schema.optional(Schema.Boolean),
  byAgent: Schema.optional(Schema.Boolean),
  at: timeField
})

export const SetPeople = Schema.Struct({
  ...placeFields,
  /** Logins. Omitted fields stay unchanged. */
  assignees: Schema.optional(Schema.Array(Login)),
  reactions: Schema.optional(Schema.Array(Login))
})

export const ChangeReason = Schema.Struct({ ...placeFields, reason: CloseReason, by: Schema.optional(Login), at: timeField })

export const AddRemark = Schema.Struct({ ...placeFields, by: Login, remark: Remark, at: timeField })

/** The reasons as REST and GraphQL show them, which differ from those of the mutation. */
export const MinimizeComment = Schema.Struct({
  repository: RepositoryName,
  comment: Schema.Int,
  reason: Schema.NullOr(Schema.Literal("abuse", "off-topic", "outdated", "resolved", "duplicate", "spam", "low-quality")),
  at: timeField
})

const ReactionKind = Schema.Literal("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
/** Numbers of reactions by kind, as REST names the kinds; 0 where left out. */
export const Reactions = Schema.partialWith(Schema.Record({ key: ReactionKind, value: Schema.NonNegativeInt }), { exact: true })
export type Reactions = typeof Reactions.Type

/** Replaces a comment's reactions, which for GitHub is no edit. */
export const SetReactions = Schema.Struct({ repository: RepositoryName, comment: Schema.Int, reactions: Reactions })

export const AddReview = Schema.Struct({
  ...placeFields,
  by: Login,
  state: Schema.Literal("APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"),
  at: timeField
})

export const Edit = Schema.Struct({
  ...placeFields,
  by: Schema.optional(Login),
  title: Schema.optional(Schema.String),
  body: Schema.optional(Schema.String),
  baseBranch: Schema.optional(Schema.NonEmptyString),
  at: timeField
})

export const OpenPullRequest = Schema.Struct({
  repository: RepositoryName,
  number: Schema.optional(IssueNumber),
  /** An open issue of the repository to convert: the pull request keeps its title, text and author. */
  issue: Schema.optional(IssueNumber),
  title: Schema.String,
  author: Login,
  body: Schema.optional(Schema.String),
  closes: Schema.optional(Schema.Array(IssueNumber)),
  closesElsewhere: Schema.optional(Schema.Array(Schema.Struct(placeFields))),
  commitCloses: Schema.optional(Schema.Array(IssueNumber)),
  /** Other pull requests whose commits are on its branch. */
  carries: Schema.optional(Schema.Array(IssueNumber)),
  /** Other pull requests whose commits are on its branch as copies. */
  copies: Schema.optional(Schema.Array(IssueNumber)),
  /** Further authors that its commits name. */
  coAuthors: Schema.optional(Schema.Array(Login)),
  /** The time up to which its branch contains the default branch, as after "Update branch". */
  branchUpdatedAt: timeField,
  mentions: Schema.optional(Schema.Array(IssueNumber)),
  draft: Schema.optional(Schema.Boolean),
  /** Default: true for authors without push access. */
  fromFork: Schema.optional(Schema.Boolean),
  files: Schema.optional(Schema.Array(FactFile)),
  contents: Schema.optional(Schema.Array(FileContents)),
  baseBranch: Schema.optional(Schema.NonEmptyString),
  headBranch: Schema.optional(Schema.NonEmptyString),
  at: timeField
})

export const Link = Schema.Struct({ ...placeFields, issue: IssueNumber, by: Schema.optional(Login), at: timeField })

export const ForcePush = Schema.Struct({ ...placeFields, contents: Schema.Array(FileContents), at: timeField })

export const MergePullRequest = Schema.Struct({
  ...placeFields,
  sha: Schema.optional(Schema.String),
  by: Schema.optional(Login),
  method: Schema.optional(MergeMethod),
  at: timeField
})

export const RevertPullRequest = Schema.Struct({
  ...placeFields,
  by: Schema.optional(Login),
  method: Schema.optional(MergeMethod),
  titleOnly: Schema.optional(Schema.Boolean),
  at: timeField
})

export const PushCommit = Schema.Struct({
  repository: RepositoryName,
  message: Schema.String,
  by: Login,
  closes: Schema.optional(Schema.Array(IssueNumber)),
  author: Schema.optional(Login),
  email: Schema.optional(Schema.String),
  /** The pull request that this commit lands, as merge bots do: with all its commits, with the same changes, or with other changes. */
  contents: Schema.optional(Schema.Array(FileContents)),
  /** Hashes of commits that it reverts. */
  undoes: Schema.optional(Schema.Array(Schema.String)),
  /** The committer's timestamp, if the committer's clock is wrong. */
  committedAt: timeField,
  lands: Schema.optional(Schema.Struct({ number: IssueNumber, as: Schema.Literal("Commits", "Same", "Changed") })),
  at: timeField
})

/** Whom alone a repository lets comment and open pull requests. */
export const Interactions = Schema.Struct({
  limit: Schema.Literal("EXISTING_USERS", "CONTRIBUTORS_ONLY", "COLLABORATORS_ONLY"),
  until: Schema.Int
})

export const CreateUser = Schema.Struct({
  login: Login,
  id: Schema.optional(Schema.Int),
  kind: Schema.optional(Schema.Literal("User", "Organization", "Bot")),
  at: timeField
})

export const CreateRepository = Schema.Struct({
  repository: RepositoryName,
  private: Schema.optional(Schema.Boolean),
  defaultBranch: Schema.optional(Schema.NonEmptyString),
  language: Schema.optional(Schema.NonEmptyString),
  /** The files of its first commit, by path. Without them, git cannot fetch the repository. */
  files: Schema.optional(Schema.Record({ key: Schema.NonEmptyString, value: Content })),
  /** The repository that it is a fork of. */
  forkOf: Schema.optional(RepositoryName),
  at: timeField
})

export const TransferIssue = Schema.Struct({ ...placeFields, to: RepositoryName, at: timeField })

export const ReopenIssue = Schema.Struct({ ...placeFields, by: Schema.optional(Login), at: timeField })

export const SetChecks = Schema.Struct({ ...placeFields, checks: Schema.Literal("PENDING", "SUCCESS", "FAILURE"), at: timeField })

export const SetDraft = Schema.Struct({ ...placeFields, draft: Schema.Boolean, by: Schema.optional(Login), at: timeField })

export const RequestReview = Schema.Struct({ ...placeFields, by: Login, at: timeField })
