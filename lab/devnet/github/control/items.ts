/** Control endpoints for issues, pull requests and commits. */
import { HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { CloseReason } from "../../../../src/domain/IssueEvidence.ts"
import { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { FactFile } from "../facts/GitHubFacts.ts"
import { MergeMethod } from "../state/merges.ts"
import { at, Content, Login, place, post } from "./endpoint.ts"

const Numbered = Schema.Struct({ number: IssueNumber })

const Merged = Schema.Struct({ number: IssueNumber, mergeCommit: Schema.String, mergedAt: Schema.Int })

const Remark = Schema.Union(
  Schema.TaggedStruct("Locked", { reason: Schema.optional(Schema.Literal("SPAM", "OFF_TOPIC", "TOO_HEATED", "RESOLVED")) }),
  Schema.TaggedStruct("Unlocked", {}),
  Schema.TaggedStruct("Labeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Unlabeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Commented", { body: Schema.String })
)

/** Both sides of a changed file; null for a side that does not exist. */
const FileContents = Schema.Struct({
  path: Schema.NonEmptyString,
  previousPath: Schema.optional(Schema.NonEmptyString),
  status: Schema.optional(Schema.Literal("added", "removed", "modified", "renamed", "copied", "changed", "unchanged")),
  base: Schema.NullOr(Content),
  head: Schema.NullOr(Content)
})

export const items = HttpApiGroup.make("items", { topLevel: true })
  .add(
    post(
      "openIssue",
      Schema.Struct({
        repository: RepositoryName,
        number: Schema.optional(IssueNumber),
        title: Schema.String,
        author: Login,
        body: Schema.optional(Schema.String),
        at
      }),
      Numbered
    )
  )
  .add(
    post(
      "close",
      Schema.Struct({
        ...place,
        reason: Schema.optional(CloseReason),
        by: Schema.optional(Login),
        byProject: Schema.optional(Schema.Boolean),
        at
      }),
      Schema.Null
    )
  )
  .add(
    post(
      "setPeople",
      Schema.Struct({
        ...place,
        /** Logins. Omitted fields stay unchanged. */
        assignees: Schema.optional(Schema.Array(Login)),
        reactions: Schema.optional(Schema.Array(Login))
      }),
      Schema.Null
    )
  )
  .add(post("reopenIssue", Schema.Struct({ ...place, by: Schema.optional(Login), at }), Schema.Null))
  .add(post("deleteIssue", Schema.Struct(place), Schema.Null))
  .add(post("convertToDiscussion", Schema.Struct({ ...place, at }), Schema.Null))
  .add(post("changeReason", Schema.Struct({ ...place, reason: CloseReason, by: Schema.optional(Login), at }), Schema.Null))
  .add(post("remark", Schema.Struct({ ...place, by: Login, remark: Remark, at }), Schema.Null))
  .add(post("deleteComment", Schema.Struct({ repository: RepositoryName, comment: Schema.Int, at }), Schema.Null))
  .add(
    post(
      "review",
      Schema.Struct({
        ...place,
        by: Login,
        state: Schema.Literal("APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"),
        at
      }),
      Schema.Null
    )
  )
  .add(
    post(
      "edit",
      Schema.Struct({
        ...place,
        by: Schema.optional(Login),
        title: Schema.optional(Schema.String),
        body: Schema.optional(Schema.String),
        baseBranch: Schema.optional(Schema.NonEmptyString),
        at
      }),
      Schema.Null
    )
  )
  .add(post("link", Schema.Struct({ ...place, issue: IssueNumber }), Schema.Null))
  .add(post("transferIssue", Schema.Struct({ ...place, to: RepositoryName, at }), Numbered))
  .add(
    post(
      "openPullRequest",
      Schema.Struct({
        repository: RepositoryName,
        number: Schema.optional(IssueNumber),
        /** An open issue of the repository to convert: the pull request keeps its title, text and author. */
        issue: Schema.optional(IssueNumber),
        title: Schema.String,
        author: Login,
        body: Schema.optional(Schema.String),
        closes: Schema.optional(Schema.Array(IssueNumber)),
        closesElsewhere: Schema.optional(Schema.Array(Schema.Struct(place))),
        commitCloses: Schema.optional(Schema.Array(IssueNumber)),
        /** Other pull requests whose commits are on its branch. */
        carries: Schema.optional(Schema.Array(IssueNumber)),
        /** Other pull requests whose commits are on its branch as copies. */
        copies: Schema.optional(Schema.Array(IssueNumber)),
        /** Further authors that its commits name. */
        coAuthors: Schema.optional(Schema.Array(Login)),
        /** The time up to which its branch contains the default branch, as after "Update branch". */
        branchUpdatedAt: at,
        mentions: Schema.optional(Schema.Array(IssueNumber)),
        draft: Schema.optional(Schema.Boolean),
        fromFork: Schema.optional(Schema.Boolean),
        files: Schema.optional(Schema.Array(FactFile)),
        contents: Schema.optional(Schema.Array(FileContents)),
        baseBranch: Schema.optional(Schema.NonEmptyString),
        headBranch: Schema.optional(Schema.NonEmptyString),
        at
      }),
      Numbered
    )
  )
  .add(post("openHeldPullRequest", Schema.Struct({ ...place, at }), Numbered))
  .add(post("forcePush", Schema.Struct({ ...place, contents: Schema.Array(FileContents), at }), Schema.Null))
  .add(post("setChecks", Schema.Struct({ ...place, checks: Schema.Literal("PENDING", "SUCCESS", "FAILURE"), at }), Schema.Null))
  .add(post("requestReview", Schema.Struct({ ...place, by: Login, at }), Schema.Null))
  .add(post("setDraft", Schema.Struct({ ...place, draft: Schema.Boolean, at }), Schema.Null))
  .add(
    post(
      "mergePullRequest",
      Schema.Struct({
        ...place,
        sha: Schema.optional(Schema.String),
        by: Schema.optional(Login),
        method: Schema.optional(MergeMethod),
        at
      }),
      Merged
    )
  )
  .add(
    post(
      "revertPullRequest",
      Schema.Struct({
        ...place,
        by: Schema.optional(Login),
        method: Schema.optional(MergeMethod),
        titleOnly: Schema.optional(Schema.Boolean),
        at
      }),
      Merged
    )
  )
  .add(
    post(
      "pushCommit",
      Schema.Struct({
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
        committedAt: at,
        lands: Schema.optional(Schema.Struct({ number: IssueNumber, as: Schema.Literal("Commits", "Same", "Changed") })),
        at
      }),
      Schema.Struct({ sha: Schema.String })
    )
  )
