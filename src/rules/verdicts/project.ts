/** Reads the maintainers' last word on an issue, and which pull requests are for it: the first question of a verdict. */
import { type Consent, consentOf } from "../../domain/consent.ts"
import {
  type Actor,
  type CloseReason,
  type Closer,
  closersIn,
  type IssueFound,
  mapEveryPullRequest,
  type PullRequestEvidence
} from "../../domain/IssueEvidence.ts"
import { timestamp } from "./timestamps.ts"
import type { CompetitorAccount, SeenHead } from "./verdictCase.ts"

export interface Closing {
  readonly at: number
  readonly reason: CloseReason
  readonly closer: Closer
  readonly by?: Actor | undefined
}

/** The issue's present competitors. They never count as maintainers, even with write access. */
interface Competing {
  readonly competitors: ReadonlyArray<Pick<CompetitorAccount, "githubId">>
}

const accountsOf = ({ competitors }: Competing): ReadonlyArray<number> => competitors.flatMap(({ githubId }) => githubId ?? [])

/** Whether an account is known to be a competitor's. */
export const isCompetitors = (facts: Competing, id: number | null | undefined): boolean => id != null && accountsOf(facts).includes(id)

/** Whether an account is proved to have write access, and does not compete. */
export const isProjects = (issue: IssueFound, facts: Competing, id: number | null): boolean =>
  id !== null && (issue.writers ?? []).includes(id) && !isCompetitors(facts, id)

/**
 * The maintainers' last word on the issue. `Duplicate` and `Weak` (a closing by a bot or by an account without rights) count once a pull request is
 * merged that says that it closes the issue. `since`: when a reopening last took effect; 0 if none did.
 */
export type LastWord =
  | { readonly _tag: "Solved" | "Weak"; readonly closing: Closing; readonly since: number }
  /** `isCompletedLater`: a later event closes it as completed, without a reopening between them. */
  | { readonly _tag: "NotPlanned" | "Duplicate"; readonly closing: Closing; readonly since: number; readonly isCompletedLater?: true }
  | { readonly _tag: "Reopened"; readonly since: number; readonly after: Closing | undefined }
  | { readonly _tag: "Nothing" }

/** The word of one closing. */
const meaning = (issue: IssueFound, facts: Competing, { by, closer, reason }: Closing): "Solved" | "NotPlanned" | "Duplicate" | "Weak" => {
  // What takes the work back solves nothing, whatever its title repeats.
  if (closer._tag === "PullRequest" || closer._tag === "Commit") return undoesTied(issue, facts, closer) ? "Weak" : "Solved"
  const isAuthors = by?.id === issue.authorId && by?.id !== undefined && !isProjects(issue, facts, by.id)
  if (by !== undefined && (by.isBot === true || by.id === null || isAuthors || isCompetitors(facts, by.id))) return "Weak"
  return reason === "not_planned" ? "NotPlanned" : reason === "duplicate" ? "Duplicate" : "Solved"
}

/**
 * Whether a reopening undoes the last word: a maintainer's always, anybody's after NotPlanned or Duplicate, and that of the account that closed the
 * issue by hand as solved.
 */
const undoes = (issue: IssueFound, facts: Competing, said: LastWord, by: Actor | undefined): boolean => {
  if (by === undefined || isProjects(issue, facts, by.id) || said._tag === "NotPlanned" || said._tag === "Duplicate") return true
  return said._tag === "Solved" && by.id !== null && said.closing.closer._tag === "Hand" && said.closing.by?.id === by.id
}

/** The pull requests with a closing tie that were merged after `since`, until `until`. */
export const closersBetween = (issue: IssueFound, facts: Competing, since: number, until: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue).filter(
    (one) => one.mergedAt !== null && one.mergedAt > since && one.mergedAt <= until && tieOf(issue, facts, one) === "closing"
  )

/** The last word; undefined if GitHub hides an event that may decide. A second closing, as for another reason, does not change which closing it is. */
export const lastSaid = (issue: IssueFound, facts: Competing): LastWord | undefined => {
  let said: LastWord = { _tag: "Nothing" }
  let hidden: Array<number> = []
  const counts = (word: LastWord, at: number): boolean => word._tag === "Weak" && closersBetween(issue, facts, word.since, at).length > 0
  for (const [index, event] of issue.timeline.entries()) {
    const since: number = "since" in said ? said.since : 0
    if (event._tag === "Hidden") hidden.push(index)
    else if (event._tag === "Closed") {
      const tag = meaning(issue, facts, event)
      if ((said._tag === "NotPlanned" || said._tag === "Duplicate") && tag === "Solved")
        said = { _tag: said._tag, closing: said.closing, since, isCompletedLater: true }
      if ((said._tag !== "Nothing" && said._tag !== "Reopened" && said._tag !== "Weak") || counts(said, event.at)) continue
      if (tag !== "Weak" || said._tag !== "Weak") said = { _tag: tag, closing: event, since }
    } else if (undoes(issue, facts, said, event.by)) {
      hidden = []
      said = {
        _tag: "Reopened",
        since: event.at,
        after: "closing" in said ? said.closing : said._tag === "Reopened" ? said.after : undefined
      }
    } else if (said._tag === "Weak" && !counts(said, event.at)) said = { _tag: "Nothing" }
  }
  // A hidden event after the last closing is no reopening if the issue is closed.
  const isHarmless = hidden.length === 1 && hidden[0] === issue.timeline.length - 1 && issue.state === "closed" && "closing" in said
  return hidden.length === 0 || isHarmless ? said : undefined
}

/** Whether GitHub hides the closing that fits the issue's state, or the pull request of the commit that closed the issue. */
export const isIncomplete = ({ state, timeline }: IssueFound): boolean => {
  const last = timeline.findLast(({ _tag }) => _tag !== "Hidden")
  if (last?._tag !== "Closed") return state === "closed"
  if (state === "open") return true
  const { closer } = last
  return (
    closer._tag === "Commit" && closer.isPartial === true && !closer.pullRequests.some(({ mergeCommit }) => mergeCommit === closer.commit)
  )
}

/**
 * What keeps a bounty off the issue: a refusal, or a no on which people have to decide, because GitHub does not show whose it is. Undefined: nothing does.
 * Other data that GitHub hides is no refusal. Nor is there one after a `Weak` closing, because work may have landed in a way that GitHub does not show.
 */
export const refusalOf = (
  { consent }: IssueFound,
  said: LastWord
): Extract<Consent, { readonly _tag: "Refused" | "Unknown" }> | undefined => {
  const found = consent === undefined || said._tag === "Weak" ? undefined : consentOf(consent)
  return found?._tag === "Refused" || (found?._tag === "Unknown" && found.isForPeople) ? found : undefined
}

export const closerOf = ({ at, by, closer, reason }: Closing): string => {
  const who = by === undefined ? "by hand" : by.id === null ? "by a deleted account" : `by account ${by.id}`
  const what =
    closer._tag === "PullRequest"
      ? `by pull request #${closer.pullRequest.number}`
      : closer._tag === "Commit"
        ? `by commit ${closer.commit}`
        : `${closer._tag === "Hidden" ? "by something that GitHub does not show, " : ""}${who}`
  return `closed as ${reason} ${what}, ${timestamp(at)}`
}

/** Adds this validator's own observations to the record: since when heads were there. */
export const withSeen = (issue: IssueFound, seen: ReadonlyArray<SeenHead> = []): IssueFound => {
  if (seen.length === 0) return issue
  const first = new Map(seen.map(({ at, head }) => [head, at]))
  const known = (one: PullRequestEvidence): PullRequestEvidence => {
    const at = first.get(one.head ?? "")
    const proved = Math.min(one.thereSince ?? Number.POSITIVE_INFINITY, Math.max(at ?? Number.POSITIVE_INFINITY, one.createdAt))
    return Number.isFinite(proved) ? { ...one, thereSince: proved } : one
  }
  return mapEveryPullRequest(issue, known)
}

/** All pull requests of the issue's repository that the record has, by number. */
export const pullRequestsIn = (issue: IssueFound): ReadonlyArray<PullRequestEvidence> => {
  const all = new Map(
    [...(issue.namedPullRequests ?? []), ...issue.linkedPullRequests, ...closersIn(issue.timeline)].map((one) => [one.number, one])
  )
  return [...all.values()].filter((one) => one.baseRepositoryId === issue.repositoryId).sort((one, other) => one.number - other.number)
}

const isCloser = (issue: IssueFound, { number }: PullRequestEvidence): boolean =>
  closersIn(issue.timeline).some((one) => one.number === number)

/** Where the project's people tied a pull request to the issue: they wrote that it solves it, or linked it by hand. */
const peoplesWords = (issue: IssueFound, facts: Competing, { number }: PullRequestEvidence) =>
  (issue.namings ?? []).filter(
    (one) => (one.solves === true || one.links === true) && one.pullRequest === number && isProjects(issue, facts, one.by)
  )

/**
 * Whether a pull request takes back another tied one, by GitHub's own words of a revert: the record has no other proof that is certain. A revert of a
 * revert takes back none, since that one has no tie.
 */
const isRevert = (issue: IssueFound, facts: Competing, { number, reverts = number }: PullRequestEvidence): boolean =>
  reverts < number && pullRequestsIn(issue).some((one) => one.number === reverts && tieOf(issue, facts, one) !== undefined)

/**
 * How a pull request is tied to the issue: it closed it, said so when it landed, or one of the project's people says that it solved it or linked it
 * ("closing"); or it only named it. What its author wrote after its merge is nothing.
 */
export const tieOf = (issue: IssueFound, facts: Competing, pullRequest: PullRequestEvidence): "closing" | "mention" | undefined => {
  const { says } = pullRequest
  if (isRevert(issue, facts, pullRequest)) return undefined
  if (says === "closing" || isCloser(issue, pullRequest) || peoplesWords(issue, facts, pullRequest).length > 0) return "closing"
  return says === "mention" ? says : undefined
}

/** When a pull request was tied to the issue; 0 if it always was, as one that closed it. Infinity: it is not tied. */
export const tiedSince = (issue: IssueFound, facts: Competing, pullRequest: PullRequestEvidence): number => {
  const { authorId, number, says } = pullRequest
  if (isRevert(issue, facts, pullRequest)) return Number.POSITIVE_INFINITY
  if (isCloser(issue, pullRequest)) return 0
  const isNamed = says === "closing" || says === "mention"
  const own = isNamed
    ? (issue.namings?.find(({ by, pullRequest: named }) => named === number && by === authorId)?.at ?? 0)
    : Number.POSITIVE_INFINITY
  return Math.min(own, ...peoplesWords(issue, facts, pullRequest).map(({ at }) => at))
}

/** Whether what closed the issue takes back tied work: a revert, or the commit of one. */
const undoesTied = (issue: IssueFound, facts: Competing, closer: Closer): boolean => {
  if (closer._tag === "Commit" && closer.reverts !== undefined)
    return pullRequestsIn(issue).some((one) => one.mergeCommit === closer.reverts && tieOf(issue, facts, one) !== undefined)
  const [only, ...others] = closersIn([{ _tag: "Closed", at: 0, reason: "completed", closer }])
  return only !== undefined && others.length === 0 && isRevert(issue, facts, only)
}

/** Whether a pull request is for the issue. */
export const isFor = (issue: IssueFound, facts: Competing, pullRequest: PullRequestEvidence): boolean =>
  tieOf(issue, facts, pullRequest) !== undefined
