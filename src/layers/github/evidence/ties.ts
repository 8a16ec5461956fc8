/** Which pull requests are tied to an issue, when and by whom; and who is proved to be one of the project's people. */
import { Effect, Option, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import type * as answers from "../../../domain/github/IssueAnswers.ts"
import { closersIn, type Naming, type PullRequestEvidence, type TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { hasMoved } from "./activity.ts"
import { numbersIn } from "./details.ts"

/** The most accounts of which it is asked whether they may push, and pull requests that are read because somebody of the project names them. */
const MOST_ASKED = 10

interface Account {
  readonly id: number
  readonly login: string
}

interface Reading {
  readonly timeline: ReadonlyArray<TimelineEvent>
  readonly linked: ReadonlyArray<PullRequestEvidence>
  /** Of the repository. */
  readonly id: number
  /** null: an organisation owns it. */
  readonly ownerId: number | null
  readonly competitors: ReadonlyArray<number>
  readonly pullRequestOf: (pullRequest: answers.PullRequest) => PullRequestEvidence | null
}

interface Place {
  readonly rest: Rest
  readonly repository: RepositoryName
  readonly branch: string
}

const Person = Schema.NullOr(Schema.Struct({ id: Schema.Int, login: Schema.String, type: Schema.optional(Schema.String) }))
const RestPullRequest = Schema.Struct({
  number: Schema.Int,
  user: Person,
  created_at: Time,
  closed_at: Schema.NullOr(Time),
  merged_at: Schema.NullOr(Time),
  merged_by: Schema.optional(Person),
  draft: Schema.optional(Schema.Boolean),
  merge_commit_sha: Schema.NullOr(Schema.String),
  head: Schema.Struct({ sha: Schema.String }),
  base: Schema.Struct({ ref: Schema.String, repo: Schema.NullOr(Schema.Struct({ id: Schema.Int })) })
})

/** A pull request by its number; undefined: there is none. */
const readPullRequest = ({ repository, rest }: Place, number: number): Effect.Effect<PullRequestEvidence | undefined, GitHubUnavailable> =>
  Effect.map(
    rest.optional(
      {
        operation: `read ${repository}#${number}`,
        route: "GET /repos/{owner}/{repo}/pulls/{number}",
        parameters: { ...splitRepository(repository), number }
      },
      RestPullRequest
    ),
    Option.match({
      onNone: () => undefined,
      onSome: ({
        base,
        closed_at,
        created_at,
        draft,
        head,
        merge_commit_sha,
        merged_at,
        merged_by,
        user
      }): PullRequestEvidence | undefined =>
        base.repo === null
          ? undefined
          : {
              number,
              authorId: user?.id ?? null,
              authorLogin: user?.login ?? null,
              ...(user?.type === "Bot" ? { isBots: true } : {}),
              createdAt: created_at,
              ...(draft === true ? { isDraft: true } : {}),
              closedAt: closed_at,
              mergedAt: merged_at,
              ...(merged_by == null ? {} : { mergedBy: { id: merged_by.id, ...(merged_by.type === "Bot" ? { isBot: true } : {}) } }),
              baseRepositoryId: base.repo.id,
              baseBranch: base.ref,
              head: head.sha,
              mergeCommit: merged_at === null ? null : merge_commit_sha,
              standing: null
            }
    })
  )

/** Reads what ties pull requests to the issue. Asks about accounts only whose words or closings depend on it. */
export const readTies = Effect.fn("GitHub.readTies")(function* (
  place: Place,
  issue: {
    readonly author: answers.Account
    readonly events: ReadonlyArray<answers.TimelineItem | null>
    readonly mentioned: ReadonlyArray<answers.Mention>
  },
  { competitors, id, linked, ownerId, pullRequestOf, timeline }: Reading
) {
  const references = issue.mentioned.flatMap((one) => {
    if (one.__typename !== "CrossReferencedEvent" || one.source?.__typename !== "PullRequest") return []
    const source = pullRequestOf(one.source)
    return source === null || source.baseRepositoryId !== id ? [] : [{ at: one.createdAt, by: one.actor, source }]
  })
  const comments = issue.mentioned.flatMap((one) =>
    one.__typename === "IssueComment" ? [{ at: one.createdAt, by: one.author, numbers: numbersIn(one.body) }] : []
  )
  const closers = closersIn(timeline)
  const known = new Map([...references.map(({ source }) => source), ...linked, ...closers].map((one) => [one.number, one]))
  const writers = new Set<number>(ownerId === null ? [] : [ownerId])
  for (const { baseRepositoryId, mergedBy } of known.values())
    if (baseRepositoryId === id && mergedBy !== undefined && mergedBy.id !== null && mergedBy.isBot !== true) writers.add(mergedBy.id)

  // Whose closing, opening or words count only with rights.
  const doubtful = new Map<number, Account>()
  const doubt = (account: answers.Account) => {
    const accountId = account?.databaseId
    if (
      account !== null &&
      accountId != null &&
      account.__typename === "User" &&
      !writers.has(accountId) &&
      !competitors.includes(accountId)
    )
      doubtful.set(accountId, { id: accountId, login: account.login })
  }
  for (const event of issue.events) {
    if (event?.__typename === "ReopenedEvent") doubt(event.actor)
    if (event?.__typename === "ClosedEvent" && event.closer === null && event.actor?.databaseId === issue.author?.databaseId)
      doubt(event.actor)
  }
  for (const { by, numbers } of comments) if (numbers.size > 0) doubt(by)
  for (const { at, by, source } of references) if (source.mergedAt !== null && at > source.mergedAt) doubt(by)
  const asked = [...doubtful.values()].toSorted((one, other) => one.id - other.id).slice(0, MOST_ASKED)
  const proved = yield* Effect.filter(
    asked,
    (account) => hasMoved(place.rest, { repository: place.repository, branch: place.branch }, account),
    {
      concurrency: 4
    }
  )
  for (const { id: proven } of proved) writers.add(proven)

  const named = new Map(references.map(({ source }) => [source.number, source]))
  const namings: Array<Naming> = references.map(({ at, by, source }) => ({ pullRequest: source.number, at, by: by?.databaseId ?? null }))
  for (const { at, by, numbers } of comments) {
    const writer = by?.databaseId ?? null
    if (writer === null || !writers.has(writer) || competitors.includes(writer)) continue
    for (const number of [...numbers].slice(0, MOST_ASKED)) {
      const found = known.get(number) ?? (yield* readPullRequest(place, number))
      if (found === undefined || found.baseRepositoryId !== id) continue
      known.set(number, found)
      named.set(number, found)
      namings.push({ pullRequest: number, at, by: writer })
    }
  }
  const isLinked = new Set([...linked, ...closers].map(({ number }) => number))
  return {
    named: [...named.values()].filter(({ number }) => !isLinked.has(number)).toSorted((one, other) => one.number - other.number),
    namings: namings.toSorted((one, other) => one.at - other.at || one.pullRequest - other.pullRequest),
    writers: [...writers]
  }
})
