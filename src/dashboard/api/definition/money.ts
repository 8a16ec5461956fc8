/** Money: flows of the treasury, payouts and collateral. */
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { COLLATERAL_KINDS, TREASURY_KINDS } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { behind, fieldsOf, shaped } from "./fields.ts"
import { blockRange, miner as byMiner, idIn, oneOf, paging, query } from "./parameters.ts"
import { account, amount, CallRef, capitalised, count, day, IssueRef, login, MinerRef, moment, page, text } from "./values.ts"

const { columns: flow } = tables.treasury_flows
const { columns: collateral } = tables.collateral_flows
const { at, event, hotkey, coldkey, competition, amount: paid } = fieldsOf(tables.payouts.columns)

export const paymentFields = { hotkey, coldkey, amount: paid, at }
export const paymentAs = (identifier: string) =>
  Schema.Struct(paymentFields).annotations({ identifier, description: "The payment of the bounty" })

const call = { call: Schema.NullOr(CallRef) }

export const TreasuryFlow = Schema.Struct(
  behind("event", call, {
    ...fieldsOf(flow),
    kind: shaped(flow, "kind", Schema.Literal(...TREASURY_KINDS)),
    issue: Schema.NullOr(IssueRef)
  })
).annotations({ identifier: "TreasuryFlow", description: capitalised(tables.treasury_flows.row) })
export interface TreasuryFlow extends Schema.Schema.Type<typeof TreasuryFlow> {}

export const CollateralFlow = Schema.Struct(
  behind(
    "event",
    call,
    behind(
      "hotkey",
      { login },
      {
        ...fieldsOf(collateral),
        kind: shaped(collateral, "kind", Schema.Literal(...COLLATERAL_KINDS))
      }
    )
  )
).annotations({ identifier: "CollateralFlow", description: capitalised(tables.collateral_flows.row) })
export interface CollateralFlow extends Schema.Schema.Type<typeof CollateralFlow> {}

export const Payout = Schema.Struct({
  at,
  event,
  ...call,
  issue: IssueRef,
  competition,
  miner: MinerRef,
  coldkey,
  amount: paid
}).annotations({ identifier: "Payout", description: capitalised(tables.payouts.row) })
export interface Payout extends Schema.Schema.Type<typeof Payout> {}

/** One band of the flow diagram. */
const Stream = Schema.Struct({
  kind: Schema.Literal(...TREASURY_KINDS),
  source: text("where it came from: emission, free, issue, collateral or account"),
  destination: text("where it went: free, issue, recycled or account"),
  amount: amount("the total amount moved"),
  flows: count("the number of flows")
}).annotations({ identifier: "TreasuryStream", description: "All flows of one kind between the same two places" })

const {
  fresh,
  aged,
  aged_at: agedAt,
  treasury_at: asOf,
  treasury_earns: earns,
  treasury_pays: pays,
  treasury_why: why
} = tables.chain.columns

const Free = Schema.Struct({
  fresh: amount(fresh.meaning),
  aged: amount(aged.meaning),
  agedAt: moment(agedAt.meaning),
  turnsFrom: moment("the first block in which a harvest may turn: recycle what is left of the aged money, if no issue waits for money"),
  at: moment(asOf.meaning)
}).annotations({ identifier: "FreeMoney", description: "The treasury's money that no issue has yet" })

const State = Schema.Struct({
  earns: Schema.Boolean.annotations({ description: earns.meaning }),
  pays: Schema.Boolean.annotations({ description: pays.meaning }),
  why: Schema.NullOr(text(why.meaning)),
  at: moment(asOf.meaning)
}).annotations({ identifier: "TreasuryState", description: "Whether the treasury earns and can pay" })

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
  free: Schema.NullOr(Free),
  state: Schema.NullOr(State),
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
  hotkey: byMiner("only those of this miner"),
  kind: oneOf("only flows of this kind", ...COLLATERAL_KINDS),
  ...blockRange,
  ...paging
})

export const PayoutQuery = query({ hotkey: byMiner("only those of this miner"), ...blockRange, ...paging })

export const money = group("money", "Money", "The treasury, payouts and collateral")
  .add(get("treasury", "/treasury", "The treasury's flows, summed").addSuccess(Treasury))
  .add(
    get("treasuryFlows", "/treasury/flows", "The treasury's flows, newest first")
      .setUrlParams(TreasuryFlowQuery)
      .addSuccess(page("TreasuryFlowPage", TreasuryFlow))
  )
  .add(
    get("collateral", "/collateral", "Movements of collateral, newest first")
      .setUrlParams(CollateralQuery)
      .addSuccess(page("CollateralPage", CollateralFlow))
  )
  .add(get("payouts", "/payouts", "Paid bounties, newest first").setUrlParams(PayoutQuery).addSuccess(page("PayoutPage", Payout)))
