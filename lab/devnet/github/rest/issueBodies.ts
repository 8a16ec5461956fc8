/** Issues and their events as GitHub's REST API shows them. */
import type { Reactions } from "../state/asked.ts"
import type { Comment } from "../state/comments.ts"
import * as State from "../state/State.ts"
import { iso, isoOrNull, LABEL_COLOR, nodeId, untilVersion2026, type View } from "../View.ts"
import { userById } from "./accountBodies.ts"
import { apiOf, htmlOf } from "./repositoryBodies.ts"

export const pullRequestLinks = (view: View, repository: State.Repository, number: number) => ({
  html_url: `${htmlOf(view, repository)}/pull/${number}`,
  diff_url: `${htmlOf(view, repository)}/pull/${number}.diff`,
  patch_url: `${htmlOf(view, repository)}/pull/${number}.patch`
})

export const label = (view: View, repository: State.Repository, name: string) => ({
  id: Number.parseInt(Bun.SHA1.hash(`${repository.id} ${name}`, "hex").slice(0, 8), 16),
  node_id: nodeId("Label", `${repository.id}/${name}`),
  url: `${apiOf(view, repository)}/labels/${encodeURIComponent(State.labelNow(repository, name))}`,
  name: State.labelNow(repository, name),
  color: LABEL_COLOR,
  default: false,
  description: null
})

const LOCK_REASONS = { SPAM: "spam", OFF_TOPIC: "off-topic", TOO_HEATED: "too heated", RESOLVED: "resolved" } as const

const NO_REACTIONS = { "+1": 0, "-1": 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 }

/** An entry of an issue list: an issue, or a pull request in the form of the issues API. */
export const issueBody = (view: View, repository: State.Repository, item: State.Issue | State.PullRequest) => {
  const api = `${apiOf(view, repository)}/issues/${item.number}`
  const isPullRequest = item._tag === "PullRequest"
  const { assignees: assigned = [], reactions = [] } = isPullRequest ? {} : item
  const assignees = assigned.map((id) => userById(view, id))
  return {
    id: item.id,
    node_id: nodeId(item._tag, item.id),
    number: item.number,
    title: item.title,
    body: item.body === "" ? null : item.body,
    user: userById(view, item.authorId),
    author_association: State.associationOf(repository, item.authorId, view.caller),
    state: item.closedAt === null ? "open" : "closed",
    state_reason: item._tag === "Issue" ? item.reason : null,
    locked: isPullRequest ? false : State.isLocked(item),
    active_lock_reason: null,
    labels: State.labelsOf(item).map((name) => label(view, repository, name)),
    ...untilVersion2026(view, { assignee: assignees[0] ?? null }),
    assignees,
    milestone: null,
    comments: (item.events ?? []).filter(({ _tag }) => _tag === "Commented").length,
    url: api,
    repository_url: apiOf(view, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: `${htmlOf(view, repository)}/${isPullRequest ? "pull" : "issues"}/${item.number}`,
    timeline_url: `${api}/timeline`,
    closed_at: isoOrNull(item.closedAt),
    created_at: iso(item.createdAt),
    updated_at: iso(item.updatedAt),
    performed_via_github_app: null,
    reactions: rollup(api, { "+1": reactions.length }),
    ...(item._tag === "PullRequest"
      ? {
          draft: item.draft ?? false,
          pull_request: {
            url: `${apiOf(view, repository)}/pulls/${item.number}`,
            ...pullRequestLinks(view, repository, item.number),
            merged_at: isoOrNull(item.mergedAt)
          }
        }
      : {})
  }
}

const closerOf = (item: State.Issue | State.PullRequest): number | null => {
  if (item.closedAt === null) return null
  return item._tag === "PullRequest" ? item.mergedById : (item.events.findLast(({ _tag }) => _tag === "Closed")?.actorId ?? null)
}

/** The answer for a single issue, which includes `closed_by`. */
export const wholeIssueBody = (view: View, repository: State.Repository, item: State.Issue | State.PullRequest) => {
  const closer = closerOf(item)
  return { ...issueBody(view, repository, item), closed_by: closer === null ? null : userById(view, closer) }
}

const rollup = (api: string, some: Reactions) => {
  const reactions = { ...NO_REACTIONS, ...some }
  return { url: `${api}/reactions`, total_count: Object.values(reactions).reduce((sum, count) => sum + count, 0), ...reactions }
}

export const commentBody = (view: View, repository: State.Repository, of: State.Issue | State.PullRequest, comment: Comment) => ({
  id: comment.id,
  node_id: nodeId("IssueComment", comment.id),
  url: `${apiOf(view, repository)}/issues/comments/${comment.id}`,
  html_url: `${htmlOf(view, repository)}/${of._tag === "Issue" ? "issues" : "pull"}/${of.number}#issuecomment-${comment.id}`,
  issue_url: `${apiOf(view, repository)}/issues/${of.number}`,
  user: userById(view, comment.actorId),
  body: comment.body,
  author_association: State.associationOf(repository, comment.actorId, view.caller),
  created_at: iso(comment.at),
  updated_at: iso(comment.editedAt ?? comment.at),
  reactions: rollup(`${apiOf(view, repository)}/issues/comments/${comment.id}`, comment.reactions ?? {}),
  minimized: comment.minimized == null ? null : { reason: comment.minimized }
})

export const eventBody = (
  view: View,
  repository: State.Repository,
  of: State.Issue,
  event: Exclude<State.IssueEvent, { readonly _tag: "CrossReferenced" | "Commented" }>
) => {
  const actor = userById(view, event.actorId)
  const sha = event._tag === "Closed" && event.closer?._tag === "Commit" ? event.closer.sha : null
  return {
    id: event.id,
    node_id: nodeId(`${event._tag}Event`, `${of.id}/${event.id}`),
    url: `${apiOf(view, repository)}/issues/events/${event.id}`,
    actor,
    event: event._tag === "ConvertedToDiscussion" ? "converted_to_discussion" : event._tag.toLowerCase(),
    ...(event._tag === "Renamed" ? { rename: { from: event.from, to: event.to } } : {}),
    commit_id: sha,
    commit_url: sha === null ? null : `${apiOf(view, repository)}/commits/${sha}`,
    created_at: iso(event.at),
    performed_via_github_app: null,
    ...(event._tag === "Closed" ? { state_reason: event.reason } : {}),
    ...(event._tag === "Labeled" || event._tag === "Unlabeled" ? { label: { name: event.label, color: LABEL_COLOR } } : {}),
    ...(event._tag === "Locked" ? { lock_reason: event.reason === undefined ? null : LOCK_REASONS[event.reason] } : {})
  }
}
