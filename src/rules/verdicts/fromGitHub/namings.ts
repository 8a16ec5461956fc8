/**
 * Finds the pull requests that are named for an issue, when and by whom; and the accounts that are proved to have write access. Pure. Times are
 * milliseconds since 1970.
 */
import type { Account, Mention, TimelineItem } from "../../../domain/github/IssueAnswers.ts"
import { numbersIn } from "../../../domain/github/numbersIn.ts"
import { closersIn, type Naming, type PullRequestEvidence, type TimelineEvent } from "../../../domain/IssueEvidence.ts"
import { pullRequestOf } from "./timeline.ts"

/** The lines of a comment without quotes, code, and comments of HTML. */
const spokenLines = (text: string): ReadonlyArray<string> => {
  const [start = "", ...hidden] = text.split("<!--")
  const shown = [start, ...hidden.map((part) => (part.includes("-->") ? part.slice(part.indexOf("-->") + 3) : ""))].join(" ")
  let isCode = false
  return shown.split("\n").flatMap((line) => {
    const isFence = line.trimStart().startsWith("```")
    if (isFence) isCode = !isCode
    return isFence || isCode || line.trimStart().startsWith(">") ? [] : [line.replaceAll(/`[^`]*`/g, " ")]
  })
}

const sentencesOf = (line: string): ReadonlyArray<string> => line.replaceAll(/([.!?;])\s/g, "$1\n").split("\n")

/** What leaves open whether it is so. */
const OPEN = /\?|\b(?:not|no|never|cannot|without|nothing|partly|partially|should|would|could|may|might|will)\b|n['’]t\b|['’]ll\b/i
const SOLVED_BY =
  /\b(?:fixed|closed|resolved|solved|done)\s+(?:by|in|with)\s+(#[1-9][0-9]{0,8}\b(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)#[1-9][0-9]{0,8}\b)*)/gi

/**
 * The pull requests by which a comment says that the issue is solved, as in "fixed by #2 and #3". Read literally: numbers directly after these words,
 * outside quotes and code, in a sentence that neither asks, denies nor promises.
 */
export const solversIn = (text: string): ReadonlySet<number> =>
  new Set(
    spokenLines(text)
      .flatMap(sentencesOf)
      .filter((sentence) => !OPEN.test(sentence))
      .flatMap((sentence) => [...sentence.matchAll(SOLVED_BY)].flatMap(([, named = ""]) => [...numbersIn(named)]))
  )

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
  const comments = mentioned.flatMap(
    (one): ReadonlyArray<Comment> =>
      one.__typename === "IssueComment" ? [{ at: one.createdAt, by: one.author, numbers: solversIn(one.body) }] : []
  )
  const known = new Map([...references.map(({ source }) => source), ...linked, ...closersIn(timeline)].map((one) => [one.number, one]))
  const writers = new Set<number>(ownerId === null ? [] : [ownerId])
  for (const { baseRepositoryId, mergedBy } of known.values())
    if (baseRepositoryId === id && mergedBy !== undefined && mergedBy.id !== null && mergedBy.isBot !== true) writers.add(mergedBy.id)
  return { references, comments, known, writers }
}

/** The accounts to check for push rights: their closing, reopening or comments count only with these. */
export const doubtfulNamings = ({ author, competitors, events }: KnownIssue, { comments, references, writers }: Mentions) => {
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
  for (const event of events) {
    if (event?.__typename === "ReopenedEvent") doubt(event.actor)
    if (event?.__typename === "ClosedEvent" && event.closer === null && event.actor?.databaseId === author?.databaseId) doubt(event.actor)
  }
  for (const { by, numbers } of comments) if (numbers.size > 0) doubt(by)
  for (const { at, by, source } of references) if (source.mergedAt !== null && at > source.mergedAt) doubt(by)
  return [...doubtful.values()].toSorted((one, other) => one.id - other.id).slice(0, MOST_ASKED)
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
  const named = new Map(mentions.references.map(({ source }) => [source.number, source]))
  const namings: Array<Naming> = mentions.references.map(({ at, by, source }) => ({
    pullRequest: source.number,
    at,
    by: by?.databaseId ?? null
  }))
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
