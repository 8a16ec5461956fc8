/** Applies the events of issues: registered, funded, paid, cancelled. */
import { Either } from "effect"
import { sameOutcome } from "../../../contract-client/outcome.ts"
import { flow, givenBack } from "./money.ts"
import { type Applied, closeIssue, type EventOf, issueOf, minerOf, NOTHING_WAITS, putIssue, putMiner, type Step } from "./Step.ts"
import { lapse, passOutcome } from "./votes.ts"

export const registered = (step: Step, event: EventOf<"IssueRegistered">["event"]): void =>
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
    payableAt: null,
    payTo: null,
    ...NOTHING_WAITS,
    registeredAt: step.facts.number,
    updatedAt: step.facts.number
  })

export const funded = (step: Step, fact: EventOf<"BountyFunded">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { amount, bounty, funded } = fact.event
    putIssue(step, { ...issue, funded, status: funded === bounty ? "Open" : issue.status })
    flow(step, fact, { kind: "funded", amount, source: "unallocated", destination: "issue", issue: issue.id })
  })

export const paid = (step: Step, fact: EventOf<"BountyPaid">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { amount, coldkey, competition, hotkey } = fact.event
    lapse(step, issue.id)
    closeIssue(step, { ...issue, ...NOTHING_WAITS, status: "Paid" })
    const miner = minerOf(step, hotkey)
    putMiner(step, { ...miner, earned: miner.earned + amount })
    const place = { block: step.facts.number, event: fact.index }
    step.changes.append("payouts", { issue: issue.id, competition, hotkey, coldkey, amount: amount.toString(), ...place })
    flow(step, fact, { kind: "paid", amount, source: "issue", destination: coldkey, issue: issue.id })
  })

export const cancelled = (step: Step, fact: EventOf<"IssueCancelled">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { reason } = fact.event
    if (isVerdict(step, fact)) passOutcome(step, issue.id, { _tag: "Cancelled", reason })
    lapse(step, issue.id)
    closeIssue(step, { ...issue, ...NOTHING_WAITS, funded: 0n, status: "Cancelled", reason, payableAt: null })
    givenBack(step, fact)
  })

/** Whether validators, not the owner, cancelled the issue: then the deciding vote came right before, in the same call. */
const isVerdict = ({ verdict }: Step, { callPosition, event, extrinsic }: EventOf<"IssueCancelled">): boolean =>
  verdict !== null &&
  verdict.event.issue === event.issue &&
  verdict.extrinsic === extrinsic &&
  verdict.callPosition === callPosition &&
  sameOutcome(verdict.event.choice, { _tag: "Cancelled", reason: event.reason })
