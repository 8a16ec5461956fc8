/**
 * Finds the pull requests that are named for an issue, when and by whom; and the accounts that are proved to have write access. Pure. Times are
 * milliseconds since 1970.
 */
import type { Account, Mention, TimelineItem } from "../../../domain/github/IssueAnswers.ts"
import { closersIn, type Naming, type PullRequestEvidence, type TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { solversIn } from "./spoken.ts"
import { pullRequestOf } from "./timeline.ts"

/** How many accounts are checked for push rights at most, and how many pull requests that maintainers name are read. */
const MOST_ASKED = 10

/** An issue, as GitHub shows it and as far as it is known. */
export interface KnownIssue {
  readonly author: Account
  readonly events: ReadonlyArray<TimelineItem | null>
  readonly mentioned: ReadonlyArray<Mention>
  readonly timeline: ReadonlyArray<TimelineEvent>
  readonly linked: ReadonlyArray<PullRequestEvidence>
  /** The repository's id. */
  readonly id: number
  /** null if an organisation owns the repository. */
  readonly ownerId: number | null
  readonly competitors: ReadonlyArray<number | null>
}

interface Reference {
  readonly at: number
  readonly by: Account
  readonly source: PullRequestEvidence
}

interface Comment {
  readonly at: number
  readonly by: Account
  /** The pull requests by which it says that the issue is solved. */
  readonly numbers: ReadonlySet<number>
}

/** The texts and links that may tie a pull request to an issue. */
export interface Mentions {
  readonly references: ReadonlyArray<Reference>
  /** Links that somebody made, and nobody took away. */
  readonly links: ReadonlyArray<Reference>
  readonly comments: ReadonlyArray<Comment>
  /** The pull requests that need no further request, by number. */
  readonly known: ReadonlyMap<number, PullRequestEvidence>
  /** Accounts proved to have write access: the owner, and those who merged. */
  readonly writers: ReadonlySet<number>
}

export const mentionsIn = ({ id, linked, mentioned, ownerId, timeline }: KnownIssue): Mentions => {
  const references = mentioned.flatMap((one): ReadonlyArray<Reference> => {
    if (one.__typename !== "CrossReferencedEvent" || one.source?.__typename !== "PullRequest") return []
    const source = pullRequestOf(one.source)
    return source === null || source.baseRepositoryId !== id ? [] : [{ at: one.createdAt, by: one.actor, source }]
  })
  const links = mentioned.flatMap((one, index): ReadonlyArray<Reference> => {
    if (one.__typename !== "ConnectedEvent" || one.subject?.__typename !== "PullRequest") return []
    const source = pullRequestOf(one.subject)
    if (source === null || source.baseRepositoryId !== id) return []
    const isGone = mentioned
      .slice(index + 1)
      .some(
        (later) =>
          later.__typename === "DisconnectedEvent" &&
          later.subject?.__typename === "PullRequest" &&
          later.subject.number === source.number &&
          later.subject.baseRepository?.databaseId === id
      )
    return isGone ? [] : [{ at: one.createdAt, by: one.actor, source }]
  })
  const comments = mentioned.flatMap(
    (one): ReadonlyArray<Comment> =>
      one.__typename === "IssueComment" ? [{ at: one.createdAt, by: one.author, numbers: solversIn(one.body) }] : []
  )
  const known = new Map(
    [...[...references, ...links].map(({ source }) => source), ...linked, ...closersIn(timeline)].map((one) => [one.number, one])
  )
  const writers = new Set<number>(ownerId === null ? [] : [ownerId])
  for (const { baseRepositoryId, mergedBy } of known.values())
    if (baseRepositoryId === id && mergedBy !== undefined && mergedBy.id !== null && mergedBy.isBot !== true) writers.add(mergedBy.id)
  return { references, links, comments, known, writers }
}

/** The accounts to check for push rights: their closing, reopening or comments count only with these. */
export const doubtfulNamings = ({ author, competitors, events }: KnownIssue, { comments, links, writers }: Mentions) => {
  const doubtful = new Map<number, { readonly id: number; readonly login: string }>()
  const doubt = (account: Account) => {
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
  for (const { by } of links) doubt(by)
  // Who can link has rights already: no stranger's account pushes theirs out.
  const linkers = [...doubtful.values()]
  for (const event of events) {
    if (event?.__typename === "ReopenedEvent") doubt(event.actor)
    if (event?.__typename === "ClosedEvent" && event.closer === null && event.actor?.databaseId === author?.databaseId) doubt(event.actor)
  }
  for (const { by, numbers } of comments) if (numbers.size > 0) doubt(by)
  const others = [...doubtful.values()].slice(linkers.length).toSorted((one, other) => one.id - other.id)
  return [...linkers, ...others].slice(0, MOST_ASKED)
}

/** The pull requests that comments by accounts with write access name. */
const wordsOf = ({ competitors }: KnownIssue, { comments }: Mentions, writers: ReadonlySet<number>) =>
  comments.flatMap(({ at, by, numbers }) => {
    const writer = by?.databaseId ?? null
    if (writer === null || !writers.has(writer) || competitors.includes(writer)) return []
    return [...numbers].slice(0, MOST_ASKED).map((number) => ({ at, by: writer, number }))
  })

/** The numbers that accounts with write access name and that are not known yet. */
export const unknownIn = (shown: KnownIssue, mentions: Mentions, writers: ReadonlySet<number>): ReadonlyArray<number> => [
  ...new Set(wordsOf(shown, mentions, writers).flatMap(({ number }) => (mentions.known.has(number) ? [] : [number])))
]

/**
 * The pull requests that are named and not linked, and every naming. `read`: the formerly unknown ones by number, without those that are no pull requests.
 */
export const namingsIn = (
  shown: KnownIssue,
  mentions: Mentions,
  writers: ReadonlySet<number>,
  read: ReadonlyMap<number, PullRequestEvidence>
): { readonly named: ReadonlyArray<PullRequestEvidence>; readonly namings: ReadonlyArray<Naming> } => {
  const named = new Map([...mentions.references, ...mentions.links].map(({ source }) => [source.number, source]))
  const namingOf = ({ at, by, source }: Reference): Naming => ({ pullRequest: source.number, at, by: by?.databaseId ?? null })
  const namings: Array<Naming> = [...mentions.references.map(namingOf), ...mentions.links.map((one) => ({ ...namingOf(one), links: true }))]
  for (const { at, by, number } of wordsOf(shown, mentions, writers)) {
    const found = mentions.known.get(number) ?? read.get(number)
    if (found === undefined || found.baseRepositoryId !== shown.id) continue
    named.set(number, found)
    namings.push({ pullRequest: number, at, by, solves: true })
  }
  const isLinked = new Set([...shown.linked, ...closersIn(shown.timeline)].map(({ number }) => number))
  return {
    named: [...named.values()].filter(({ number }) => !isLinked.has(number)).toSorted((one, other) => one.number - other.number),
    namings: namings.toSorted((one, other) => one.at - other.at || one.pullRequest - other.pullRequest)
  }
}
