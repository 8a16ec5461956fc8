/** Applies one block. Pure except for the state and the changes that it is given. */

import { Either, Option } from "effect"
import type { ContractEvent } from "../../../contract-client/generated.ts"
import { scoresOf } from "../../../domain/CommitmentSlot.ts"
import type { BlockContents, IndexedCall, IndexedCommitment, IndexedEvent, IndexedRegistration, IndexedWeights } from "../blockContents.ts"
import { toJson } from "../json.ts"
import type { Changes } from "./Changes.ts"
import { attested, endedUnsolved, outcomeVoted, outcomeVoteWithdrawn, pairVoted, payeeNamed, started, voided, won } from "./competitions.ts"
import { cancelled, edited, funded, registered as issueRegistered, paid } from "./issues.ts"
import { collateral, harvested, treasuryMoved } from "./money.ts"
import { rate } from "./rate.ts"
import type { State } from "./State.ts"
import { type Applied, minerOf, numberQueue, putMiner, type Step } from "./Step.ts"
import { appendConfigChange, configured, enterRound } from "./settings.ts"
import { lapseOf } from "./votes.ts"
import { removalAnnounced, validatorAdded, validatorRemoved, weightsNoted, woundUp } from "./whitelist.ts"

/** A hotkey holds a UID from this block on and its previous holder loses it. In the index's first block, it has held the UID since its registration. */
const applyRegistration = (step: Step, { coldkey, hotkey, registeredAt, uid }: IndexedRegistration): void => {
  const { changes, facts, state } = step
  const before = state.miners.get(state.history.holder(uid) ?? "")
  if (before?.uid === uid && before.hotkey !== hotkey) putMiner(step, { ...before, uid: null })
  const miner = minerOf(step, hotkey)
  putMiner(step, { ...miner, uid, registeredAt, coldkey: coldkey ?? miner.coldkey })
  const heldFrom = state.cursor === null ? registeredAt : facts.number
  state.history.register({ uid, hotkey, registeredAt, heldFrom })
  changes.replace("registrations", { uid, registered_at: registeredAt, held_from: heldFrom, hotkey })
}

/** A commitment may name a GitHub account and a report. Without an account it ends an earlier link. */
const applyCommitment = ({ changes, facts }: Step, { account, extrinsic, fields }: IndexedCommitment): void => {
  changes.commitments.push({ hotkey: account, block: facts.number, fields })
  for (const { epoch, sha256 } of Option.toArray(scoresOf(fields)))
    changes.replace("reports", { block: facts.number, extrinsic, validator: account, epoch, hash: sha256, values: null })
}

const weightsSent = ({ changes, facts }: Step, { values, versionKey, ...sent }: IndexedWeights): void => {
  const row = { values: values?.map(([uid, value]) => [uid, value]) ?? null, version_key: versionKey?.toString() ?? null }
  changes.replace("weights", { block: facts.number, ...sent, ...row })
}

const appendCall = ({ changes, facts }: Step, call: IndexedCall): void =>
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

const appendEvent = ({ changes, facts }: Step, { callPosition, event: { _tag, ...fields }, extrinsic, index }: IndexedEvent): void =>
  changes.append("events", { block: facts.number, index, name: _tag, fields: toJson(fields), extrinsic, call_position: callPosition })

/** Applies an event. Unknown events have no effect. */
const applyEvent = (step: Step, fact: IndexedEvent): Applied => {
  const { event } = fact
  if (event._tag === "Unknown") return Either.void
  return applyKnownEvent(step, fact, event)
}

const applyKnownEvent = (step: Step, fact: IndexedEvent, event: ContractEvent): Applied => {
  switch (event._tag) {
    case "IssueRegistered":
      issueRegistered(step, { ...fact, event })
      break
    case "BountyFunded":
      return funded(step, { ...fact, event })
    case "BountyPaid":
      return paid(step, { ...fact, event })
    case "IssueCancelled":
      return cancelled(step, { ...fact, event })
    case "IssueEdited":
      return edited(step, { ...fact, event })
    case "Harvested":
      harvested(step, { ...fact, event })
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
    case "CompetitionUnsolved":
      return endedUnsolved(step, event)
    case "CompetitionVoided":
      return voided(step, event)
    case "PayeeNamed":
      return payeeNamed(step, event)
    case "WeightsNoted":
      weightsNoted(step, event)
      break
    case "CollateralDeposited":
    case "CollateralWithdrawn":
    case "CollateralSlashed":
      collateral(step, { ...fact, event })
      break
    case "TreasuryMoved":
      appendConfigChange(step, fact, event)
      return treasuryMoved(step, { ...fact, event })
    case "ContractCreated":
    case "ConfigChanged":
      appendConfigChange(step, fact, event)
      configured(step, event.config)
      break
    case "ValidatorAdded":
      appendConfigChange(step, fact, event)
      validatorAdded(step, event)
      lapseOf(step, event.hotkey)
      break
    case "ValidatorRemoved":
      appendConfigChange(step, fact, event)
      validatorRemoved(step, event)
      break
    case "ChangeAnnounced":
      appendConfigChange(step, fact, event)
      removalAnnounced(step, event)
      break
    case "ChangeApplied":
    case "ChangeVetoed":
    case "ChangeWithdrawn":
      appendConfigChange(step, fact, event)
      step.state.removals.delete(event.change)
      break
    case "ChangeVetoVoted":
    case "ClaimPaid":
    case "CodeChanged":
    case "OwnerProposed":
    case "OfferWithdrawn":
    case "OwnerChanged":
    case "Paused":
    case "RestAssigned":
    case "EndForgotten":
    case "EndShown":
    case "StakesUnknown":
    case "TaoCollected":
    case "Unpaused":
    case "VetoWithdrawn":
      appendConfigChange(step, fact, event)
      break
    case "WoundUp":
      appendConfigChange(step, fact, event)
      woundUp(step)
  }
  return Either.void
}

const NO_CONTENTS: Pick<BlockContents, "registrations" | "commitments" | "weights"> = { registrations: [], commitments: [], weights: [] }

/** The facts of the contract's subnet. After its end, facts with its netuid belong to another subnet. */
const ofSubnet = ({ facts, state }: Step) => (state.woundUp ? NO_CONTENTS : facts)

export const applyBlock = (state: State, changes: Changes, facts: BlockContents): Applied =>
  Either.gen(function* () {
    const step: Step = { state, changes, facts, ended: new Set() }
    const { hash, number, time } = facts
    changes.append("blocks", { number, hash, time: new Date(time).toISOString() })
    enterRound(step)
    const { registrations } = ofSubnet(step)
    for (const registration of registrations) applyRegistration(step, registration)
    for (const call of facts.calls) appendCall(step, call)
    for (const fact of facts.events) {
      appendEvent(step, fact)
      yield* applyEvent(step, fact)
    }
    const { commitments, weights } = ofSubnet(step)
    for (const commitment of commitments) applyCommitment(step, commitment)
    for (const set of weights) weightsSent(step, set)
    if (facts.events.length > 0) numberQueue(step)
    rate(step)
    state.cursor = { number, hash }
  })
