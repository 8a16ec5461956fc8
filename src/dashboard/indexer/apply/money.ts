/** Money flows: the treasury's, and miners' collateral. */
import { Either } from "effect"
import { toJson } from "../json.ts"
import type { RowOf } from "./Changes.ts"
import { type Applied, type EventOf, type Step, see, settingsOf } from "./Step.ts"

type TreasuryEvent = "Harvested" | "BountyFunded" | "BountyPaid" | "IssueCancelled" | "IssueEdited" | "CollateralSlashed" | "TreasuryMoved"

export const flow = (
  { changes, facts }: Step,
  { event: { _tag, ...fields }, index }: EventOf<TreasuryEvent>,
  row: {
    readonly kind: "harvested" | "funded" | "freed" | "slashed" | "recycled" | "paid" | "moved"
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

export const harvested = (step: Step, fact: EventOf<"Harvested">): void => {
  const { received, recycled } = fact.event
  flow(step, fact, { kind: "harvested", amount: received, source: "emission", destination: "free", issue: null })
  if (recycled > 0n) flow(step, fact, { kind: "recycled", amount: recycled, source: "free", destination: "recycled", issue: null })
}

/** This event precedes the settings that name the new treasury. */
export const treasuryMoved = (step: Step, fact: EventOf<"TreasuryMoved">): Applied =>
  Either.map(settingsOf(step), ({ treasuryHotkey }) => {
    const { hotkey, moved } = fact.event
    flow(step, fact, { kind: "moved", amount: moved, source: treasuryHotkey, destination: hotkey, issue: null })
  })

type CollateralEvent = "CollateralDeposited" | "CollateralWithdrawn" | "CollateralSlashed"

export const collateral = (step: Step, { event, index, ...fact }: EventOf<CollateralEvent>): void => {
  see(step, event.hotkey)
  if (event._tag === "CollateralSlashed") {
    const { amount } = event
    flow(step, { ...fact, event, index }, { kind: "slashed", amount, source: "collateral", destination: "free", issue: null })
  }
  step.changes.append("collateral_flows", {
    block: step.facts.number,
    event: index,
    hotkey: event.hotkey,
    amount: event.amount.toString(),
    coldkey: event.coldkey,
    deposited: event.deposited.toString(),
    competition: "competition" in event ? event.competition : null,
    cause: event._tag,
    ...collateralMovement(event)
  })
}

const collateralMovement = (
  event: EventOf<CollateralEvent>["event"]
): Pick<RowOf<"collateral_flows">, "kind" | "source" | "destination"> => {
  switch (event._tag) {
    case "CollateralDeposited":
      return { kind: "deposited", source: event.coldkey, destination: "collateral" }
    case "CollateralWithdrawn":
      return { kind: "withdrawn", source: "collateral", destination: event.coldkey }
    case "CollateralSlashed":
      return { kind: "slashed", source: "collateral", destination: "free" }
  }
}
