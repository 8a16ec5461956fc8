/** Control endpoints for issues, pull requests and commits. */
import { HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"
import * as Asked from "../state/asked.ts"
import { placeFields, timeField } from "../state/asked.ts"
import { post } from "./endpoint.ts"

const NumberedItem = Schema.Struct({ number: IssueNumber })

const MergedItem = Schema.Struct({ number: IssueNumber, mergeCommit: Schema.String, mergedAt: Schema.Int })

export const items = HttpApiGroup.make("items", { topLevel: true })
  .add(post("openIssue", Asked.OpenIssue, NumberedItem))
  .add(post("close", Asked.Close, Schema.Null))
  .add(post("setPeople", Asked.SetPeople, Schema.Null))
  .add(post("reopenIssue", Asked.ReopenIssue, Schema.Null))
  .add(post("deleteIssue", Schema.Struct(placeFields), Schema.Null))
  .add(post("convertToDiscussion", Schema.Struct({ ...placeFields, at: timeField }), Schema.Null))
  .add(post("changeReason", Asked.ChangeReason, Schema.Null))
  .add(post("remark", Asked.AddRemark, Schema.Null))
  .add(post("deleteComment", Schema.Struct({ repository: RepositoryName, comment: Schema.Int, at: timeField }), Schema.Null))
  .add(post("minimizeComment", Asked.MinimizeComment, Schema.Null))
  .add(post("setReactions", Asked.SetReactions, Schema.Null))
  .add(post("review", Asked.AddReview, Schema.Null))
  .add(post("edit", Asked.Edit, Schema.Null))
  .add(post("link", Asked.Link, Schema.Null))
  .add(post("unlink", Asked.Link, Schema.Null))
  .add(post("transferIssue", Asked.TransferIssue, NumberedItem))
  .add(post("openPullRequest", Asked.OpenPullRequest, NumberedItem))
  .add(post("openHeldPullRequest", Schema.Struct({ ...placeFields, at: timeField }), NumberedItem))
  .add(post("forcePush", Asked.ForcePush, Schema.Null))
  .add(post("setChecks", Asked.SetChecks, Schema.Null))
  .add(post("requestReview", Asked.RequestReview, Schema.Null))
  .add(post("setDraft", Asked.SetDraft, Schema.Null))
  .add(post("mergePullRequest", Asked.MergePullRequest, MergedItem))
  .add(post("revertPullRequest", Asked.RevertPullRequest, MergedItem))
  .add(post("pushCommit", Asked.PushCommit, Schema.Struct({ sha: Schema.String })))
