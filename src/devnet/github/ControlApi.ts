/**
 * What can be told to the stand-in, beside GitHub's own paths: to let things happen in the story, and to fail. For development and tests: a
 * server that has these paths is no GitHub.
 */
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "@effect/platform"
import { Schema } from "effect"
import { FactFile } from "../../domain/GitHubFacts.ts"
import { CloseReason } from "../../domain/IssueEvidence.ts"
import { IssueNumber, RepositoryName } from "../../domain/IssueRef.ts"
import { Pages } from "./Engine.ts"
import { Fault } from "./faults.ts"
import { MergeMethod } from "./merges.ts"
import { Refused } from "./operations.ts"

/** Milliseconds since 1970; the stand-in's clock when left out. */
const at = Schema.optional(Schema.NonNegativeInt)
const Login = Schema.NonEmptyString
const place = { repository: RepositoryName, number: IssueNumber }

export const Account = Schema.Struct({ id: Schema.Int, login: Login, token: Schema.String })
export const RepositoryState = Schema.Struct({ id: Schema.Int, repository: Schema.String })
export const Numbered = Schema.Struct({ number: IssueNumber })
export const Merged = Schema.Struct({ number: IssueNumber, mergeCommit: Schema.String, mergedAt: Schema.Int })
export const TallySchema = Schema.Struct({ requests: Schema.Int, notModified: Schema.Int, faults: Schema.Int })

const Remark = Schema.Union(
  Schema.TaggedStruct("Locked", {}),
  Schema.TaggedStruct("Unlocked", {}),
  Schema.TaggedStruct("Labeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Unlabeled", { label: Schema.NonEmptyString }),
  Schema.TaggedStruct("Commented", { body: Schema.String })
)

/** A text, or any bytes. */
const Content = Schema.NullOr(Schema.Union(Schema.String, Schema.Struct({ base64: Schema.String })))

/** Both sides of a changed file; null where there is none. */
export const FileContents = Schema.Struct({
  path: Schema.NonEmptyString,
  previousPath: Schema.optional(Schema.NonEmptyString),
  status: Schema.optional(Schema.Literal("added", "removed", "modified", "renamed", "copied", "changed", "unchanged")),
  base: Content,
  head: Content
})

const Refusal = Refused.annotations(HttpApiSchema.annotations({ status: 409 }))

const post = <Name extends string, P, PI, A, AI>(name: Name, payload: Schema.Schema<P, PI>, success: Schema.Schema<A, AI>) =>
  HttpApiEndpoint.post(name, `/_control/${name}`).setPayload(payload).addSuccess(success).addError(Refusal)

export class ControlApi extends HttpApi.make("stand-in").add(
  HttpApiGroup.make("control", { topLevel: true })
    .add(
      post(
        "createUser",
        Schema.Struct({
          login: Login,
          id: Schema.optional(Schema.Int),
          kind: Schema.optional(Schema.Literal("User", "Organization", "Bot")),
          at
        }),
        Account
      )
    )
    .add(post("user", Schema.Struct({ login: Login }), Account))
    .add(post("deleteUser", Schema.Struct({ login: Login }), Schema.Null))
    .add(post("renameUser", Schema.Struct({ login: Login, to: Login }), Account))
    .add(
      post(
        "createRepository",
        Schema.Struct({
          repository: RepositoryName,
          private: Schema.optional(Schema.Boolean),
          defaultBranch: Schema.optional(Schema.NonEmptyString),
          at
        }),
        RepositoryState
      )
    )
    .add(
      post(
        "changeRepository",
        Schema.Struct({
          repository: RepositoryName,
          private: Schema.optional(Schema.Boolean),
          archived: Schema.optional(Schema.Boolean),
          deleted: Schema.optional(Schema.Boolean),
          name: Schema.optional(RepositoryName),
          collaborators: Schema.optional(Schema.Array(Login)),
          members: Schema.optional(Schema.Array(Login)),
          at
        }),
        RepositoryState
      )
    )
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
          at
        }),
        Schema.Null
      )
    )
    .add(post("reopenIssue", Schema.Struct({ ...place, by: Schema.optional(Login), at }), Schema.Null))
    .add(post("deleteIssue", Schema.Struct(place), Schema.Null))
    .add(post("convertToDiscussion", Schema.Struct({ ...place, at }), Schema.Null))
    .add(post("changeReason", Schema.Struct({ ...place, reason: CloseReason, by: Schema.optional(Login), at }), Schema.Null))
    .add(post("remark", Schema.Struct({ ...place, by: Login, remark: Remark, at }), Schema.Null))
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
          at
        }),
        Schema.Null
      )
    )
    .add(post("transferIssue", Schema.Struct({ ...place, to: RepositoryName, at }), Numbered))
    .add(
      post(
        "openPullRequest",
        Schema.Struct({
          repository: RepositoryName,
          number: Schema.optional(IssueNumber),
          title: Schema.String,
          author: Login,
          body: Schema.optional(Schema.String),
          closes: Schema.optional(Schema.Array(IssueNumber)),
          closesElsewhere: Schema.optional(Schema.Array(Schema.Struct(place))),
          commitCloses: Schema.optional(Schema.Array(IssueNumber)),
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
    .add(post("setDraft", Schema.Struct({ ...place, draft: Schema.Boolean }), Schema.Null))
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
          at
        }),
        Schema.Struct({ sha: Schema.String })
      )
    )
    .add(
      post(
        "changeDefaultBranch",
        Schema.Struct({ repository: RepositoryName, to: Schema.NonEmptyString, as: Schema.Literal("Renamed", "Same", "Orphan") }),
        RepositoryState
      )
    )
    .add(
      post(
        "changeGist",
        Schema.Struct({ id: Schema.String, files: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.String })) }),
        Schema.Null
      )
    )
    .add(post("setPages", Pages, Schema.Null))
    .add(post("setClock", Schema.Struct({ at: Schema.NullOr(Schema.NonNegativeInt) }), Schema.Null))
    .add(post("advanceClock", Schema.Struct({ by: Schema.NonNegativeInt }), Schema.Null))
    .add(
      post(
        "leaveRateLimit",
        Schema.Struct({
          login: Schema.NullOr(Login),
          resource: Schema.Literal("core", "graphql"),
          remaining: Schema.NonNegativeInt,
          resetInSeconds: Schema.NonNegativeInt
        }),
        Schema.Null
      )
    )
    .add(post("fail", Schema.Struct({ fault: Fault }), Schema.Null))
    .add(post("heal", Schema.Struct({}), Schema.Null))
    .add(post("tally", Schema.Struct({}), TallySchema))
) {}
