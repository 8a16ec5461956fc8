/** What is read only of pull requests that matter: what they changed, since when that was there, and what they were answered. */
import { Effect, Schema } from "effect"
import type * as answers from "../../../domain/github/IssueAnswers.ts"
import type { Answer, Likeness, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { readList } from "../client/pages.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { readLatestMoves } from "./activity.ts"
import type { Change } from "./change.ts"
import { changesOf, File, fileChangeOf } from "./changeOf.ts"
import type { NamedBranch } from "./defaultBranch.ts"
import * as queries from "./queries.ts"
import { countsOf, sharedBy, workOf } from "./work.ts"

interface Here {
  readonly rest: Rest
  readonly repository: RepositoryName
}

/** What a pull request changes, by GitHub's list of its files, which ends at 3,000. Undefined: GitHub does not show it all. */
const readChange = ({ repository, rest }: Here, number: number): Effect.Effect<Change | undefined, GitHubUnavailable> =>
  Effect.map(
    readList(rest, {
      question: {
        operation: `read the files of ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}/files",
        parameters: { ...splitRepository(repository), number }
      },
      page: Schema.Array(File),
      nameOf: ({ filename }) => filename,
      most: 30
    }),
    (files) => (files === null || files.length >= 3_000 ? undefined : files.map(fileChangeOf))
  )

export interface Compared {
  readonly pullRequests: ReadonlyArray<PullRequestEvidence>
  readonly pushes: ReadonlyMap<string, { readonly lines: number; readonly product: number } | undefined>
  readonly likenesses: ReadonlyArray<Likeness>
}

/** What pull requests and pushed commits changed, and what each pull request shares with each other and with each commit. */
export const compared = Effect.fn("GitHub.comparedWork")(function* (
  here: NamedBranch,
  pullRequests: ReadonlyArray<PullRequestEvidence>,
  commits: ReadonlyArray<string>
) {
  const changes = yield* Effect.forEach(pullRequests, ({ number }) => readChange(here, number), { concurrency: 4 })
  const pushed = yield* changesOf(here, commits)
  const all = [
    ...pullRequests.map(({ number }, index) => ({ id: number, change: changes[index] })),
    ...commits.map((commit, index) => ({ id: commit, change: pushed[index] }))
  ].map(({ change, id }) => ({ id, counts: change && countsOf(change) }))
  const likenesses = all.flatMap(({ counts, id }, index): ReadonlyArray<Likeness> => {
    if (typeof id !== "number" || counts === undefined) return []
    return all.slice(index + 1).flatMap((other): ReadonlyArray<Likeness> => {
      const shared = other.counts && sharedBy(counts, other.counts)
      return shared === undefined || shared.lines === 0 ? [] : [{ pullRequest: id, with: other.id, ...shared }]
    })
  })
  const workBy = (id: number | string) => {
    const counts = all.find((one) => one.id === id)?.counts
    return counts && workOf(counts)
  }
  return {
    pullRequests: pullRequests.map((one): PullRequestEvidence => {
      const work = workBy(one.number)
      return work === undefined ? one : { ...one, work }
    }),
    pushes: new Map(commits.map((commit) => [commit, workBy(commit)])),
    likenesses
  } satisfies Compared
})

const STATES: Readonly<Record<string, Answer["as"]>> = {
  APPROVED: "Approved",
  CHANGES_REQUESTED: "ChangesRequested",
  COMMENTED: "Commented"
}

/** When the branch of a pull request's head got its head, as the activity of its repository says, if that is shown. */
const movedAt = ({ rest }: Here, { headRefName, headRefOid, headRepository }: answers.Details, createdAt: number) =>
  Effect.gen(function* () {
    if (headRepository === null) return undefined
    const repository = yield* rest.understand("read the name of a repository", RepositoryName, headRepository.nameWithOwner)
    const moves = yield* readLatestMoves(rest, { repository, branch: headRefName }, createdAt)
    return moves?.findLast(({ after }) => after === headRefOid)?.timestamp
  })

const withDetails = Effect.fn("GitHub.withDetails")(function* (here: Here, one: PullRequestEvidence, details: answers.Details) {
  const { headRefOid, reviews, statusCheckRollup, timelineItems } = details
  const checks = statusCheckRollup?.contexts.nodes.flatMap((check) => check?.completedAt ?? check?.createdAt ?? []) ?? []
  const seen = (reviews?.nodes ?? []).flatMap((review) => (review?.commit?.oid === headRefOid ? (review.submittedAt ?? []) : []))
  const pushes = timelineItems.nodes.flatMap((item) =>
    item?.__typename === "HeadRefForcePushedEvent" && item.afterCommit?.oid === headRefOid ? [item.createdAt] : []
  )
  const moved = yield* movedAt(here, details, one.createdAt)
  // These are the moments of pushes themselves; the others only prove that it was there by then.
  const pushed = [...pushes, ...(moved === undefined ? [] : [moved])]
  const changedAt = pushed.length === 0 ? undefined : Math.max(one.createdAt, ...pushed)
  const proofs = [...checks, ...seen, ...pushed]
  const thereSince = proofs.length === 0 ? undefined : Math.max(one.createdAt, Math.min(...proofs))
  const reviewed = (reviews?.nodes ?? []).flatMap((review): ReadonlyArray<Answer> => {
    const as = STATES[review?.state ?? ""]
    if (review === null || review.submittedAt === null || as === undefined) return []
    return [{ at: review.submittedAt, by: review.author?.databaseId ?? null, as, mayPush: review.authorCanPushToRepository }]
  })
  const commented = timelineItems.nodes.flatMap(
    (item): ReadonlyArray<Answer> =>
      item?.__typename === "IssueComment" ? [{ at: item.createdAt, by: item.author?.databaseId ?? null, as: "Commented" }] : []
  )
  const answers = [...reviewed, ...commented].toSorted((left, right) => left.at - right.at)
  return {
    ...one,
    ...(thereSince === undefined ? {} : { thereSince }),
    ...(changedAt === undefined ? {} : { changedAt }),
    answers
  } satisfies PullRequestEvidence
})

/** Pull requests with what proves since when their heads were there, and with their answers; and the numbers that each names. */
export const detailed = Effect.fn("GitHub.detailed")(function* (here: Here, pullRequests: ReadonlyArray<PullRequestEvidence>) {
  if (pullRequests.length === 0) return { pullRequests, names: new Map<number, ReadonlySet<number>>() }
  const { owner, repo: name } = splitRepository(here.repository)
  const operation = `read pull requests of ${here.repository} in detail`
  const query = queries.detailsQuery(pullRequests.length)
  const variables = { owner, name, ...Object.fromEntries(pullRequests.map(({ number }, place) => [`number${place}`, number])) }
  const { repository } = yield* here.rest.graphql(operation, query, variables, queries.DetailsAnswer)
  const names = new Map<number, ReadonlySet<number>>()
  const all = yield* Effect.forEach(pullRequests, (one, place) =>
    Effect.gen(function* () {
      const details = repository?.[`pull${place}`]
      if (details === null || details === undefined)
        return yield* new GitHubUnavailable({ operation, why: `GitHub does not show #${one.number}`, ill: true })
      names.set(one.number, numbersIn(`${details.title}\n${details.body}`))
      return yield* withDetails(here, one, details)
    })
  )
  return { pullRequests: all, names }
})

/** The issues and pull requests that a text names: "#2". */
export const numbersIn = (text: string): ReadonlySet<number> =>
  new Set([...text.matchAll(/(?:^|[^\w/&])#([1-9][0-9]{0,8})\b/g)].map(([, number]) => Number(number)))
