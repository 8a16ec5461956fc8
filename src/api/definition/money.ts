/** Money that moved: the treasury's, payments, collateral. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { blockRange, account as byAccount, idIn, oneOf, paging, query } from "./parameters.ts"
import { account, amount, CallRef, count, day, IssueRef, json, login, MinerRef, Moment, page, text } from "./values.ts"

export const TREASURY_KINDS = ["harvested", "funded", "recycled", "paid", "moved"] as const
export const COLLATERAL_KINDS = ["deposited", "withdrawn", "slashed", "recycled", "recyclingFailed"] as const

const cause = {
  at: Moment,
  event: count("which event of that block"),
  call: Schema.NullOr(CallRef)
}

export const TreasuryFlow = Schema.Struct({
  ...cause,
  kind: Schema.Literal(...TREASURY_KINDS).annotations({
    description: "harvested from the treasury's neuron, funded into an issue, recycled, paid to a winner, or moved with the treasury"
  }),
  amount: amount("how much"),
  source: text("where from: emission, unallocated, issue, or an account"),
  destination: text("where to: unallocated, issue, recycled, or an account"),
  issue: Schema.NullOr(IssueRef),
  cause: text("the event that says so"),
  details: json("the event's fields")
}).annotations({ identifier: "TreasuryFlow", description: "Money of the treasury that moved" })
export interface TreasuryFlow extends Schema.Schema.Type<typeof TreasuryFlow> {}

export const CollateralFlow = Schema.Struct({
  ...cause,
  kind: Schema.Literal(...COLLATERAL_KINDS).annotations({
    description: "deposited, withdrawn, slashed, recycled after that, or refused by the chain to be recycled"
  }),
  hotkey: account("the miner"),
  login,
  coldkey: Schema.NullOr(account("whose money it is")),
  amount: amount("how much"),
  source: text("where from"),
  destination: text("where to"),
  deposited: Schema.NullOr(amount("what is deposited afterwards")),
  competition: Schema.NullOr(count("the competition that cost it")),
  cause: text("the event that says so, or the chain's refusal")
}).annotations({ identifier: "CollateralFlow", description: "Collateral that moved" })
export interface CollateralFlow extends Schema.Schema.Type<typeof CollateralFlow> {}

export const Payout = Schema.Struct({
  ...cause,
  issue: IssueRef,
  competition: count("the competition that solved it"),
  miner: MinerRef,
  coldkey: account("who got it"),
  amount: amount("how much")
}).annotations({ identifier: "Payout", description: "A bounty paid" })
export interface Payout extends Schema.Schema.Type<typeof Payout> {}

/** A band of the picture from emission to bounties, recycled and paid. */
const Stream = Schema.Struct({
  kind: Schema.Literal(...TREASURY_KINDS),
  source: text("where from: emission, unallocated, issue, or account"),
  destination: text("where to: unallocated, issue, recycled, or account"),
  amount: amount("how much, altogether"),
  flows: count("how many times")
}).annotations({ identifier: "TreasuryStream", description: "All flows of one kind between the same two places" })

export const Treasury = Schema.Struct({
  streams: Schema.Array(Stream).annotations({ description: "everything that ever moved, for a picture of flows" }),
  days: Schema.Array(
    Schema.Struct({
      day: day("the day, in UTC"),
      kind: Schema.Literal(...TREASURY_KINDS),
      amount: amount("how much on that day")
    }).annotations({ identifier: "TreasuryDay", description: "What moved on a day" })
  ).annotations({ description: "the last 60 days, newest first" }),
  inBounties: amount("what lies in issues now"),
  wanted: amount("what bounties that wait still need"),
  hotkey: Schema.NullOr(account("the treasury's hotkey now")),
  coldkey: Schema.NullOr(account("the treasury's coldkey now"))
}).annotations({ identifier: "Treasury", description: "The treasury's flows, added up" })
export interface Treasury extends Schema.Schema.Type<typeof Treasury> {}

export const TreasuryFlowQuery = query({
  kind: oneOf("only flows of this kind", ...TREASURY_KINDS),
  issue: idIn("only those of this issue"),
  ...blockRange,
  ...paging
})

export const CollateralQuery = query({
  hotkey: byAccount("only this miner's"),
  kind: oneOf("only flows of this kind", ...COLLATERAL_KINDS),
  ...blockRange,
  ...paging
})

export const PayoutQuery = query({ hotkey: byAccount("only this miner's"), ...blockRange, ...paging })

export const money = HttpApiGroup.make("money")
  .add(
    HttpApiEndpoint.get("treasury", "/treasury")
      .addSuccess(Treasury)
      .annotateContext(OpenApi.annotations({ summary: "The treasury's flows, added up" }))
  )
  .add(
    HttpApiEndpoint.get("treasuryFlows", "/treasury/flows")
      .setUrlParams(TreasuryFlowQuery)
      .addSuccess(page("TreasuryFlowPage", TreasuryFlow))
      .annotateContext(OpenApi.annotations({ summary: "The treasury's flows one by one, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("collateral", "/collateral")
      .setUrlParams(CollateralQuery)
      .addSuccess(page("CollateralPage", CollateralFlow))
      .annotateContext(OpenApi.annotations({ summary: "Collateral that moved, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("payouts", "/payouts")
      .setUrlParams(PayoutQuery)
      .addSuccess(page("PayoutPage", Payout))
      .annotateContext(OpenApi.annotations({ summary: "Bounties paid, newest first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Money", description: "The treasury, payments and collateral" }))
