/**
 * Decides a validator's vote on an issue by three questions: have the maintainers said that it is solved, whose work landed, and does the work stand.
 * The verdict depends only on GitHub's record and the match's context, so that validators agree. If the record leaves a question open, there is no vote.
 */
import type { IssueEvidence, IssueFound } from "../../../domain/IssueEvidence.ts"
import { standingText } from "../../../domain/Standing.ts"
import { GONE } from "../../../domain/Watch.ts"
import { type Closing, closerOf, isFor, isIncomplete, lastSaid, pullRequestsIn, refusalOf, saysItCloses, withSeen } from "./project.ts"
import { seconds, timestamp } from "./timestamps.ts"
import {
  type Ask,
  type Cancelled,
  type CompetitorAccount,
  cancelled,
  goneAs,
  type MatchContext,
  noVote,
  type Verdict
} from "./verdictCase.ts"
import { isEarly, isInTime, waitingOf } from "./waiting.ts"
import { isOwnMerge, landedFor, nameOf, type Part, SOLUTION, shareOf } from "./whoseWork.ts"

/** One question that was asked on the way to a verdict, with its answer from the record. */
export interface RuleAsked {
  readonly rule: string
  readonly answer: string
}

/** A verdict with every question that led to it, in the order of asking. */
export interface Judgement {
  readonly verdict: Verdict
  readonly asked: ReadonlyArray<RuleAsked>
}

/** The verdict on one issue with its reasons. Pure. docs/verdicts.md lists the verdicts on played cases. */
export const judge = (evidence: IssueEvidence, competition: MatchContext): Judgement => {
  const asked: Array<RuleAsked> = []
  const ask: Ask = (rule, holds, answer) => {
    asked.push({ rule, answer: `${holds ? "yes" : "no"}${answer === undefined ? "" : `: ${answer}`}` })
    return holds
  }
  const verdict = verdictOn(evidence, competition, ask)
  return { verdict, asked }
}

const verdictOn = (evidence: IssueEvidence, competition: MatchContext, ask: Ask): Verdict => {
  ask("Is the issue on GitHub where it was registered?", evidence._tag === "Found", evidence._tag)
  switch (evidence._tag) {
    case "GitHubSilent":
      return noVote("GitHubSilent", evidence.why)
    case "Found":
      return onFound(withSeen(evidence, competition.seen), competition, ask)
    default:
      return onGone(goneAs(evidence), competition, ask)
  }
}

/** An issue that is gone may be back soon, or GitHub may be ill. So it is voted once every check for long enough found it gone. */
const onGone = (verdict: Cancelled, { hadLanded = false, watched }: MatchContext, ask: Ask): Verdict => {
  if (ask("Has this validator seen that a competitor's work for it had landed?", hadLanded))
    return noVote("GoneAfterMerge", `${verdict.because}, after a competitor's work had landed`)
  const waits = (why: string): Verdict => ({ ...noVote("GoneRecently", `${verdict.because}${why}`), ending: GONE })
  const question = "Has it been gone at every look for long enough?"
  if (watched === undefined) {
    ask(question, false, "each validator counts its own looks")
    return waits(": a validator votes once it has been so at all of its looks for long enough")
  }
  const { blocks, needed, notCounted } = watched
  if (!ask(question, blocks >= needed, `for ${blocks} of ${needed} blocks`)) return waits(`, for ${blocks} of ${needed} blocks so far`)
  const well = ask("Does GitHub seem well?", notCounted === null, notCounted ?? undefined)
  return well ? verdict : waits(`, but GitHub may be ill: ${notCounted}`)
}

/** The input of all questions about an issue that GitHub shows. */
interface Case {
  readonly issue: IssueFound
  readonly facts: MatchContext
  readonly ask: Ask
}

const DEADLINE = "Has the deadline passed?"

const isPast = ({ ask, facts: { deadline } }: Case): boolean =>
  ask(DEADLINE, deadline !== null, deadline === null ? undefined : timestamp(deadline))

const namesOf = (numbers: ReadonlyArray<{ readonly number: number }>): string => numbers.map(({ number }) => `#${number}`).join(", ")

/** For each competitor, whether a pull request waited for the project at the deadline. Asked once the deadline has passed. */
const waiting = ({ ask, facts, issue }: Case): readonly [a: boolean, b: boolean] => {
  const { competitors, deadline } = facts
  const of = ({ githubId }: CompetitorAccount) =>
    githubId === null || deadline === null ? [] : waitingOf(issue, facts, githubId, deadline)
  const [a, b] = [of(competitors[0]), of(competitors[1])]
  ask(
    "Did a competitor's pull request wait for the project at the deadline, or was it approved?",
    a.length + b.length > 0,
    namesOf([...a, ...b]) || undefined
  )
  return [a.length > 0, b.length > 0]
}

/** An end other than a solution. Until the deadline it can be undone, and nothing is cancelled while a pull request may still be merged in time. */
const ending = (on: Case, verdict: Cancelled): Verdict => {
  const { ask, facts } = on
  if (!isPast(on)) {
    const says = `${verdict.reason._tag}${verdict.reason._tag === "SubmittedTooEarly" ? ` ${verdict.reason.hotkey}` : ""}`
    const { blocks = 0, needed = undefined } = facts.watched ?? {}
    const has = needed !== undefined && blocks >= needed
    ask(
      "Has it stood at every look for three days?",
      has,
      needed === undefined ? "each validator counts its own looks" : `for ${blocks} of ${needed} blocks`
    )
    return has ? verdict : { ...noVote("CanBeUndone", verdict.because), ending: says }
  }
  if (facts.graceEnds != null || !waiting(on).includes(true)) return verdict
  return noVote("WaitsForProject", `${verdict.because}, and a competitor's pull request waited for the project at the deadline`)
}

/** Nobody solved the issue in time. Competitors without a waiting pull request lose collateral. */
const unsolved = (on: Case, early: "IssueOpen" | "LandedLate", because: string): Verdict => {
  const { ask, facts } = on
  // GitHub may show a merge late, for which nobody should lose collateral.
  if (!ask("Has half of the time for verdicts after the deadline passed?", facts.isOverdue)) return noVote(early, because)
  const [a, b] = waiting(on)
  if (!a && !b) return { _tag: "Unsolved", slashed: [true, true], because }
  if (a && b) return noVote("WaitsForProject", `${because}; both competitors wait for the project, and neither loses anything`)
  if (!ask("Is the time for verdicts over?", facts.graceEnds != null))
    return noVote("WaitsForProject", `${because}; a competitor's pull request waits for the project`)
  return { _tag: "Unsolved", slashed: [!a, !b], because: `${because}; one competitor's pull request waits for the project` }
}

const onFound = (issue: IssueFound, facts: MatchContext, ask: Ask): Verdict => {
  const on: Case = { issue, facts, ask }
  const said = lastSaid(issue, facts)
  if (said === undefined || isIncomplete(issue)) {
    ask("Does GitHub show who closed and opened it?", false)
    return noVote("RecordIncomplete", "GitHub does not show for certain what closed it, or opened it again")
  }
  const landings = pullRequestsIn(issue).filter((one) => one.mergedAt !== null && isFor(issue, facts, one))
  const isSolved =
    said._tag === "Solved" ||
    ((said._tag === "Duplicate" || said._tag === "Weak") &&
      landings.some((one) => saysItCloses(issue, one) && (one.mergedAt ?? 0) > said.since))
  const what =
    said._tag === "Nothing"
      ? "nobody of the project closed it"
      : said._tag === "Reopened"
        ? `reopened ${timestamp(said.since)}`
        : closerOf(said.closing)
  ask("Has the project said that it is solved?", isSolved, what)
  const latest = Math.max("closing" in said ? said.closing.at : 0, ...landings.map(({ mergedAt }) => mergedAt ?? 0))
  // The window and the deadline at that time are certain only once the head is in a later second.
  if (
    latest > 0 &&
    "closing" in said &&
    !ask("Has the chain's clock passed that?", seconds(latest) < seconds(facts.headAt), timestamp(facts.headAt))
  )
    return noVote("AheadOfChain", "it happened after the time of the finalised head: judged once the chain has reached that time")
  if (isSolved && "closing" in said) return onSolved(on, said.closing, said.since)
  const before = said._tag === "Reopened" ? said.since : "closing" in said ? said.closing.at : Number.POSITIVE_INFINITY
  const isTheirs = landings.some(
    ({ authorId, mergedAt, standing }) => standing?._tag !== "TakenBack" && (mergedAt ?? 0) <= before && isCompetitors(facts, authorId)
  )
  if (said._tag === "NotPlanned" || said._tag === "Duplicate") {
    if (ask("Had a competitor's work for it landed before?", isTheirs))
      return noVote("EndedAfterMerge", `${closerOf(said.closing)}, after a competitor's work had landed`)
    return ending(
      on,
      said._tag === "NotPlanned" ? cancelled("NotPlanned", "closed as not planned") : cancelled("Duplicate", "closed as a duplicate")
    )
  }
  const refusal = refusalOf(issue, said)
  if (!ask("May the issue have a bounty?", refusal === undefined, refusal) && refusal !== undefined)
    return ask("Had a competitor's work for it landed before?", isTheirs)
      ? noVote("EndedAfterMerge", `${refusal}, and a competitor's work had landed`)
      : ending(on, cancelled("NotPlanned", refusal))
  const because = said._tag === "Reopened" ? "the project has reopened it" : "the project has not said that it is solved"
  if (!isPast(on)) return isTheirs ? { ...noVote("IssueOpen", because), hasLanded: true } : noVote("IssueOpen", because)
  if (said._tag === "Reopened" && said.after !== undefined && ask("Had a competitor's work for it landed before?", isTheirs))
    return noVote("EndedAfterMerge", `${because} after a competitor's work had landed`)
  return unsolved(on, "IssueOpen", because)
}

const isCompetitors = ({ competitors }: MatchContext, id: number | null): boolean =>
  id !== null && competitors.some(({ githubId }) => githubId === id)

/** The landed work is neither competitor's, unless GitHub hides a linked pull request or a competitor's account. `isKnown`: GitHub names its author. */
const outside = (on: Case, because: string, isKnown = false): Verdict => {
  const { ask, facts, issue } = on
  if (issue.hasHiddenLinks === true) {
    ask("Does GitHub show all linked pull requests?", false)
    return noVote("RecordIncomplete", "GitHub links more pull requests to it than it shows")
  }
  const hidden = isKnown ? undefined : facts.competitors.find(({ exists }) => exists === false)
  if (hidden === undefined) return ending(on, cancelled("SolvedOutside", because))
  ask("Does GitHub show the accounts of both competitors?", false, `not that of ${hidden.hotkey}`)
  return noVote("RecordIncomplete", `GitHub does not show the account of ${hidden.hotkey}, and may hide its pull requests`)
}

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
  if (seconds(closing.at) < seconds(facts.startedAt)) return outside(on, "it was closed as completed before the match started")
  if (closing.closer._tag === "Hidden") {
    ask("Does GitHub show what closed it?", false)
    return noVote("RecordIncomplete", "GitHub does not show what closed it, and not that it was by hand")
  }
  if (!isPast(on)) return noVote("NothingLanded", "the project closed it as completed, and neither competitor's work has landed")
  return outside(on, "the project closed it as completed, and neither competitor's work had landed")
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

const onSolved = (on: Case, closing: Closing, since: number): Verdict => {
  const { ask, facts, issue } = on
  const landed = landedFor(issue, facts)
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
  return outside(
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
