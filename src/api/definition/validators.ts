/** Validators: whitelist, stake, votes, weights, reports. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { NotFound } from "./errors.ts"
import { AccountIn, blockRange, account as byAccount, paging, query, u32In, yesOrNo } from "./parameters.ts"
import { account, amount, count, day, flag, json, Moment, page, text, uid } from "./values.ts"

const Stake = Schema.Struct({
  day: day("the day, in UTC"),
  weight: amount("what its vote weighed in the latest block of that day that was looked at"),
  at: Moment
}).annotations({ identifier: "ValidatorStake", description: "What a validator's vote weighed on a day" })

const validatorFields = {
  hotkey: account("its hotkey"),
  coldkeys: Schema.Array(Schema.String).annotations({ description: "whose stake behind the hotkey counts (SS58)" }),
  addedAt: Moment,
  removedAt: Schema.NullOr(Moment),
  uid: Schema.NullOr(uid("its UID on the subnet now")),
  permit: Schema.NullOr(flag("whether it holds the subnet's validator permit now")),
  axon: Schema.NullOr(text("where it answers now, as the subnet says it")),
  stake: Schema.NullOr(Stake),
  votes: Schema.Struct({
    decided: count("how many of its latest 200 votes were in ballots that passed"),
    agreed: count("how many of those were for the choice that passed"),
    lastAt: Schema.NullOr(Moment)
  }).annotations({ identifier: "ValidatorVotes", description: "How a validator's latest votes agree with what passed" })
}

export const Validator = Schema.Struct(validatorFields).annotations({
  identifier: "Validator",
  description: "A validator that is or was on the contract's whitelist"
})
export interface Validator extends Schema.Schema.Type<typeof Validator> {}

export const ValidatorDetail = Schema.Struct({
  ...validatorFields,
  stakes: Schema.Array(Stake).annotations({ description: "its weight by day, newest first; at most 366" })
}).annotations({ identifier: "ValidatorDetail", description: "A validator with its weight by day" })
export interface ValidatorDetail extends Schema.Schema.Type<typeof ValidatorDetail> {}

export const Weights = Schema.Struct({
  at: Moment,
  extrinsic: count("which extrinsic of the block"),
  validator: account("the validator's hotkey"),
  values: Schema.Array(Schema.Tuple(uid("the UID"), count("the weight"))).annotations({
    description: "[UID, weight] of each, rising by UID"
  }),
  versionKey: Schema.String.annotations({ description: "the version key that came with them, a decimal number" }),
  hash: text("the BLAKE2b-256 hash of the values' JSON")
}).annotations({ identifier: "Weights", description: "Weights that a validator set on the subnet" })
export interface Weights extends Schema.Schema.Type<typeof Weights> {}

export const Report = Schema.Struct({
  at: Moment,
  extrinsic: count("which extrinsic of the block"),
  validator: account("the validator's hotkey"),
  epoch: count("the epoch"),
  hash: text("the sha256 of the report, as committed"),
  values: Schema.NullOr(json("the scores of the report; null while it has not been published"))
}).annotations({ identifier: "Report", description: "A validator's commitment to its scores of an epoch" })
export interface Report extends Schema.Schema.Type<typeof Report> {}

export const ValidatorQuery = query({
  current: yesOrNo("only validators on the whitelist now, or only former ones"),
  ...paging
})

export const WeightsQuery = query({ validator: byAccount("only this validator's"), ...blockRange, ...paging })

export const ReportQuery = query({ validator: byAccount("only this validator's"), epoch: u32In("only those of this epoch"), ...paging })

export const validators = HttpApiGroup.make("validators")
  .add(
    HttpApiEndpoint.get("validators", "/validators")
      .setUrlParams(ValidatorQuery)
      .addSuccess(page("ValidatorPage", Validator))
      .annotateContext(OpenApi.annotations({ summary: "Validators of the whitelist, former ones too, by hotkey" }))
  )
  .add(
    HttpApiEndpoint.get("validator", "/validators/:hotkey")
      .setPath(Schema.Struct({ hotkey: AccountIn("the validator's hotkey") }))
      .addSuccess(ValidatorDetail)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "A validator with its weight by day" }))
  )
  .add(
    HttpApiEndpoint.get("weights", "/weights")
      .setUrlParams(WeightsQuery)
      .addSuccess(page("WeightsPage", Weights))
      .annotateContext(OpenApi.annotations({ summary: "Weights that validators set, newest first" }))
  )
  .add(
    HttpApiEndpoint.get("reports", "/reports")
      .setUrlParams(ReportQuery)
      .addSuccess(page("ReportPage", Report))
      .annotateContext(OpenApi.annotations({ summary: "Validators' commitments to their scores, newest epoch first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Validators", description: "Whitelist, stake, votes, weights, reports" }))
