/** Movements of money: the treasury's, and miners' collateral. */
import { Either } from "effect"
import { toJson } from "../json.ts"
import type { RowOf } from "./Changes.ts"
import { type Applied, type EventOf, type Step, see, settingsOf } from "./Step.ts"

type TreasuryEvent = "Harvested" | "BountyFunded" | "AlphaRecycled" | "BountyPaid" | "IssueCancelled" | "TreasuryMoved"

/** Records a flow of the treasury. */
export const flow = (
  { changes, facts }: Step,
  { event: { _tag, ...fields }, index }: EventOf<TreasuryEvent>,
  row: {
    readonly kind: "harvested" | "funded" | "returned" | "released" | "recycled" | "paid" | "moved"
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
  const { received, released } = fact.event
  flow(step, fact, { kind: "harvested", amount: received, source: "emission", destination: "unallocated", issue: null })
  if (released > 0n) flow(step, fact, { kind: "released", amount: released, source: "unallocated", destination: "toRecycle", issue: null })
}

export const recycled = (step: Step, fact: EventOf<"AlphaRecycled">): void =>
  flow(step, fact, { kind: "recycled", amount: fact.event.amount, source: "toRecycle", destination: "recycled", issue: null })

/** A cancelled issue's money is there for other issues, or waits to be recycled. */
export const givenBack = (step: Step, fact: EventOf<"IssueCancelled">): void => {
  const { issue, returned, toRecycle } = fact.event
  if (returned > 0n) flow(step, fact, { kind: "returned", amount: returned, source: "issue", destination: "unallocated", issue })
  if (toRecycle > 0n) flow(step, fact, { kind: "released", amount: toRecycle, source: "issue", destination: "toRecycle", issue })
}

/** Emitted before the settings that name the new treasury. */
export const treasuryMoved = (step: Step, fact: EventOf<"TreasuryMoved">): Applied =>
  Either.map(settingsOf(step), ({ treasuryHotkey }) => {
    const { hotkey, moved } = fact.event
    flow(step, fact, { kind: "moved", amount: moved, source: treasuryHotkey, destination: hotkey, issue: null })
  })

type CollateralEvent = "CollateralDeposited" | "CollateralWithdrawn" | "CollateralSlashed"

export const collateral = (step: Step, { event, index }: EventOf<CollateralEvent>): void => {
  see(step, event.hotkey)
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
      return { kind: "slashed", source: "collateral", destination: "toRecycle" }
  }
}
