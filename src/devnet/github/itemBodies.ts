/** Issues, pull requests, commits and gists in the form of GitHub's REST API. */
import { apiOf, embeddedRepository, htmlOf, iso, isoOrNull, LABEL_COLOR, nodeId, userById, type View } from "./bodies.ts"
import * as State from "./State.ts"
import { contentsOf, endsOf, shaOf, statusOf } from "./trees.ts"

const pullRequestLinks = (view: View, repository: State.Repository, number: number) => ({
  html_url: `${htmlOf(view, repository)}/pull/${number}`,
  diff_url: `${htmlOf(view, repository)}/pull/${number}.diff`,
  patch_url: `${htmlOf(view, repository)}/pull/${number}.patch`
})

const label = (view: View, repository: State.Repository, name: string) => ({
  id: Number.parseInt(Bun.SHA1.hash(`${repository.id} ${name}`, "hex").slice(0, 8), 16),
  node_id: nodeId("Label", `${repository.id}/${name}`),
  url: `${apiOf(view, repository)}/labels/${encodeURIComponent(name)}`,
  name,
  color: LABEL_COLOR,
  default: false,
  description: null
})

/** An issue, or a pull request as the issues API shows it. */
export const issue = (view: View, repository: State.Repository, item: State.Issue | State.PullRequest) => {
  const api = `${apiOf(view, repository)}/issues/${item.number}`
  const isPullRequest = item._tag === "PullRequest"
  return {
    id: item.id,
    node_id: nodeId(item._tag, item.id),
    number: item.number,
    title: item.title,
    body: item.body === "" ? null : item.body,
    user: userById(view, item.authorId),
    author_association: State.associationOf(repository, item.authorId),
    state: item.closedAt === null ? "open" : "closed",
    state_reason: item._tag === "Issue" ? item.reason : null,
    locked: isPullRequest ? false : State.isLocked(item),
    active_lock_reason: null,
    labels: State.labelsOf(item).map((name) => label(view, repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    comments: 0,
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

export const timelineEvent = (view: View, repository: State.Repository, of: State.Issue, event: State.IssueEvent) => {
  const actor = userById(view, event.actorId)
  if (event._tag === "CrossReferenced") {
    const source = State.pullRequestOf(repository, event.pullRequest)
    return {
      event: "cross-referenced",
      actor,
      created_at: iso(event.at),
      updated_at: iso(event.at),
      source: source._tag === "None" ? { type: "issue" } : { type: "issue", issue: issue(view, repository, source.value) }
    }
  }
  if (event._tag === "Commented") {
    const api = `${apiOf(view, repository)}/issues/comments/${event.id}`
    return {
      event: "commented",
      id: event.id,
      node_id: nodeId("IssueComment", event.id),
      url: api,
      html_url: `${htmlOf(view, repository)}/issues/${of.number}#issuecomment-${event.id}`,
      issue_url: `${apiOf(view, repository)}/issues/${of.number}`,
      actor,
      user: actor,
      body: event.body,
      author_association: State.associationOf(repository, event.actorId),
      created_at: iso(event.at),
      updated_at: iso(event.at)
    }
  }
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
    ...(event._tag === "Locked" ? { lock_reason: null } : {})
  }
}

/** Lines of all files; a binary file has none. */
export const total = (numbers: ReadonlyArray<number | null>) => numbers.reduce<number>((all, number) => all + (number ?? 0), 0)

export const pullRequest = (view: View, repository: State.Repository, item: State.PullRequest) => {
  const api = `${apiOf(view, repository)}/pulls/${item.number}`
  const issueApi = `${apiOf(view, repository)}/issues/${item.number}`
  const author = userById(view, item.authorId)
  const { base: before, head } = endsOf(repository, item)
  const repo = embeddedRepository(view, repository)
  return {
    id: item.id,
    node_id: nodeId("PullRequest", item.id),
    number: item.number,
    title: item.title,
    body: item.body === "" ? null : item.body,
    user: author,
    author_association: State.associationOf(repository, item.authorId),
    state: item.closedAt === null ? "open" : "closed",
    locked: false,
    draft: item.draft ?? false,
    url: api,
    ...pullRequestLinks(view, repository, item.number),
    issue_url: issueApi,
    commits_url: `${api}/commits`,
    comments_url: `${issueApi}/comments`,
    review_comments_url: `${api}/comments`,
    review_comment_url: `${apiOf(view, repository)}/pulls/comments{/number}`,
    statuses_url: `${apiOf(view, repository)}/statuses/${head}`,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: State.labelsOf(item).map((name) => label(view, repository, name)),
    milestone: null,
    auto_merge: null,
    head: { label: `${author.login}:${item.headBranch}`, ref: item.headBranch, sha: head, user: author, repo },
    base: { label: `${repo.owner.login}:${item.baseBranch}`, ref: item.baseBranch, sha: before, user: repo.owner, repo },
    _links: {
      self: { href: api },
      html: { href: `${htmlOf(view, repository)}/pull/${item.number}` },
      issue: { href: issueApi },
      comments: { href: `${issueApi}/comments` },
      review_comments: { href: `${api}/comments` },
      review_comment: { href: `${apiOf(view, repository)}/pulls/comments{/number}` },
      commits: { href: `${api}/commits` },
      statuses: { href: `${apiOf(view, repository)}/statuses/${head}` }
    },
    created_at: iso(item.createdAt),
    updated_at: iso(item.updatedAt),
    closed_at: isoOrNull(item.closedAt),
    merged_at: isoOrNull(item.mergedAt),
    merged: item.mergedAt !== null,
    merged_by: item.mergedById === null ? null : userById(view, item.mergedById),
    merge_commit_sha: item.mergeCommit,
    mergeable: item.closedAt === null ? true : null,
    rebaseable: item.closedAt === null ? true : null,
    mergeable_state: item.closedAt === null ? "clean" : "unknown",
    maintainer_can_modify: false,
    comments: 0,
    review_comments: 0,
    commits: 1,
    additions: total(item.files.map((file) => file.additions)),
    deletions: total(item.files.map((file) => file.deletions)),
    changed_files: item.files.length
  }
}

/** The files of a pull request or a commit. The facts hold no contents: there is no patch, and a file without removed lines counts as new. */
export const diffEntries = (view: View, repository: State.Repository, files: State.PullRequest["files"], sha: string) =>
  files.map((file) => diffEntry(view, repository, file, sha))

const diffEntry = (view: View, repository: State.Repository, file: State.PullRequest["files"][number], sha: string) => {
  const path = file.path.split("/").map(encodeURIComponent).join("/")
  return {
    sha: Bun.SHA1.hash(`${sha}:${file.path}`, "hex"),
    filename: file.path,
    status: (file.deletions ?? 1) === 0 ? "added" : "modified",
    additions: file.additions ?? 0,
    deletions: file.deletions ?? 0,
    changes: (file.additions ?? 0) + (file.deletions ?? 0),
    blob_url: `${htmlOf(view, repository)}/blob/${sha}/${path}`,
    raw_url: `${htmlOf(view, repository)}/raw/${sha}/${path}`,
    contents_url: `${apiOf(view, repository)}/contents/${path}?ref=${sha}`
  }
}

/** The files of a pull request, as its own list and the comparison of its ends name them. */
export const changedFiles = (view: View, repository: State.Repository, item: State.PullRequest) => {
  const { head } = endsOf(repository, item)
  return item.files.map((file) => {
    const contents = contentsOf(item, file)
    return {
      ...diffEntry(view, repository, file, head),
      sha: shaOf(contents),
      status: statusOf(contents),
      ...(contents.previousPath === undefined ? {} : { previous_filename: contents.previousPath })
    }
  })
}

/** The comparison of a pull request's base with its head; the first page alone has the files, at most 300 of them. */
export const comparison = (view: View, repository: State.Repository, item: State.PullRequest, page: number) => {
  const { head, base, mergeBase } = endsOf(repository, item)
  const at = (sha: string) =>
    commit(view, repository, { sha, message: item.title, authorId: item.authorId, at: item.createdAt, pullRequest: item.number, files: [] })
  const html = `${htmlOf(view, repository)}/compare/${base}...${head}`
  return {
    url: `${apiOf(view, repository)}/compare/${base}...${head}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: at(base),
    merge_base_commit: at(mergeBase),
    status: "diverged",
    ahead_by: 1,
    behind_by: 1,
    total_commits: 1,
    commits: page === 1 ? [at(head)] : [],
    ...(page === 1 ? { files: changedFiles(view, repository, item).slice(0, 300) } : {})
  }
}

export const commit = (view: View, repository: State.Repository, item: State.Commit) => {
  const index = repository.commits.indexOf(item)
  const parent = repository.commits[index - 1]
  const author = userById(view, item.authorId)
  const person = { name: author.login, email: `${author.id}+${author.login}@users.noreply.github.com`, date: iso(item.at) }
  const api = `${apiOf(view, repository)}/commits/${item.sha}`
  const files = diffEntries(view, repository, item.files, item.sha)
  return {
    sha: item.sha,
    node_id: nodeId("Commit", `${repository.id}/${item.sha}`),
    url: api,
    html_url: `${htmlOf(view, repository)}/commit/${item.sha}`,
    comments_url: `${api}/comments`,
    commit: {
      url: `${apiOf(view, repository)}/git/commits/${item.sha}`,
      message: item.message,
      author: person,
      committer: person,
      comment_count: 0,
      tree: { sha: Bun.SHA1.hash(`tree ${item.sha}`, "hex"), url: `${apiOf(view, repository)}/git/trees/${item.sha}` },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null }
    },
    author,
    committer: author,
    parents: parent === undefined ? [] : [{ sha: parent.sha, url: `${apiOf(view, repository)}/commits/${parent.sha}` }],
    stats: {
      additions: total(files.map((file) => file.additions)),
      deletions: total(files.map((file) => file.deletions)),
      total: total(files.map((file) => file.changes))
    },
    files
  }
}

export const gist = (view: View, item: State.Gist) => {
  const api = `${view.base}/gists/${item.id}`
  return {
    id: item.id,
    node_id: nodeId("Gist", item.id),
    url: api,
    forks_url: `${api}/forks`,
    commits_url: `${api}/commits`,
    comments_url: `${api}/comments`,
    git_pull_url: `${view.base}/gist/${item.id}.git`,
    git_push_url: `${view.base}/gist/${item.id}.git`,
    html_url: `${view.base}/gist/${item.id}`,
    public: item.public,
    description: item.description,
    comments: 0,
    user: null,
    owner: userById(view, item.ownerId),
    truncated: false,
    forks: [],
    history: [],
    created_at: iso(item.createdAt),
    updated_at: iso(item.createdAt),
    files: Object.fromEntries(
      Object.entries(item.files).map(([filename, content]) => [
        filename,
        {
          filename,
          type: "text/plain",
          language: "Text",
          raw_url: `${view.base}/gist/${item.id}/raw/${encodeURIComponent(filename)}`,
          size: Buffer.byteLength(content),
          truncated: false,
          content,
          encoding: "utf-8"
        }
      ])
    )
  }
}
