import { standingText } from "../../domain/WorkStanding.ts"
import { type Case, ending, isCompetitors, isPast, mayHideWork, unsolved } from "./endings.ts"
import { type Closing, isFor, pullRequestsIn } from "./project.ts"
import { seconds } from "./timestamps.ts"
import { type CompetitorAccount, cancelled, noVote, type Verdict } from "./verdictCase.ts"
import { isEarly, isInTime } from "./waiting.ts"
import { isOwnMerge, landedFor, nameOf, type Part, SOLUTION, shareOf } from "./whoseWork.ts"

/** The landed work is neither competitor's, unless GitHub may hide theirs. `isKnown`: GitHub names its author. */
const solvedOutside = (on: Case, because: string, isKnown = false): Verdict =>
  mayHideWork(on, isKnown) ?? ending(on, cancelled("SolvedOutside", because))

/** The maintainers say that it is solved, and nobody's work landed for it. */
const onNothing = (on: Case, closing: Closing): Verdict => {
  const { ask, facts, issue } = on
  const all = pullRequestsIn(issue)
  const later = all.find(
    (one) => one.mergedAt !== null && one.mergedAt >= facts.startedAt && isCompetitors(facts, one.authorId) && !isFor(issue, facts, one)
  )
  if (later !== undefined) {
    ask("Did a merged pull request of a competitor name the issue before it landed?", false, `#${later.number}`)
    return noVote("NamedAfterwards", `#${later.number} was merged, and named the issue only afterwards`)
  }
  const shut = all.find(
    ({ authorId, closedAt = null, mergedAt }) => mergedAt === null && closedAt !== null && isCompetitors(facts, authorId)
  )
  if (shut !== undefined) {
    ask("Is it known that nobody pushed the work of a pull request that was closed without a merge?", false, `#${shut.number}`)
    return noVote("WorkUnproved", `#${shut.number} was closed without a merge, as by a bot that pushes what it lands`)
  }
  if (seconds(closing.at) < seconds(facts.startedAt)) return solvedOutside(on, "it was closed as completed before the match started")
  if (closing.closer._tag === "Hidden") {
    ask("Does GitHub show what closed it?", false)
    return noVote("RecordIncomplete", "GitHub does not show what closed it, and not that it was by hand")
  }
  if (!isPast(on)) return noVote("NothingLanded", "the project closed it as completed, and neither competitor's work has landed")
  return solvedOutside(on, "the project closed it as completed, and neither competitor's work had landed")
}

const sum = (parts: ReadonlyArray<Part>): string =>
  parts
    .map(
      ({ landing, pullRequest, work }) =>
        `${pullRequest === undefined ? nameOf(landing) : `#${pullRequest.number}`}${pullRequest !== undefined && landing !== pullRequest.number ? ` in ${nameOf(landing)}` : ""}${work === undefined ? "" : ` (${work.product} lines of the program, ${work.lines} in all)`}`
    )
    .join(", ")

/** A competitor's share of what landed. */
interface Share {
  readonly competitor: CompetitorAccount
  /** The parts that count, and their share of all parts that count beside them, in percent; undefined: not known. */
  readonly counted: ReadonlyArray<Part>
  readonly share: number | undefined
  /** The share including pull requests that were opened too early. */
  readonly withEarly: number | undefined
  readonly hasLate: boolean
}

export const onSolved = (on: Case, closing: Closing, since: number): Verdict => {
  const { ask, facts, issue } = on
  const landed = landedFor(issue, facts, closing.at)
  if (landed._tag === "Unproved") {
    ask("Can it be told whose work landed?", false, landed.because)
    return noVote("WorkUnproved", landed.because)
  }
  // Work after which a maintainer reopened the issue does not count as the solution any more.
  const counted = landed.parts.filter(({ at, isUndone }) => !isUndone || at > since)
  const parts = counted.filter(({ isUndone }) => !isUndone)
  if (parts.length < counted.length) {
    const share = parts.length === 0 ? 0 : shareOf(parts, counted)
    if (
      !ask(
        `Does ${SOLUTION} % of what landed stand?`,
        share !== undefined && share >= SOLUTION,
        sum(counted.filter(({ isUndone }) => isUndone))
      )
    )
      return noVote("AlreadyReverted", "what landed for it was taken back")
  }
  if (!ask("Has work for the issue landed?", parts.length > 0, sum(parts) || undefined)) return onNothing(on, closing)
  const accounts = facts.competitors.map(({ githubId }) => githubId)
  const [first] = accounts
  if (first !== null && accounts.every((one) => one === first) && parts.some(({ pullRequest }) => pullRequest?.authorId === first)) {
    ask("Does at most one competitor have that account?", false)
    return noVote("SharedAccount", `both competitors have the GitHub account ${first}`)
  }
  const isLate = (part: Part) =>
    part.pullRequest !== undefined && isCompetitors(facts, part.pullRequest.authorId) && !isInTime(issue, facts, part.pullRequest, part.at)
  const shares = facts.competitors.map((competitor): Share => {
    const isMine = ({ pullRequest }: Part) =>
      pullRequest !== undefined && pullRequest.authorId === competitor.githubId && competitor.githubId !== null
    const isEarlyOne = ({ pullRequest }: Part) =>
      pullRequest !== undefined && isCompetitors(facts, pullRequest.authorId) && isEarly(pullRequest, facts)
    const inTime = parts.filter((part) => !isLate(part))
    const all = inTime.filter((part) => isMine(part) || !isEarlyOne(part))
    const mine = all.filter(isMine)
    const counted = mine.filter((part) => !isEarlyOne(part))
    return {
      competitor,
      counted,
      share: counted.length === 0 ? 0 : shareOf(counted, all),
      withEarly: mine.length === 0 ? 0 : shareOf(mine, inTime),
      hasLate: parts.some((part) => isMine(part) && isLate(part))
    }
  })
  const winner = shares.find(({ share }) => share !== undefined && share >= SOLUTION)
  const question = `Is ${SOLUTION} % of it one competitor's, opened after the submission window and landed in time?`
  if (
    ask(
      question,
      winner !== undefined,
      shares.map(({ competitor, share }) => `${competitor.hotkey} ${share === undefined ? "not known" : `${share} %`}`).join(", ")
    ) &&
    winner !== undefined
  )
    return onWinner(on, winner)
  return onNobody(on, parts, shares)
}

const onWinner = (on: Case, { competitor, counted }: Share): Verdict => {
  const { ask, facts, issue } = on
  const own = counted.find(({ isCarried, pullRequest }) => !isCarried && pullRequest !== undefined && isOwnMerge(issue, facts, pullRequest))
  if (!ask("Was it landed, or approved, by somebody else of the project?", own === undefined, own && `not #${own.pullRequest?.number}`))
    return noVote("OwnMerge", `#${own?.pullRequest?.number} is of somebody who can push, and nobody else of the project has approved it`)
  const unsure = counted.find(({ standing }) => standing?._tag === "Unknown")
  const doubt = unsure?.standing == null ? undefined : `${nameOf(unsure.landing)} ${standingText(unsure.standing)}`
  if (!ask("Does it stand?", doubt === undefined, doubt)) return noVote("RevertUnproved", doubt ?? "")
  const largest = counted.toSorted((one, other) => (other.work?.product ?? 0) - (one.work?.product ?? 0) || one.at - other.at)[0]
  return largest?.pullRequest === undefined
    ? noVote("RecordIncomplete", "GitHub does not show the pull request")
    : { _tag: "Solved", hotkey: competitor.hotkey, pullRequest: largest.pullRequest.number }
}

/** Neither competitor has enough of what landed. */
const onNobody = (on: Case, parts: ReadonlyArray<Part>, shares: ReadonlyArray<Share>): Verdict => {
  const { ask, facts, issue } = on
  if (shares.some(({ share }) => share === undefined))
    return noVote("WorkUnproved", "GitHub does not show all of what the pull requests changed that landed")
  const early = shares.find(({ withEarly }) => withEarly !== undefined && withEarly >= SOLUTION)
  if (
    ask("Is so much of it one competitor's who opened it too early?", early !== undefined, early?.competitor.hotkey) &&
    early !== undefined
  )
    return ending(on, {
      _tag: "Cancelled",
      reason: { _tag: "SubmittedTooEarly", hotkey: early.competitor.hotkey },
      because: "what solved it was opened before the submission window was over"
    })
  const isOurs = ({ pullRequest }: Part) => pullRequest !== undefined && isCompetitors(facts, pullRequest.authorId)
  const unknown = parts.flatMap(({ pullRequest }) => (pullRequest === undefined ? [] : (unknownAuthor(on, pullRequest) ?? [])))
  if (unknown[0] !== undefined) return unknown[0]
  if (shares.some(({ hasLate }) => hasLate) && parts.every(isOurs)) {
    isPast(on)
    return unsolved(on, "LandedLate", "what a competitor landed for it came after the deadline")
  }
  const others = parts.filter((part) => !isOurs(part))
  const push = issue.timeline.find(
    (event) => event._tag === "Closed" && event.closer._tag === "Commit" && isCompetitors(facts, event.by?.id ?? null)
  )
  if (push !== undefined && others.some(({ pullRequest }) => pullRequest === undefined))
    return noVote("OwnMerge", "a competitor pushed what closed it, and nobody of the project has approved it")
  const share = shareOf(others, parts)
  if (share === undefined) return noVote("WorkUnproved", "GitHub does not show all of what the pull requests changed that landed")
  const isOutside = shares.every(({ counted }) => counted.length === 0) && share >= SOLUTION
  if (!ask("Is it all of people who do not compete?", isOutside, `${share} %`))
    return noVote("SharedWork", `no competitor has ${SOLUTION} % of what landed for it: ${sum(parts)}`)
  const strange = others.find(({ isCarried, pullRequest }) => pullRequest?.isBots === true || (isCarried && pullRequest !== undefined))
  if (strange !== undefined)
    return noVote(
      "NotACompetitors",
      `what landed is ${strange.isCarried ? "a copy of" : "a bot's"} #${strange.pullRequest?.number}, which is neither competitor's`
    )
  const named = others.find(({ pullRequest }) => pullRequest !== undefined)?.pullRequest
  return solvedOutside(
    on,
    named === undefined
      ? `${sum(others)} closed it, which no pull request brought`
      : `solved by #${named.number} of somebody else (account ${named.authorId ?? "gone"})`,
    named !== undefined && named.authorId !== null
  )
}

/** No vote if a pull request of unknown author may be a competitor's. */
const unknownAuthor = (
  { ask, facts }: Case,
  { authorId, authorLogin, number }: { readonly authorId: number | null; readonly authorLogin: string | null; readonly number: number }
): Verdict | undefined => {
  const { competitors } = facts
  if (authorId === null) {
    if (
      authorLogin === null &&
      ask(
        "Do the accounts of both competitors still exist?",
        competitors.every(({ exists }) => exists === true)
      )
    )
      return undefined
    ask(`Is the author of #${number} known?`, false, authorLogin ?? undefined)
    return noVote(
      "AuthorUnknown",
      `the account behind #${number} is ${authorLogin === null ? "gone" : `not known (${authorLogin})`}, and may be a competitor's`
    )
  }
  const unlinked = competitors.find(({ githubId }) => githubId === null)
  if (unlinked === undefined || isCompetitors(facts, authorId)) return undefined
  ask("Are the accounts of both competitors known?", false, `not that of ${unlinked.hotkey}`)
  return noVote("CompetitorUnknown", `the GitHub account of ${unlinked.hotkey} is not known, and #${number} may be from it`)
}
