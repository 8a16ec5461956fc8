/** Movements of money: the treasury, payouts and collateral. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { tables } from "../../../layers/database/schema/meanings.ts"
import { COLLATERAL_KINDS, TREASURY_KINDS } from "./choices.ts"
import { blockRange, account as byAccount, idIn, oneOf, paging, query } from "./parameters.ts"
import { account, amount, CallRef, capitalised, count, day, IssueRef, json, login, MinerRef, Moment, page, text } from "./values.ts"

const { columns: flow } = tables.treasury_flows
const { columns: collateral } = tables.collateral_flows
const { columns: payout } = tables.payouts

const cause = {
  at: Moment,
  event: count(tables.events.columns.index),
  call: Schema.NullOr(CallRef)
}

export const TreasuryFlow = Schema.Struct({
  ...cause,
  kind: Schema.Literal(...TREASURY_KINDS).annotations({ description: flow.kind }),
  amount: amount(flow.amount),
  source: text(flow.source),
  destination: text(flow.destination),
  issue: Schema.NullOr(IssueRef),
  cause: text(flow.cause),
  details: json(flow.details)
}).annotations({ identifier: "TreasuryFlow", description: capitalised(tables.treasury_flows.row) })
export interface TreasuryFlow extends Schema.Schema.Type<typeof TreasuryFlow> {}

export const CollateralFlow = Schema.Struct({
  ...cause,
  kind: Schema.Literal(...COLLATERAL_KINDS).annotations({ description: collateral.kind }),
  hotkey: account(collateral.hotkey),
  login,
  coldkey: account(collateral.coldkey),
  amount: amount(collateral.amount),
  source: text(collateral.source),
  destination: text(collateral.destination),
  deposited: amount(collateral.deposited),
  competition: Schema.NullOr(count(collateral.competition)),
  cause: text(collateral.cause)
}).annotations({ identifier: "CollateralFlow", description: capitalised(tables.collateral_flows.row) })
export interface CollateralFlow extends Schema.Schema.Type<typeof CollateralFlow> {}

export const Payout = Schema.Struct({
  ...cause,
  issue: IssueRef,
  competition: count(payout.competition),
  miner: MinerRef,
  coldkey: account(payout.coldkey),
  amount: amount(payout.amount)
}).annotations({ identifier: "Payout", description: capitalised(tables.payouts.row) })
export interface Payout extends Schema.Schema.Type<typeof Payout> {}

/** One band of the flow diagram. */
const Stream = Schema.Struct({
  kind: Schema.Literal(...TREASURY_KINDS),
  source: text("where it came from: emission, unallocated, issue, toRecycle or account"),
  destination: text("where it went: unallocated, issue, toRecycle, recycled or account"),
  amount: amount("the total amount moved"),
  flows: count("the number of flows")
}).annotations({ identifier: "TreasuryStream", description: "All flows of one kind between the same two places" })

export const Treasury = Schema.Struct({
  streams: Schema.Array(Stream).annotations({ description: "all flows so far, summed for a flow diagram" }),
  days: Schema.Array(
    Schema.Struct({
      day: day("the day, in UTC"),
      kind: Schema.Literal(...TREASURY_KINDS),
      amount: amount("the amount moved on that day")
    }).annotations({ identifier: "TreasuryDay", description: "The flows of one kind on one day" })
  ).annotations({ description: "the last 60 days, newest first" }),
  inBounties: amount("the money currently held by issues"),
  wanted: amount("the money that unfunded bounties still need"),
  hotkey: Schema.NullOr(account("the treasury's current hotkey")),
  coldkey: Schema.NullOr(account("the treasury's current coldkey"))
}).annotations({ identifier: "Treasury", description: "The treasury's flows, summed" })
export interface Treasury extends Schema.Schema.Type<typeof Treasury> {}

export const TreasuryFlowQuery = query({
  kind: oneOf("only flows of this kind", ...TREASURY_KINDS),
  issue: idIn("only flows of this issue"),
  ...blockRange,
  ...paging
})

export const CollateralQuery = query({
  hotkey: byAccount("only those of this miner"),
  kind: oneOf("only flows of this kind", ...COLLATERAL_KINDS),
  ...blockRange,
  ...paging
})

export const PayoutQuery = query({ hotkey: byAccount("only those of this miner"), ...blockRange, ...paging })

export const money = HttpApiGroup.make("money")
  .add(
    HttpApiEndpoint.get("treasury", "/treasury")
      .addSuccess(Treasury)
      .annotateContext(OpenApi.annotations({ summary: "The treasury's flows, summed" }))
  )
  .add(
    HttpApiEndpoint.get("treasuryFlows", "/treasury/flows")
      .setUrlParams(TreasuryFlowQuery)
      .addSuccess(page("TreasuryFlowPage", TreasuryFlow))
      .annotateContext(OpenApi.annotations({ summary: "The treasury's flows, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("collateral", "/collateral")
      .setUrlParams(CollateralQuery)
      .addSuccess(page("CollateralPage", CollateralFlow))
      .annotateContext(OpenApi.annotations({ summary: "Movements of collateral, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("payouts", "/payouts")
      .setUrlParams(PayoutQuery)
      .addSuccess(page("PayoutPage", Payout))
      .annotateContext(OpenApi.annotations({ summary: "Paid bounties, newest first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Money", description: "The treasury, payouts and collateral" }))
