/** Facts about changed files in the trees before the changes. Only git has them. Commits never change, so each is asked once. */
import { Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import type { GitHistory, NoGitRecord, RecordedRepository } from "../../git/history/GitHistory.ts"
import { RecordedParent } from "../../git/history/historyTask.ts"
import { parentOf } from "../../git/history/parents.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll, type PullRequestCommits } from "./files.ts"
import type { ContributionRequests } from "./requests.ts"

const KeptParent = Schema.parseJson(RecordedParent)

const keyOf = (name: RepositoryName, { base, head }: PullRequestCommits): string => `parent ${name.toLowerCase()} ${base} ${head}`

const keptOf = (name: RepositoryName, all: ReadonlyArray<PullRequestCommits>) =>
  findAll(
    KeptParent,
    all.map((one) => keyOf(name, one))
  )

/** Those of which it is not kept what their trees before say. */
export const withoutParents = (name: RepositoryName, all: ReadonlyArray<PullRequestCommits>) =>
  Effect.map(keptOf(name, all), (kept) => all.filter((one) => !kept.has(keyOf(name, one))))

/** Asks git, and keeps what it says. */
export const askParents = (
  record: GitHistory["Type"],
  repository: RecordedRepository,
  name: RepositoryName,
  all: ReadonlyArray<PullRequestCommits>
): Effect.Effect<ReadonlyArray<RecordedParent | null>, NoGitRecord, CommitCache> =>
  Effect.flatMap(record.ask(repository, { parents: all.map(({ base, head }) => ({ base, head })) }), ({ parents }) =>
    Effect.as(
      keepAll(
        KeptParent,
        all.flatMap((one, index) => {
          const parent = parents[index] ?? null
          return parent === null ? [] : [[keyOf(name, one), parent] as const]
        })
      ),
      parents
    )
  )

/** Facts about a pull request's files in the tree before it. Fails if git cannot tell. */
export const readParents = (gitHub: ContributionRequests, record: GitHistory["Type"], commits: PullRequestCommits) =>
  Effect.gen(function* () {
    const { base, number, repository } = commits
    const unavailable = (why: string) =>
      new GitHubUnavailable({ operation: `read what ${repository} was before #${number}, at ${base}`, why })
    const name = yield* Effect.mapError(Schema.decodeUnknown(RepositoryName)(repository), ({ message }) => unavailable(message))
    const before = (yield* keptOf(name, [commits])).get(keyOf(name, commits))
    if (before !== undefined) return parentOf(before)
    const found = Option.getOrUndefined(yield* gitHub.repository(name))
    if (found?.clone_url === undefined) return yield* unavailable("GitHub does not show where to clone it")
    const [asked = null] = yield* Effect.mapError(
      askParents(record, { id: found.id, url: found.clone_url }, name, [commits]),
      ({ message }) => unavailable(message)
    )
    return asked === null ? yield* unavailable("git does not show it") : parentOf(asked)
  })
