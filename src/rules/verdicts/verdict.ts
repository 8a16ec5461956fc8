/**
 * Decides a validator's vote on an issue by three questions: have the maintainers said that it is solved, whose work landed, and does the work stand.
 * The verdict depends only on GitHub's record and the match's context, so that validators agree. If the record leaves a question open, there is no vote.
 */
import type { IssueEvidence, IssueFound } from "../../domain/IssueEvidence.ts"
import { GONE } from "../../domain/Watch.ts"
import { type Case, ending, isPast, mayHideWork, unsolved } from "./endings.ts"
import { closerOf, closersBetween, isCompetitors, isFor, isIncomplete, lastSaid, pullRequestsIn, refusalOf, withSeen } from "./project.ts"
import { onSolved } from "./solved.ts"
import { seconds, timestamp } from "./timestamps.ts"
import { type Ask, type Cancelled, cancelled, goneAs, type MatchContext, noVote, type Verdict } from "./verdictCase.ts"

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
  if (ask("Did this validator see a competitor's work for it merged before?", hadLanded))
    return noVote("GoneAfterMerge", `${verdict.because}, after a competitor's work had been merged`)
  const waits = (why: string): Verdict => ({ ...noVote("GoneRecently", `${verdict.because}${why}`), ending: GONE })
  const question = "Has it been gone in every snapshot for long enough?"
  if (watched === undefined) {
    ask(question, false, "each validator takes its own snapshots")
    return waits(": a validator votes only after all its snapshots have shown this for long enough")
  }
  const { blocks, needed, notCounted } = watched
  if (!ask(question, blocks >= needed, `for ${blocks} of ${needed} blocks`)) return waits(`, for ${blocks} of ${needed} blocks so far`)
  const well = ask("Does GitHub seem well?", notCounted === null, notCounted ?? undefined)
  return well ? verdict : waits(`, but GitHub may be ill: ${notCounted}`)
}

const onFound = (issue: IssueFound, facts: MatchContext, ask: Ask): Verdict => {
  const on: Case = { issue, facts, ask }
  const said = lastSaid(issue, facts)
  if (said === undefined || isIncomplete(issue)) {
    ask("Does GitHub show who closed and reopened it?", false)
    return noVote("RecordIncomplete", "GitHub does not show with certainty who closed or reopened it")
  }
  const landings = pullRequestsIn(issue).filter((one) => one.mergedAt !== null && isFor(issue, facts, one))
  const since = "since" in said ? said.since : 0
  const closers = closersBetween(issue, facts, since, Number.POSITIVE_INFINITY)
  const isSolved = said._tag === "Solved" || ((said._tag === "Duplicate" || said._tag === "Weak") && closers.length > 0)
  const what =
    said._tag === "Nothing"
      ? "no maintainer closed it"
      : said._tag === "Reopened"
        ? `reopened ${timestamp(said.since)}`
        : closerOf(said.closing)
  ask("Have the maintainers declared it solved?", isSolved, what)
  const latest = Math.max("closing" in said ? said.closing.at : 0, ...landings.map(({ mergedAt }) => mergedAt ?? 0))
  // The window and the deadline at that time are certain only once the head is in a later second.
  if (
    latest > 0 &&
    "closing" in said &&
    !ask("Has the chain reached that time?", seconds(latest) < seconds(facts.headAt), timestamp(facts.headAt))
  )
    return noVote("AheadOfChain", "it happened after the timestamp of the finalised head; it is judged once the chain reaches that time")
  const isOwn = said._tag === "Weak" && isSolved && closers.every(({ authorId }) => authorId !== null && authorId === said.closing.by?.id)
  if (isOwn) {
    ask("Was it closed by someone other than the author of the merged work?", false)
    return noVote("EndedAfterMerge", `${closerOf(said.closing)}, the author of the merged work`)
  }
  if (isSolved && "closing" in said) {
    const { closing, since } = said
    if (said._tag === "Solved") return onSolved(on, closing, since, true)
    // Such a closing counts from the merge on.
    return onSolved(on, { ...closing, at: Math.max(closing.at, Math.min(...closers.map(({ mergedAt }) => mergedAt ?? 0))) }, since, false)
  }
  const isTheirs = landings.some(({ authorId, standing }) => standing?._tag !== "TakenBack" && isCompetitors(facts, authorId))
  if (said._tag === "NotPlanned" || said._tag === "Duplicate") {
    if (ask("Was a competitor's work for it merged?", isTheirs))
      return noVote("EndedAfterMerge", `${closerOf(said.closing)}, and a competitor's work was merged`)
    if (said.isCompletedLater === true && ask("Did the maintainers then close it as completed?", true))
      return noVote("EndedAfterMerge", `${closerOf(said.closing)}, and then as completed`)
    return (
      mayHideWork(on) ??
      ending(
        on,
        said._tag === "NotPlanned" ? cancelled("NotPlanned", "closed as not planned") : cancelled("Duplicate", "closed as a duplicate")
      )
    )
  }
  if (said._tag === "Weak" && ask("Was a competitor's work for it merged?", isTheirs))
    return noVote(
      "EndedAfterMerge",
      `${closerOf(said.closing)}, which does not count as a maintainer's decision, and a competitor's work was merged`
    )
  const refusal = refusalOf(issue, said)
  if (!ask("Do the maintainers allow a bounty on it?", refusal === undefined, refusal?.because) && refusal !== undefined) {
    if (ask("Was a competitor's work for it merged?", isTheirs))
      return noVote("EndedAfterMerge", `${refusal.because}, and a competitor's work was merged`)
    return refusal._tag === "Refused" ? ending(on, cancelled("NotPlanned", refusal.because)) : noVote("RecordIncomplete", refusal.because)
  }
  const because = said._tag === "Reopened" ? "the maintainers reopened it" : "the maintainers have not closed it as solved"
  if (!isPast(on)) return isTheirs ? { ...noVote("IssueOpen", because), hasLanded: true } : noVote("IssueOpen", because)
  if (said._tag === "Reopened" && said.after !== undefined && ask("Was a competitor's work for it merged?", isTheirs))
    return noVote("EndedAfterMerge", `${because} after a competitor's work had been merged`)
  return unsolved(on, "IssueOpen", because)
}
