/** The commits of pull requests' branches. */
import { Option } from "effect"
import type { FactFile } from "../facts/GitHubFacts.ts"
import { total } from "../View.ts"
import { endsOf } from "./gitObjects.ts"
import * as State from "./State.ts"
import { messageOf } from "./texts.ts"

const linesIn = (files: ReadonlyArray<FactFile>) => total(files.flatMap(({ additions, deletions }) => [additions, deletions]))

/** What a pull request changes beyond those that it carries. */
const beyond = (files: ReadonlyArray<FactFile>, carried: ReadonlyArray<State.Commit>): ReadonlyArray<FactFile> => {
  const rest = linesIn(files) - total(carried.map((one) => linesIn(one.files)))
  const [first] = files
  return carried.length === 0 ? files : rest <= 0 || first === undefined ? [] : [{ ...first, additions: rest, deletions: 0 }]
}

/**
 * The commits of a pull request's branch, oldest first, including those of the pull requests that it carries: their own, or the commits by which they were
 * merged into another branch.
 */
export const ownCommitsOf = (repository: State.Repository, item: State.PullRequest): ReadonlyArray<State.Commit> => {
  const { head } = endsOf(repository, item)
  const { authorId, copies = [], createdAt, files, mergeCommit, number, trailers = "" } = item
  const landed = repository.commits.filter(
    ({ pullRequest, sha }) => pullRequest === number && (item.baseBranch === repository.defaultBranch || sha !== mergeCommit)
  )
  const carried = (item.carries ?? []).flatMap((one) => {
    const other = Option.getOrUndefined(State.pullRequestOf(repository, one))
    if (other === undefined) return []
    return other.mergeCommit === null
      ? ownCommitsOf(repository, other)
      : [
          {
            sha: other.mergeCommit,
            message: other.title,
            authorId: other.authorId,
            at: other.createdAt,
            pullRequest: one,
            files: other.files
          }
        ]
  })
  const last = {
    sha: head,
    message: `${messageOf(item)}${trailers}`,
    authorId,
    at: createdAt,
    pullRequest: number,
    files: beyond(files, carried)
  }
  const copied = copies
    .flatMap((one) => Option.toArray(State.pullRequestOf(repository, one)))
    .flatMap((one) => ownCommitsOf(repository, one))
    .map((one) => ({
      ...one,
      sha: Bun.SHA1.hash(`copied for ${head}: ${one.sha}`, "hex"),
      message: `${one.message}\n\n(cherry picked from commit ${one.sha})`
    }))
  const own =
    landed.length < 2
      ? copied.length === 0
        ? [last]
        : copied.map((one, index) => (index === copied.length - 1 ? { ...one, sha: head } : one))
      : /^Merge (pull request|branch) /.test(landed.at(-1)?.message ?? "")
        ? landed.slice(0, -1)
        : copiedFrom(landed, head)
  return [...carried, ...own]
}

const copiedFrom = (landed: ReadonlyArray<State.Commit>, head: string): ReadonlyArray<State.Commit> =>
  landed.map((one, index) => ({ ...one, sha: index === landed.length - 1 ? head : Bun.SHA1.hash(`before the rebase: ${one.sha}`, "hex") }))
