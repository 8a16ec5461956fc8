/** Movements of money: the treasury's, and miners' collateral. */
import { Either } from "effect"
import type { ContractError } from "../../contract-client/generated.ts"
import { toJson } from "../json.ts"
import { type Applied, type EventOf, type Step, see, settingsOf } from "./Step.ts"
import type { Row } from "./stored.ts"

type TreasuryEvent = "Harvested" | "BountyFunded" | "AlphaRecycled" | "BountyPaid" | "TreasuryMoved"

/** Records a flow of the treasury. */
export const flow = (
  { changes, facts }: Step,
  { event: { _tag, ...fields }, index }: EventOf<TreasuryEvent>,
  row: {
    readonly kind: "harvested" | "funded" | "recycled" | "paid" | "moved"
    readonly amount: bigint
    readonly source: string
    readonly destination: string
    readonly issue: number | null
  }
): void =>
  changes.append("treasury_flows", {
    block: facts.number,
    event: index,
    ...row,
    amount: row.amount.toString(),
    cause: _tag,
    details: toJson(fields)
  })

export const harvested = (step: Step, fact: EventOf<"Harvested">): void =>
  flow(step, fact, { kind: "harvested", amount: fact.event.received, source: "emission", destination: "unallocated", issue: null })

export const recycled = (step: Step, fact: EventOf<"AlphaRecycled">): void => {
  const { amount, issue } = fact.event
  flow(step, fact, { kind: "recycled", amount, source: issue === null ? "unallocated" : "issue", destination: "recycled", issue })
}

/** Emitted before the settings that name the new treasury. */
export const treasuryMoved = (step: Step, fact: EventOf<"TreasuryMoved">): Applied =>
  Either.map(settingsOf(step), ({ treasuryHotkey }) => {
    const { hotkey, moved } = fact.event
    flow(step, fact, { kind: "moved", amount: moved, source: treasuryHotkey, destination: hotkey, issue: null })
  })

type CollateralEvent =
  | "CollateralDeposited"
  | "CollateralWithdrawn"
  | "CollateralSlashed"
  | "CollateralRecycled"
  | "CollateralRecyclingFailed"

export const collateral = (step: Step, fact: EventOf<CollateralEvent>): void => {
  const { event } = fact
  see(step, event.hotkey)
  step.changes.append("collateral_flows", {
    block: step.facts.number,
    event: fact.index,
    hotkey: event.hotkey,
    amount: event.amount.toString(),
    coldkey: "coldkey" in event ? event.coldkey : null,
    deposited: "deposited" in event ? event.deposited.toString() : null,
    competition: "competition" in event ? event.competition : null,
    cause: "error" in event ? refusalName(event.error) : event._tag,
    ...collateralMovement(event)
  })
}

const collateralMovement = (event: EventOf<CollateralEvent>["event"]): Row => {
  switch (event._tag) {
    case "CollateralDeposited":
      return { kind: "deposited", source: event.coldkey, destination: "collateral" }
    case "CollateralWithdrawn":
      return { kind: "withdrawn", source: "collateral", destination: event.coldkey }
    case "CollateralSlashed":
      return { kind: "slashed", source: "collateral", destination: "slashed" }
    case "CollateralRecycled":
      return { kind: "recycled", source: "slashed", destination: "recycled" }
    case "CollateralRecyclingFailed":
      return { kind: "recyclingFailed", source: "slashed", destination: "slashed" }
  }
}

/** The chain's refusal, such as `Subtensor.TooManyProxies` or `NothingRecycled`. */
const refusalName = (error: ContractError): string => (error._tag === "Subtensor" ? `Subtensor.${error.value._tag}` : error._tag)
