/** Pull requests, their files, comparisons and commits as GitHub's REST API shows them. */
import { behaviours } from "../../behaviours.ts"
import { diffBetween, gitCommitAt } from "../state/gitHistory.ts"
import { contentsOf, contentsOfCommit, endsOf, patchOf, rootSha, shaOf, statusOf, withContents } from "../state/gitObjects.ts"
import { ownCommitsOf } from "../state/ownCommits.ts"
import * as State from "../state/State.ts"
import { iso, isoOrNull, nodeId, total, untilVersion2026, type View } from "../View.ts"
import { userById } from "./accountBodies.ts"
import { label, pullRequestLinks } from "./issueBodies.ts"
import { apiOf, embeddedRepository, htmlOf } from "./repositoryBodies.ts"

export const pullRequestBody = (view: View, repository: State.Repository, item: State.PullRequest) => {
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
    author_association: State.associationOf(repository, item.authorId, view.caller),
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
    ...untilVersion2026(view, { assignee: null, merge_commit_sha: item.mergeCommit }),
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

const fileBody = (view: View, repository: State.Repository, file: State.PullRequest["files"][number], sha: string) => {
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

/** Changed files at a commit. Binary files have no patch, and files without known contents show only counts. */
const fileBodies = (
  view: View,
  repository: State.Repository,
  files: State.PullRequest["files"],
  contents: ReadonlyArray<State.FileContents>,
  sha: string
) =>
  files.map((file) => {
    const sides = contents.find(({ path }) => path === file.path)
    const body = fileBody(view, repository, file, sha)
    if (sides === undefined) return body
    const patch = patchOf(sides)
    return {
      ...body,
      sha: shaOf(sides),
      status: statusOf(sides),
      ...(patch === undefined ? {} : { patch }),
      ...(sides.previousPath === undefined ? {} : { previous_filename: sides.previousPath })
    }
  })

/** The files of a pull request, as both its file list and its comparison show them. */
export const changedFileBodies = (view: View, repository: State.Repository, item: State.PullRequest) => {
  const contents = item.files.map((file) => contentsOf(item, file))
  return fileBodies(view, repository, item.files, contents, endsOf(repository, item).head)
}

/** The comparison of a pull request's base with its head. Only the first page has files, at most 300. */
export const comparisonBody = (view: View, repository: State.Repository, item: State.PullRequest, page: number) => {
  const { head, base, mergeBase } = endsOf(repository, item)
  const at = (sha: string) =>
    commitBody(view, repository, {
      sha,
      message: item.title,
      authorId: item.authorId,
      at: item.createdAt,
      pullRequest: item.number,
      files: []
    })
  const html = `${htmlOf(view, repository)}/compare/${base}...${head}`
  return {
    url: `${apiOf(view, repository)}/compare/${base}...${head}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: at(base),
    merge_base_commit: at(mergeBase),
    status: base === mergeBase ? "ahead" : "diverged",
    ahead_by: 1,
    behind_by: base === mergeBase ? 0 : 1,
    total_commits: 1,
    commits: page === 1 ? [at(head)] : [],
    ...(page === 1 ? { files: changedFileBodies(view, repository, item).slice(0, 300) } : {})
  }
}

const filesOf = (view: View, repository: State.Repository, commit: State.Commit) => {
  const contents = contentsOfCommit(repository, commit) ?? []
  const files = commit.files.length > 0 ? commit.files : withContents([], contents).files
  return fileBodies(view, repository, files, contents, commit.sha)
}

export const commitBody = (view: View, repository: State.Repository, item: State.Commit) => {
  const author = userById(view, item.authorId)
  // A commit's author data stays as it was written, even if the account changes.
  const { id, login } = State.accountOf(view.state, item.authorId)
  const person = {
    name: login,
    email: item.email ?? `${id}+${login}@users.noreply.github.com`,
    date: iso(item.authoredAt ?? item.at)
  }
  const api = `${apiOf(view, repository)}/commits/${item.sha}`
  const files = filesOf(view, repository, item)
  const parents = State.parentsOf(repository, item)
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
      committer: { ...person, date: iso(item.committedAt ?? item.at) },
      comment_count: 0,
      tree: { sha: Bun.SHA1.hash(`tree ${item.sha}`, "hex"), url: `${apiOf(view, repository)}/git/trees/${item.sha}` },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null }
    },
    author,
    committer: author,
    // The branch's state before its first known commit also counts as a commit.
    parents: (parents.length === 0 && repository.git === undefined ? [rootSha(repository)] : parents).map((sha) => ({
      sha,
      url: `${apiOf(view, repository)}/commits/${sha}`
    })),
    stats: {
      additions: total(files.map((file) => file.additions)),
      deletions: total(files.map((file) => file.deletions)),
      total: total(files.map((file) => file.changes))
    },
    files
  }
}

/**
 * The commits of a pull request's own branch, oldest first. A merge commit brings them unchanged; a rebase makes copies with the same author,
 * author's date and message; a squash makes one commit of all.
 */
export const ownCommitBodies = (view: View, repository: State.Repository, item: State.PullRequest) => {
  const own = ownCommitsOf(repository, item)
  const { mergeBase } = endsOf(repository, item)
  return own.map((one, index) => {
    const { files: _files, stats: _stats, ...body } = commitBody(view, repository, one)
    const parent = own[index - 1]?.sha ?? mergeBase
    return { ...body, parents: [{ sha: parent, url: `${apiOf(view, repository)}/commits/${parent}` }] }
  })
}

/** The combined changes of several commits. */
const combined = (repository: State.Repository, commits: ReadonlyArray<State.Commit>): ReadonlyArray<State.FileContents> => {
  const all = new Map<string, State.FileContents>()
  for (const one of commits.flatMap((commit) => contentsOfCommit(repository, commit) ?? []))
    all.set(one.path, { ...one, base: all.get(one.previousPath ?? one.path)?.base ?? one.base })
  return [...all.values()].filter(({ base, head }) => JSON.stringify(base) !== JSON.stringify(head))
}

/** The comparison of two commits of the default branch, which is linear. `per_page` counts commits, and only the first page has files. */
export const betweenCommits = (
  view: View,
  repository: State.Repository,
  [base, head]: readonly [State.Commit, State.Commit],
  { page, size }: { readonly page: number; readonly size: number }
) => {
  const distance = repository.commits.indexOf(head) - repository.commits.indexOf(base)
  const html = `${htmlOf(view, repository)}/compare/${base.sha}...${head.sha}`
  const older = commitBody(view, repository, distance < 0 ? head : base)
  const from = repository.commits.indexOf(base) + 1
  const commits = repository.commits.slice(from, from + Math.max(0, distance))
  const [before, after] = [base, head].map(({ sha }) => gitCommitAt(repository, sha))
  const changes =
    before === undefined || after === undefined
      ? combined(repository, commits)
      : diffBetween(before.tree, distance > 0 ? after.tree : before.tree)
  const gained = page === 1 ? changes : []
  return {
    url: `${apiOf(view, repository)}/compare/${base.sha}...${head.sha}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitBody(view, repository, base),
    merge_base_commit: older,
    status: distance > 0 ? "ahead" : distance < 0 ? "behind" : "identical",
    ahead_by: Math.max(0, distance),
    behind_by: Math.max(0, -distance),
    total_commits: Math.max(0, distance),
    commits: commits.slice((page - 1) * size, page * size).map((one) => {
      const { files: _files, stats: _stats, ...body } = commitBody(view, repository, one)
      return body
    }),
    ...(page === 1 ? { files: fileBodies(view, repository, withContents([], gained).files, gained, head.sha) } : {})
  }
}

behaviours({
  what: "A rebase merge copies commits: author, author's date and message stay, hashes change. A squash merge makes one commit.",
  sources: [
    "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-pull-request-merges"
  ],
  test: "test/http/verdicts/cases.test.ts"
})
