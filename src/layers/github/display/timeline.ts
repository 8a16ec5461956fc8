/**
 * Reads the events of pull requests from GitHub's timeline, the same at each reading. Timestamps are GitHub's, the checks' and the committers'. A
 * pull request costs one page, however often it was pushed.
 */
import { Effect, Schema } from "effect"
import { nodes, shownEntries, Time } from "../../../domain/github/answerParts.ts"
import { GITHUB_PLAYS, type GitHubPlay } from "../../../domain/Play.ts"
import type { GraphqlError, Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { isOwnStatus } from "./ownStatus.ts"
import * as queries from "./queries.ts"
import { type Standing, standingOf } from "./shownIssues.ts"

/** A pull request by its place: `owner/name` and its number. */
export interface PullRequestPlace {
  readonly repository: string
  readonly number: number
}

export interface ShownPlay {
  readonly kind: GitHubPlay
  /** Milliseconds since 1970. */
  readonly at: number
  /** The account that did it, or, for a dismissal, the dismissed review's author; null where GitHub does not say. */
  readonly by: string | null
  /** The commit that was pushed or checked. */
  readonly commit: string | null
  /** The number of consecutive steps that it stands for. */
  readonly times: number
}

const FRAGMENTS = /* GraphQL */ `${queries.STANDING}
fragment Checked on Commit {
  oid
  committedDate
  statusCheckRollup {
    state
    contexts(first: 50) {
      nodes {
        __typename
        ... on CheckRun { conclusion completedAt }
        ... on StatusContext { context state createdAt }
      }
    }
  }
}
fragment Played on PullRequest {
  ...Standing
  id
  title
  createdAt
  mergedBy { login }
  author { login }
  changes: timelineItems(last: 50, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT, REVIEW_REQUESTED_EVENT, REVIEW_DISMISSED_EVENT, CLOSED_EVENT, REOPENED_EVENT]) {
    nodes {
      __typename
      ... on ReadyForReviewEvent { id createdAt actor { login } }
      ... on ConvertToDraftEvent { id createdAt actor { login } }
      ... on ReviewRequestedEvent { id createdAt actor { login } }
      ... on ReviewDismissedEvent { id createdAt actor { login } previousReviewState review { id } }
      ... on ClosedEvent { id createdAt actor { login } }
      ... on ReopenedEvent { id createdAt actor { login } }
    }
  }
  reviews(last: 50, states: [APPROVED, CHANGES_REQUESTED, DISMISSED]) {
    nodes { id state submittedAt authorCanPushToRepository author { login } }
  }
  pushes: timelineItems(last: 30, itemTypes: [PULL_REQUEST_COMMIT, HEAD_REF_FORCE_PUSHED_EVENT]) {
    totalCount
    nodes {
      __typename
      ... on PullRequestCommit { id commit { ...Checked } }
      ... on HeadRefForcePushedEvent { id createdAt beforeCommit { ...Checked } afterCommit { oid } }
    }
  }
  mentions: timelineItems(last: 20, itemTypes: [CROSS_REFERENCED_EVENT]) {
    nodes {
      __typename
      ... on CrossReferencedEvent { id isCrossRepository source { __typename ... on PullRequest { title mergedAt mergedBy { login } } } }
    }
  }
}`

/** A query for `count` pull requests; the nth uses the variables $owner<n>, $name<n> and $number<n> and is returned as `pull<n>`. */
export const timelinesQuery = (count: number): string => {
  const places = Array.from({ length: count }, (_, place) => place)
  const variables = places.map((place) => `$owner${place}: String!, $name${place}: String!, $number${place}: Int!`)
  const pulls = places.map(
    (place) =>
      `\n  pull${place}: repository(owner: $owner${place}, name: $name${place}) { pullRequest(number: $number${place}) { ...Played } }`
  )
  return `query Timelines(${variables.join(", ")}) {${pulls.join("")}\n}${FRAGMENTS}`
}

const Actor = Schema.NullOr(Schema.Struct({ login: Schema.String }))

const CheckContext = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("CheckRun"),
    conclusion: Schema.NullOr(Schema.String),
    completedAt: Schema.NullOr(Time)
  }),
  Schema.Struct({ __typename: Schema.Literal("StatusContext"), context: Schema.String, state: Schema.String, createdAt: Time })
)

const CheckedCommit = Schema.Struct({
  oid: Schema.String,
  committedDate: Time,
  statusCheckRollup: Schema.NullOr(Schema.Struct({ state: Schema.String, contexts: nodes(CheckContext) }))
})
type CheckedCommit = typeof CheckedCommit.Type

const happened = { id: Schema.String, createdAt: Time, actor: Actor }

const Change = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("ReadyForReviewEvent", "ConvertToDraftEvent", "ReviewRequestedEvent", "ClosedEvent", "ReopenedEvent"),
    ...happened
  }),
  Schema.Struct({
    __typename: Schema.Literal("ReviewDismissedEvent"),
    ...happened,
    previousReviewState: Schema.String,
    review: Schema.NullOr(Schema.Struct({ id: Schema.String }))
  })
)

const Push = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("PullRequestCommit"), id: Schema.String, commit: CheckedCommit }),
  Schema.Struct({
    __typename: Schema.Literal("HeadRefForcePushedEvent"),
    id: Schema.String,
    createdAt: Time,
    beforeCommit: Schema.NullOr(CheckedCommit),
    afterCommit: Schema.NullOr(Schema.Struct({ oid: Schema.String }))
  })
)

const Mention = Schema.Struct({
  id: Schema.String,
  isCrossRepository: Schema.Boolean,
  source: Schema.Union(
    Schema.Struct({ __typename: Schema.Literal("PullRequest"), title: Schema.String, mergedAt: Schema.NullOr(Time), mergedBy: Actor }),
    Schema.Struct({ __typename: Schema.Literal("Issue") })
  )
})

const Review = Schema.Struct({
  id: Schema.String,
  state: Schema.Literal("APPROVED", "CHANGES_REQUESTED", "DISMISSED"),
  submittedAt: Schema.NullOr(Time),
  authorCanPushToRepository: Schema.Boolean,
  author: Actor
})

const Played = Schema.Struct({
  ...queries.Standing.fields,
  id: Schema.String,
  title: Schema.String,
  createdAt: Time,
  mergedBy: Actor,
  author: Actor,
  changes: nodes(Change),
  reviews: Schema.NullOr(nodes(Review)),
  pushes: Schema.Struct({ totalCount: Schema.Int, ...nodes(Push).fields }),
  mentions: nodes(Mention)
})
export type Played = typeof Played.Type

/** By `pull<n>`. */
const TimelinesAnswer = Schema.Record({
  key: Schema.String,
  value: Schema.NullOr(Schema.Struct({ pullRequest: Schema.NullOr(Played) }))
})

/** A step, with its event's id on GitHub. The id orders steps of equal timestamp and kind. */
interface TimelinePlay extends ShownPlay {
  readonly id: string
}

const timelinePlay = (
  kind: GitHubPlay,
  at: number,
  id: string,
  { by = null, commit = null, times = 1 }: Partial<ShownPlay> = {}
): TimelinePlay => ({
  kind,
  at,
  by,
  commit,
  times,
  id
})

/** The title that GitHub's Revert button gives to a pull request. */
const revertOf = (title: string): string => `Revert "${title}"`

const REVIEW_KINDS = { APPROVED: "approved", CHANGES_REQUESTED: "changesRequested" } as const
const wordOf = (state: string | undefined) => (state === "APPROVED" || state === "CHANGES_REQUESTED" ? REVIEW_KINDS[state] : undefined)

/** Reviews of accounts with push access: only theirs count on GitHub. A dismissed review counted until its dismissal. */
const reviewsOf = ({ changes, reviews }: Played): ReadonlyArray<TimelinePlay> => {
  const dismissals = shownEntries(changes.nodes).flatMap((one) => (one.__typename === "ReviewDismissedEvent" ? [one] : []))
  const before = new Map(dismissals.map(({ previousReviewState, review }) => [review?.id, previousReviewState]))
  return shownEntries(reviews?.nodes ?? []).flatMap(({ id, state, submittedAt, authorCanPushToRepository, author }) => {
    const word = wordOf(state === "DISMISSED" ? before.get(id) : state)
    if (word === undefined || submittedAt === null || !authorCanPushToRepository) return []
    return [
      timelinePlay(word, submittedAt, id, { by: author?.login ?? null }),
      ...dismissals
        .filter(({ review }) => review?.id === id)
        .map((one) => timelinePlay("dismissed", one.createdAt, one.id, { by: author?.login ?? null }))
    ]
  })
}

const CHANGES = {
  ReadyForReviewEvent: "ready",
  ConvertToDraftEvent: "draft",
  ReviewRequestedEvent: "reviewRequested",
  ClosedEvent: "closed",
  ReopenedEvent: "reopened"
} as const

/** State changes. The closing that belongs to a merge is left out. */
const changesOf = ({ changes, mergedAt }: Played): ReadonlyArray<TimelinePlay> =>
  shownEntries(changes.nodes).flatMap((one) => {
    if (one.__typename === "ReviewDismissedEvent") return []
    const kind = CHANGES[one.__typename]
    if (kind === "closed" && mergedAt !== null && one.createdAt >= mergedAt) return []
    return [timelinePlay(kind, one.createdAt, one.id, { by: one.actor?.login ?? null })]
  })

const startedAsDraft = ({ changes, isDraft }: Played): boolean => {
  const first = shownEntries(changes.nodes).find(
    ({ __typename }) => __typename === "ReadyForReviewEvent" || __typename === "ConvertToDraftEvent"
  )
  return first === undefined ? isDraft : first.__typename === "ReadyForReviewEvent"
}

const PASSED_CONCLUSIONS: ReadonlySet<string | null> = new Set(["SUCCESS", "NEUTRAL", "SKIPPED", "EXPECTED", "PENDING", null])

/** When the checks of a commit had all passed, or the first of them failed. Nothing while they run. */
const checksOf = ({ oid, statusCheckRollup }: CheckedCommit, since: number): ReadonlyArray<TimelinePlay> => {
  if (statusCheckRollup === null) return []
  const { state, contexts } = statusCheckRollup
  const ended = shownEntries(contexts.nodes).flatMap((one) => {
    if (isOwnStatus(one)) return []
    const at = one.__typename === "CheckRun" ? one.completedAt : one.createdAt
    return at === null ? [] : [{ at, isPassed: PASSED_CONCLUSIONS.has(one.__typename === "CheckRun" ? one.conclusion : one.state) }]
  })
  const failures = ended.filter(({ isPassed }) => !isPassed)
  const at = (times: ReadonlyArray<{ readonly at: number }>) => times.map((one) => one.at)
  // Checks of a branch may have run before it became a pull request.
  if (state === "SUCCESS" && ended.length > 0) return [timelinePlay("passing", Math.max(since, ...at(ended)), oid, { commit: oid })]
  if ((state === "FAILURE" || state === "ERROR") && failures.length > 0)
    return [timelinePlay("failing", Math.max(since, Math.min(...at(failures))), oid, { commit: oid })]
  return []
}

/** Pushes after the opening, and the check results of each head. A commit's timestamp is its committer's. */
const pushesOf = ({ createdAt, mergedAt, pushes: { totalCount, nodes } }: Played): ReadonlyArray<TimelinePlay> => {
  const shown = shownEntries(nodes)
  const forced = shown.flatMap((one) => (one.__typename === "HeadRefForcePushedEvent" ? [one] : []))
  const byForce = new Set(forced.map(({ afterCommit }) => afterCommit?.oid))
  const pushed = shown.flatMap((one) => {
    if (one.__typename === "HeadRefForcePushedEvent")
      return [timelinePlay("pushed", one.createdAt, one.id, { commit: one.afterCommit?.oid ?? null })]
    const { oid, committedDate } = one.commit
    if (committedDate <= createdAt || byForce.has(oid)) return []
    return [timelinePlay("pushed", Math.min(committedDate, mergedAt ?? committedDate), one.id, { commit: oid })]
  })
  const checked = new Map(
    shown
      .flatMap((one) => (one.__typename === "PullRequestCommit" ? [one.commit] : shownEntries([one.beforeCommit])))
      .map((commit) => [commit.oid, commit])
  )
  const left = totalCount - nodes.length
  const oldest = Math.min(...pushed.map(({ at }) => at), mergedAt ?? Number.POSITIVE_INFINITY)
  return [
    ...(left > 0 ? [timelinePlay("pushed", Number.isFinite(oldest) ? oldest : createdAt, "", { times: left })] : []),
    ...pushed,
    ...[...checked.values()].flatMap((commit) => checksOf(commit, createdAt))
  ]
}

/** Reverts: merged pull requests of the same repository with the title that GitHub's button gives. */
const revertsOf = ({ mergedAt, mentions, title }: Played): ReadonlyArray<TimelinePlay> =>
  mergedAt === null
    ? []
    : shownEntries(mentions.nodes).flatMap(({ id, isCrossRepository, source }) =>
        source.__typename === "PullRequest" && !isCrossRepository && source.mergedAt !== null && source.title === revertOf(title)
          ? [timelinePlay("reverted", source.mergedAt, id, { by: source.mergedBy?.login ?? null })]
          : []
      )

const RANK = new Map(GITHUB_PLAYS.map((kind, rank) => [kind, rank]))

/** Kinds of which consecutive steps count as one. */
const COALESCED_KINDS: ReadonlySet<GitHubPlay> = new Set(["pushed", "reviewRequested"])

/** The steps of a pull request, by time, then kind, then GitHub's ids. */
export const playsOf = (played: Played): ReadonlyArray<ShownPlay> => {
  const { id, author, createdAt, mergedAt, mergedBy } = played
  const sorted = [
    timelinePlay(startedAsDraft(played) ? "openedAsDraft" : "opened", createdAt, id, { by: author?.login ?? null }),
    ...pushesOf(played),
    ...changesOf(played),
    ...reviewsOf(played),
    ...(mergedAt === null ? [] : [timelinePlay("merged", mergedAt, id, { by: mergedBy?.login ?? null })]),
    ...revertsOf(played)
  ].toSorted((one, other) => one.at - other.at || (RANK.get(one.kind) ?? 0) - (RANK.get(other.kind) ?? 0) || (one.id < other.id ? -1 : 1))
  const plays: Array<ShownPlay> = []
  for (const { id: _, ...play } of sorted) {
    const last = plays.at(-1)
    if (last !== undefined && last.kind === play.kind && COALESCED_KINDS.has(play.kind))
      plays[plays.length - 1] = { ...play, times: last.times + play.times }
    else plays.push(play)
  }
  return plays
}

/** The steps of a pull request, and how it stood when they were read. */
export interface ShownTimeline {
  readonly standing: Standing
  readonly plays: ReadonlyArray<ShownPlay>
}

/** Whether a GraphQL error only says that a pull request is hidden, or that the token may not read its checks. */
const isMissing = ({ type, path = [] }: GraphqlError) =>
  (type === "NOT_FOUND" || type === "FORBIDDEN") &&
  /^pull\d+$/.test(String(path[0])) &&
  (path.length === 1 || (path.length === 2 && path[1] === "pullRequest") || path.includes("statusCheckRollup"))

/** Reads the timelines of pull requests, in the order given; null: GitHub does not show the pull request. Needs a token. */
export const timelines = (
  rest: Rest,
  pulls: ReadonlyArray<PullRequestPlace>
): Effect.Effect<ReadonlyArray<ShownTimeline | null>, GitHubUnavailable> =>
  Effect.gen(function* () {
    if (pulls.length === 0) return []
    const askFor = (some: ReadonlyArray<PullRequestPlace>) => ({
      query: timelinesQuery(some.length),
      variables: Object.fromEntries(
        some.flatMap(({ repository, number }, place) => {
          const [owner = "", name = ""] = repository.split("/")
          return [
            [`owner${place}`, owner],
            [`name${place}`, name],
            [`number${place}`, number]
          ]
        })
      )
    })
    const operation = `show what happened to ${pulls.length} pull requests`
    const { answer, about } = yield* rest.graphqlAbout(operation, pulls, askFor, TimelinesAnswer, isMissing)
    const first = yield* Effect.forEach(about, ({ repository, number }, place) => {
      const found = answer[`pull${place}`]
      if (found === undefined)
        return new GitHubUnavailable({ operation: `show what happened to ${repository}#${number}`, why: "its answer leaves it out" })
      if (found === null || found.pullRequest === null) return Effect.succeed(null)
      return Effect.succeed({ standing: standingOf(found.pullRequest), plays: playsOf(found.pullRequest) })
    })
    return [...first, ...(yield* timelines(rest, pulls.slice(about.length)))]
  })
