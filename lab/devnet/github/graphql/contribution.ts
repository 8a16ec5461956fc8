/** GraphQL fields of a contribution: labels and who applied them, reviews, linked issues, head and base commits, and file contents. */
import { Option } from "effect"
import { type Blob, endsOf, isBinary } from "../state/gitObjects.ts"
import * as State from "../state/State.ts"
import { closedBy } from "../state/texts.ts"
import { iso, isoOrNull, LABEL_COLOR, nodeId } from "../View.ts"
import { actorById } from "./actor.ts"
import type { Context } from "./Context.ts"
import { connection, inOrder, type Page } from "./connection.ts"

export const TIMELINE_TYPES: Readonly<Record<State.IssueEvent["_tag"], string>> = {
  Closed: "CLOSED_EVENT",
  Reopened: "REOPENED_EVENT",
  Transferred: "TRANSFERRED_EVENT",
  ConvertedToDiscussion: "CONVERTED_TO_DISCUSSION_EVENT",
  Renamed: "RENAMED_TITLE_EVENT",
  Locked: "LOCKED_EVENT",
  Unlocked: "UNLOCKED_EVENT",
  Labeled: "LABELED_EVENT",
  Unlabeled: "UNLABELED_EVENT",
  Commented: "ISSUE_COMMENT",
  CrossReferenced: "CROSS_REFERENCED_EVENT",
  Connected: "CONNECTED_EVENT",
  Disconnected: "DISCONNECTED_EVENT"
}

/** Whether an item is of the types that a timeline query asks for. */
export const isOfType =
  ({ itemTypes, since }: { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null }) =>
  ({ at, type }: { readonly at: number; readonly type: string }): boolean =>
    (!itemTypes || itemTypes.includes(type)) && (!since || at >= Date.parse(since))

const label = (of: State.Repository, name: string) => ({
  id: nodeId("Label", `${of.id}/${name}`),
  name: State.labelNow(of, name),
  color: LABEL_COLOR
})

export const labelsOf = (context: Context, of: State.Repository, item: State.Issue | State.PullRequest, page: Page) =>
  connection(context, State.labelsOf(item), page, (name) => label(of, name))

/** A remark on an issue or a pull request as a timeline item. */
export const remarkItem = (
  context: Context,
  of: State.Repository,
  item: State.Issue | State.PullRequest,
  event: State.PullRequestEvent
) => {
  const kind = event._tag === "Renamed" ? "RenamedTitleEvent" : `${event._tag}Event`
  const common = {
    __typename: kind,
    id: nodeId(kind, `${item.id}/${event.id}`),
    createdAt: iso(event.at),
    actor: () => actorById(context, event.actorId)
  }
  switch (event._tag) {
    case "Labeled":
    case "Unlabeled":
      return { ...common, label: label(of, event.label) }
    case "Renamed":
      return { ...common, previousTitle: event.from, currentTitle: event.to }
    case "Commented":
      return {
        ...common,
        __typename: "IssueComment",
        author: common.actor,
        authorAssociation: () => State.associationOf(of, event.actorId, context.view.caller),
        body: event.body,
        lastEditedAt: isoOrNull(event.editedAt ?? null),
        isMinimized: event.minimized != null,
        minimizedReason: event.minimized ?? null
      }
    case "Locked":
      return { ...common, lockReason: event.reason ?? null }
    case "Unlocked":
      return common
  }
}

/** GraphQL truncates text to this many bytes. */
const LARGEST_TEXT = 512_000

/** null if there is no such file. */
export const blob = (of: State.Repository, found: Blob | undefined) => {
  if (found === undefined) return null
  const binary = isBinary(found)
  return {
    __typename: "Blob",
    id: nodeId("Blob", `${of.id}/${found.oid}`),
    oid: found.oid,
    byteSize: found.bytes.length,
    isBinary: binary,
    isTruncated: found.bytes.length > LARGEST_TEXT,
    text: binary ? null : found.bytes.subarray(0, LARGEST_TEXT).toString("utf8")
  }
}

/** The fields of a pull request that scores depend on. */
export const contributionOf = (context: Context, of: State.Repository, item: State.PullRequest, issue: (linked: State.Issue) => object) => {
  const { head, base } = endsOf(of, item)
  return {
    headRefOid: head,
    baseRefOid: base,
    lastEditedAt: isoOrNull(item.editedAt ?? null),
    updatedAt: iso(item.updatedAt),
    labels: (page: Page) => labelsOf(context, of, item, page),
    userContentEdits: (page: Page) =>
      connection(context, (item.editions ?? []).toReversed(), page, ({ at, body, editorId, id }) => ({
        __typename: "UserContentEdit",
        id: nodeId("UserContentEdit", `${item.id}/${id}`),
        editedAt: iso(at),
        editor: () => actorById(context, editorId),
        diff: body
      })),
    closingIssuesReferences: (page: Page) =>
      connection(
        context,
        inOrder(
          context,
          closedBy(item).flatMap((number) => Option.toArray(Option.filter(State.issueOf(of, number), ({ gone }) => gone === null)))
        ),
        page,
        issue
      )
  }
}
