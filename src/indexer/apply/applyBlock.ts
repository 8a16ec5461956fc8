/** One block after the other: pure but for the state and the changes that it is given. */
import { Either } from "effect"
import type { ContractEvent } from "../../contract-client/generated.ts"
import type { BlockFacts, CallFact, EventFact } from "../facts.ts"
import { toJson } from "../json.ts"
import type { Changes } from "./Changes.ts"
import { attested, expired, outcomeVoted, outcomeVoteWithdrawn, pairVoted, started, voided, won } from "./competitions.ts"
import { cancelled, funded, registered as issueRegistered, paid } from "./issues.ts"
import { collateral, harvested, recycled, treasuryMoved } from "./money.ts"
import { rate } from "./rate.ts"
import type { State } from "./State.ts"
import { type Applied, numberQueue, type Step } from "./Step.ts"
import { configured, enterRound, noteChange, validatorAdded, validatorRemoved } from "./settings.ts"
import { committed, registered, weightsSet } from "./subnet.ts"

const noteCall = ({ changes, facts }: Step, call: CallFact): void =>
  changes.append("calls", {
    block: facts.number,
    extrinsic: call.extrinsic,
    position: call.position,
    extrinsic_hash: call.extrinsicHash,
    signer: call.signer,
    message: call.message,
    arguments: call.arguments,
    success: call.error === null,
    error: call.error,
    fee: call.fee.toString()
  })

const noteEvent = ({ changes, facts }: Step, { callPosition, event: { _tag, ...fields }, extrinsic, index }: EventFact): void =>
  changes.append("events", { block: facts.number, index, name: _tag, fields: toJson(fields), extrinsic, call_position: callPosition })

/** Events that come between the vote that decides an issue's end and that end. */
const partOfVerdict: ReadonlySet<EventFact["event"]["_tag"]> = new Set([
  "OutcomeVoted",
  "CompetitionVoided",
  "AlphaRecycled",
  "IssueCancelled"
])

/** What follows from an event. */
const follow = (step: Step, fact: EventFact): Applied => {
  const { event } = fact
  if (event._tag === "Unknown") return Either.void
  return followKnown(step, fact, event)
}

const followKnown = (step: Step, fact: EventFact, event: ContractEvent): Applied => {
  switch (event._tag) {
    case "IssueRegistered":
      issueRegistered(step, event)
      break
    case "BountyFunded":
      return funded(step, { ...fact, event })
    case "BountyPaid":
      return paid(step, { ...fact, event })
    case "IssueCancelled":
      return cancelled(step, { ...fact, event })
    case "Harvested":
      harvested(step, { ...fact, event })
      break
    case "AlphaRecycled":
      recycled(step, { ...fact, event })
      break
    case "EnrolmentAttested":
      attested(step, { ...fact, event })
      break
    case "PairVoted":
      return pairVoted(step, { ...fact, event })
    case "OutcomeVoted":
      return outcomeVoted(step, { ...fact, event })
    case "OutcomeVoteWithdrawn":
      outcomeVoteWithdrawn(step, event)
      break
    case "CompetitionStarted":
      return started(step, event)
    case "CompetitionWon":
      return won(step, event)
    case "CompetitionExpired":
      return expired(step, event)
    case "CompetitionVoided":
      return voided(step, event)
    case "CollateralDeposited":
    case "CollateralWithdrawn":
    case "CollateralSlashed":
    case "CollateralRecycled":
    case "CollateralRecyclingFailed":
      collateral(step, { ...fact, event })
      break
    case "TreasuryMoved":
      noteChange(step, fact, event)
      return treasuryMoved(step, { ...fact, event })
    case "ContractCreated":
    case "ConfigChanged":
      noteChange(step, fact, event)
      configured(step, event.config)
      break
    case "ValidatorAdded":
      noteChange(step, fact, event)
      validatorAdded(step, event)
      break
    case "ValidatorRemoved":
      noteChange(step, fact, event)
      validatorRemoved(step, event)
      break
    case "ChangeAnnounced":
    case "ChangeApplied":
    case "ChangeVetoVoted":
    case "ChangeVetoed":
    case "ChangeWithdrawn":
    case "CodeChanged":
    case "OwnerProposed":
    case "OwnerChanged":
    case "Paused":
    case "Unpaused":
      noteChange(step, fact, event)
  }
  return Either.void
}

/** Applies the block that follows those before it. */
export const applyBlock = (state: State, changes: Changes, facts: BlockFacts): Applied =>
  Either.gen(function* () {
    const step: Step = { state, changes, facts, verdict: null, ended: new Set(), reverted: new Map() }
    const { hash, number, time } = facts
    changes.append("blocks", { number, hash, time: new Date(time).toISOString() })
    enterRound(step)
    for (const registration of facts.registrations) registered(step, registration)
    for (const call of facts.calls) noteCall(step, call)
    for (const fact of facts.events) {
      noteEvent(step, fact)
      if (!partOfVerdict.has(fact.event._tag)) step.verdict = null
      yield* follow(step, fact)
    }
    for (const commitment of facts.commitments) committed(step, commitment)
    for (const weights of facts.weights) weightsSet(step, weights)
    if (facts.events.length > 0) numberQueue(step)
    rate(step)
    state.cursor = { number, hash }
  })
