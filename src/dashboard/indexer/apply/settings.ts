/** The contract's settings, owner and code. */
import type { Change, ContractConfig, ContractEvent } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { IndexedEvent } from "../blockContents.ts"
import { toJson } from "../json.ts"
import { roundAt } from "./State.ts"
import type { Step } from "./Step.ts"
import { lapsePairs } from "./votes.ts"

/** Records an announced or applied change of the contract's settings, whitelist, owner, code or state. */
export const appendConfigChange = ({ changes, facts }: Step, { index }: IndexedEvent, event: ContractEvent): void => {
  const { _tag, ...content } = event
  changes.append("config_changes", {
    block: facts.number,
    event: index,
    kind: _tag,
    change: "change" in event ? event.change : null,
    account: accountOf(event),
    content: toJson(content),
    config: "config" in event ? toJson(event.config) : null
  })
}

/** The account that the change concerns, or that made it. */
const accountOf = (event: ContractEvent): AccountAddress | null => {
  switch (event._tag) {
    case "ContractCreated":
    case "OwnerProposed":
    case "OfferWithdrawn":
    case "OwnerChanged":
      return event.owner
    case "ClaimPaid":
    case "RestAssigned":
      return event.to
    case "ChangeVetoVoted":
    case "VetoWithdrawn":
      return event.validator
    case "ChangeAnnounced":
      return accountOfChange(event.what)
    case "ValidatorAdded":
    case "ValidatorRemoved":
    case "TreasuryMoved":
      return event.hotkey
    default:
      return null
  }
}

const accountOfChange = (change: Change): AccountAddress | null => {
  switch (change._tag) {
    case "AddValidator":
    case "RemoveValidator":
      return change.hotkey
    case "Owner":
      return change.owner
    case "Rest":
      return change.to
    case "CancelIssue":
    case "EditIssue":
    case "Config":
    case "Code":
      return null
  }
}

export const configured = (step: Step, { roundLength, treasuryHotkey }: ContractConfig): void => {
  step.state.settings = { roundLength, treasuryHotkey }
  enterRound(step)
}

/** Updates the current round. Pair votes lapse at a new round. */
export const enterRound = (step: Step): void => {
  const { facts, state } = step
  if (state.settings === null) return
  const round = roundAt(facts.number, state.settings)
  const isSame = state.round?.number === round.number && state.round.start === round.start
  if (state.round !== null && !isSame) lapsePairs(step)
  state.round = round
}
