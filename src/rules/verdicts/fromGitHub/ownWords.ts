/**
 * What a pull request says of an issue: its own title, text and commits as they were when it was merged or closed, or as they are while it is open. GitHub
 * links its words only where it goes into the default branch, and also those that were edited in afterwards. Pure. Times are milliseconds since 1970.
 */
import type { Account, Details, Mention, PullRequest } from "../../../domain/github/IssueAnswers.ts"
import type { Naming, PullRequestEvidence, Says } from "../../../domain/IssueEvidence.ts"
import { sentencesIn, spokenLines } from "./spoken.ts"

/** An issue as texts name it. `url`: its repository's address. */
export interface NamedIssue {
  readonly number: number
  readonly repository: string
  readonly url: string
}

/** More than any keyword before a number. */
const KEYWORD_LENGTH = 24

/** GitHub's keywords (https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue). */
const KEYWORD = /^\W*(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\W{0,4}$/

/** What stands before each place where a text names the issue. */
const beforeNames = (text: string, { number, repository, url }: NamedIssue): ReadonlyArray<string> => {
  const forms = [`#${number}`, `gh-${number}`, `${repository}#${number}`, `${url}/issues/${number}`, `${url}/pull/${number}`]
  return forms.flatMap((form) => {
    const parts = text.toLowerCase().split(form.toLowerCase())
    return parts.slice(1).flatMap((after, index) => {
      const before = parts[index] ?? ""
      return /^\w/.test(after) || /[\w/&]$/.test(before) ? [] : [before.slice(-KEYWORD_LENGTH)]
    })
  })
}

const endsInKeyword = (before: string): boolean => {
  const words = before.replace(/[[(]$/, "")
  return /\s$/.test(words) && KEYWORD.test(words.trimEnd().split(/\s/).at(-1) ?? "")
}

/** Whether a text says that it closes the issue, or names it. */
export const saidIn = (text: string, issue: NamedIssue): "closing" | "mention" | undefined => {
  if (beforeNames(text, issue).length === 0) return undefined
  return beforeNames(spokenLines(text).join("\n"), issue).some(endsInKeyword) ? "closing" : "mention"
}

const strongest = (texts: ReadonlyArray<string>, issue: NamedIssue): "closing" | "mention" | undefined => {
  const said = texts.map((text) => saidIn(text, issue))
  return said.find((one) => one === "closing") ?? said.find((one) => one !== undefined)
}

/** `end`: when it was merged or closed; null if it is open. */
const isAfter = (at: number | null | undefined, end: number | null): boolean => at != null && end !== null && at > end

/** What is known of a pull request's words without its details. `isSure`: no edition and no commit can change that. */
export interface OwnWords {
  readonly says: Says | undefined
  readonly isSure: boolean
}

/** The words of the repository's pull requests, by number. `linked`: those that GitHub links to the issue by their words. */
export const ownWordsOf = (
  issue: NamedIssue & { readonly id: number; readonly defaultBranch: string },
  mentioned: ReadonlyArray<Mention>,
  linked: ReadonlyArray<PullRequest>
): ReadonlyMap<number, OwnWords> => {
  const isLinked = new Set(linked.map(({ number }) => number))
  const wordsOf = ({ baseRefName, body = "", closedAt, lastEditedAt, mergedAt, number, title = "" }: PullRequest): OwnWords => {
    const written = isLinked.has(number) ? "closing" : saidIn(body, issue)
    const says = written === "closing" ? written : (strongest([title, body], issue) ?? written)
    const isEdited = isAfter(lastEditedAt, mergedAt ?? closedAt)
    // Whether it waits hangs on any naming, and GitHub closed the issue if a commit said so that came to the default branch.
    const isComplete = says === "closing" || (says === "mention" && (mergedAt === null || baseRefName === issue.defaultBranch))
    return { says, isSure: !isEdited && isComplete && (says === written || closedAt === null) }
  }
  const sources = mentioned.flatMap((one) => {
    const named = one.__typename === "CrossReferencedEvent" ? one.source : one.__typename === "ConnectedEvent" ? one.subject : null
    return named?.__typename === "PullRequest" ? [named] : []
  })
  const own = [...sources, ...linked].filter(({ baseRepository }) => baseRepository?.databaseId === issue.id)
  return new Map(own.map((one) => [one.number, wordsOf(one)]))
}

const endOf = ({ closedAt = null, mergedAt }: Pick<PullRequestEvidence, "closedAt" | "mergedAt">) => mergedAt ?? closedAt

/** Oldest first. */
const editionsOf = ({ userContentEdits }: Details) =>
  (userContentEdits?.nodes ?? []).flatMap((one) => one ?? []).toSorted((one, other) => one.editedAt - other.editedAt)

/** A pull request's title and text at its end; while it is open, all that it said so far. Undefined: GitHub does not show that edition. */
const textsAt = (details: Details, end: number | null): ReadonlyArray<string | undefined> => {
  const { body, lastEditedAt, timelineItems, title } = details
  const editions = editionsOf(details)
  const renamed = timelineItems.nodes.find((item) => item?.__typename === "RenamedTitleEvent" && isAfter(item.createdAt, end))
  const written = isAfter(lastEditedAt, end) ? editions.findLast(({ editedAt }) => !isAfter(editedAt, end))?.diff : body
  const before = end === null ? editions.map(({ diff }) => diff ?? "") : []
  return [renamed?.__typename === "RenamedTitleEvent" ? renamed.previousTitle : title, written ?? undefined, ...before]
}

/** A pull request with what it says by its details. `namedAt`: when it was first named for the issue. */
export const withOwnWords = (
  { says: _now, ...one }: PullRequestEvidence,
  details: Details,
  issue: NamedIssue,
  namedAt = Number.POSITIVE_INFINITY
): PullRequestEvidence => {
  const end = endOf(one)
  const texts = textsAt(details, end)
  const commits = (details.commits?.nodes ?? []).flatMap((each) => each?.commit.message ?? [])
  const then = strongest([...texts.flatMap((text) => text ?? []), ...commits], issue)
  const isUnknown = texts.includes(undefined) && !isAfter(namedAt, end)
  const isNow = strongest([details.title, details.body], issue) !== undefined
  const says: Says | undefined = then ?? (isUnknown ? "mention" : isNow ? "afterwards" : undefined)
  return says === undefined ? one : { ...one, says }
}

/**
 * What others wrote in a pull request's thread, or into its text after its end, that says that it closes the issue. It counts for those of the project's
 * people.
 */
export const saidOf = (one: PullRequestEvidence, details: Details, issue: NamedIssue): ReadonlyArray<Naming> => {
  const editions = editionsOf(details)
  const isClosing = (text: string | null | undefined) => saidIn(text ?? "", issue) === "closing"
  const naming = (at: number, by: Account) => [{ pullRequest: one.number, at, by: by?.databaseId ?? null, solves: true }]
  return [
    ...editions.flatMap(({ diff, editedAt, editor }, index) =>
      isAfter(editedAt, endOf(one)) && isClosing(diff) && !isClosing(editions[index - 1]?.diff) ? naming(editedAt, editor) : []
    ),
    ...details.timelineItems.nodes.flatMap((item) =>
      item?.__typename === "IssueComment" && sentencesIn(item.body).some(isClosing) ? naming(item.createdAt, item.author) : []
    )
  ]
}
