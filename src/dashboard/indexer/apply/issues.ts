/** Applies the events of issues: registered, edited, funded, paid, cancelled. */
import { Either } from "effect"
import type { IndexedEvent } from "../blockContents.ts"
import { flow } from "./money.ts"
import { type Applied, closeIssue, type EventOf, issueOf, minerOf, putIssue, putMiner, type Step } from "./Step.ts"
import { lapse, passOutcome } from "./votes.ts"

/** The owner's reason for a bounty without request, from the remark that accompanies an event's call. */
const withoutConsentOf = ({ facts }: Step, { callPosition, extrinsic }: Omit<IndexedEvent, "event">): string | null =>
  facts.calls.find((call) => call.extrinsic === extrinsic && call.position === callPosition)?.withoutConsent ?? null

export const registered = (step: Step, fact: EventOf<"IssueRegistered">): void => {
  const { event } = fact
  putIssue(step, {
    id: event.issue,
    repository: event.repository,
    number: event.number,
    target: event.bounty,
    funded: 0n,
    status: "Funding",
    reason: null,
    queuePosition: null,
    attempts: 0,
    competition: null,
    registeredAt: step.facts.number,
    editedAt: null,
    updatedAt: step.facts.number,
    withoutConsent: withoutConsentOf(step, fact)
  })
}

export const funded = (step: Step, fact: EventOf<"BountyFunded">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { amount, bounty, funded } = fact.event
    putIssue(step, { ...issue, funded, status: funded === bounty ? "Open" : issue.status })
    flow(step, fact, { kind: "funded", amount, source: "free", destination: "issue", issue: issue.id })
  })

/** Ends enrolments and votes for the issue's old reference. If it now refers to another GitHub issue, deletes the old GitHub data. */
export const edited = (step: Step, fact: EventOf<"IssueEdited">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { bounty, freed, funded, number, repository } = fact.event
    const status = funded === bounty ? "Open" : "Funding"
    lapse(step, issue.id)
    const isAnother = number !== issue.number || repository.toLowerCase() !== issue.repository.toLowerCase()
    const withoutConsent = isAnother ? withoutConsentOf(step, fact) : issue.withoutConsent
    putIssue(step, { ...issue, repository, number, target: bounty, funded, status, editedAt: step.facts.number, withoutConsent })
    if (isAnother) step.changes.exchanged.add(issue.id)
    if (freed > 0n) flow(step, fact, { kind: "freed", amount: freed, source: "issue", destination: "free", issue: issue.id })
  })

export const paid = (step: Step, fact: EventOf<"BountyPaid">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { amount, coldkey, competition, hotkey } = fact.event
    lapse(step, issue.id)
    closeIssue(step, { ...issue, status: "Paid" })
    const miner = minerOf(step, hotkey)
    putMiner(step, { ...miner, earned: miner.earned + amount })
    const place = { block: step.facts.number, event: fact.index }
    step.changes.append("payouts", { issue: issue.id, competition, hotkey, coldkey, amount: amount.toString(), ...place })
    flow(step, fact, { kind: "paid", amount, source: "issue", destination: coldkey, issue: issue.id })
  })

export const cancelled = (step: Step, fact: EventOf<"IssueCancelled">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { freed, reason } = fact.event
    if (isSettled(step, fact)) passOutcome(step, issue.id, { _tag: "Cancelled", reason })
    lapse(step, issue.id)
    closeIssue(step, { ...issue, funded: 0n, status: "Cancelled", reason })
    if (freed > 0n) flow(step, fact, { kind: "freed", amount: freed, source: "issue", destination: "free", issue: issue.id })
  })

/** Whether the validators cancelled the issue (by `settle`): the owner uses another message. */
const isSettled = ({ facts }: Step, { callPosition, extrinsic }: EventOf<"IssueCancelled">): boolean =>
  facts.calls.some(
    (call) => call.extrinsic === extrinsic && (callPosition === null || call.position === callPosition) && call.message === "settle"
  )
