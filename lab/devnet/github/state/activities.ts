/** Changes of the default branch, as GitHub's list of a repository's activity shows them. */
import { behaviours } from "../../behaviours.ts"
import { rootSha } from "./gitObjects.ts"
import type * as State from "./State.ts"

/** The default branch's state before its first known commit. */
export const rootOf = (repository: State.Repository): State.Commit => ({
  sha: rootSha(repository),
  message: "Initial commit",
  authorId: repository.ownerId,
  at: repository.createdAt,
  pullRequest: null,
  files: []
})

const headOf = (repository: State.Repository): string => (repository.commits.at(-1) ?? rootOf(repository)).sha

const NO_COMMIT = "0".repeat(40)

/** The repository with an entry for a change of its default branch. `before`: the repository before it; undefined: there was no such branch. */
export const withActivity = (
  before: State.Repository | undefined,
  after: State.Repository,
  activity: Pick<State.Activity, "actorId" | "at" | "type">
): State.Repository => {
  const known = after.activities ?? []
  const moved = { before: before === undefined ? NO_COMMIT : headOf(before), after: headOf(after) }
  return { ...after, activities: [...known, { ...activity, ...moved, id: known.length + 1, branch: after.defaultBranch }] }
}

behaviours({
  what: "A repository's activity list shows who moved a branch, from and to which commit, when by GitHub's clock, and whether by push or merge. Everyone who can read the repository sees it.",
  sources: [
    "https://docs.github.com/en/rest/repos/repos#list-repository-activities",
    "https://docs.github.com/en/repositories/viewing-activity-and-data-for-your-repository/using-the-activity-view-to-see-changes-to-a-repository"
  ],
  test: "test/http/github/activity.test.ts"
})
