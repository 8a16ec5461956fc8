/** Validators: whitelist, stake, votes, weights, reports. */
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { WEIGHTS_KINDS } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { fieldsOf } from "./fields.ts"
import { AccountIn, blockRange, account as byAccount, paging, query, u32In, yesOrNo } from "./parameters.ts"
import { amount, capitalised, count, Moment, page, uid } from "./values.ts"

const { columns: validator } = tables.validators
const { columns: weight } = tables.weights
const { hotkey: _, ...stake } = fieldsOf(tables.validator_stakes.columns)

export const Stake = Schema.Struct(stake).annotations({
  identifier: "ValidatorStake",
  description: capitalised(tables.validator_stakes.row)
})

const validatorFields = {
  ...fieldsOf(validator),
  coldkeys: Schema.Array(Schema.String).annotations({ description: `${validator.coldkeys.meaning} (SS58)` }),
  weight: amount("what its vote weighs, by its effective stake: no more than in the last whole day, nor since; 0 off the whitelist"),
  stake: Schema.NullOr(Stake),
  votes: Schema.Struct({
    decided: count("the number of its latest 200 votes whose ballots passed"),
    agreed: count("the number of these votes that were for the choice that passed"),
    lastAt: Schema.NullOr(Moment)
  }).annotations({ identifier: "ValidatorVotes", description: "How often a validator's latest votes agreed with the outcome" })
}

export const Validator = Schema.Struct(validatorFields).annotations({
  identifier: "Validator",
  description: capitalised(tables.validators.row)
})
export interface Validator extends Schema.Schema.Type<typeof Validator> {}

export const ValidatorDetail = Schema.Struct({
  ...validatorFields,
  stakes: Schema.Array(Stake).annotations({ description: "the weight of its vote by day, newest first; at most 366" })
}).annotations({ identifier: "ValidatorDetail", description: "A validator with the weight of its vote by day" })
export interface ValidatorDetail extends Schema.Schema.Type<typeof ValidatorDetail> {}

export const Weights = Schema.Struct({
  ...fieldsOf(weight),
  kind: Schema.Literal(...WEIGHTS_KINDS).annotations({ description: weight.kind.meaning }),
  values: Schema.NullOr(Schema.Array(Schema.Tuple(uid("the UID"), count("the weight")))).annotations({
    description: weight.values.meaning
  }),
  versionKey: Schema.NullOr(Schema.String).annotations({ description: weight.version_key.meaning })
}).annotations({ identifier: "Weights", description: capitalised(tables.weights.row) })
export interface Weights extends Schema.Schema.Type<typeof Weights> {}

export const Report = Schema.Struct(fieldsOf(tables.reports.columns)).annotations({
  identifier: "Report",
  description: capitalised(tables.reports.row)
})
export interface Report extends Schema.Schema.Type<typeof Report> {}

export const ValidatorQuery = query({
  current: yesOrNo("true: only validators currently on the whitelist; false: only former ones"),
  ...paging
})

export const WeightsQuery = query({ validator: byAccount("only those of this validator"), ...blockRange, ...paging })

export const ReportQuery = query({
  validator: byAccount("only those of this validator"),
  epoch: u32In("only those of this epoch"),
  ...paging
})

export const validators = group("validators", "Validators", "Whitelist, stake, votes, weights, reports")
  .add(
    get("validators", "/validators", "Current and former validators of the whitelist, by hotkey")
      .setUrlParams(ValidatorQuery)
      .addSuccess(page("ValidatorPage", Validator))
  )
  .add(
    get("validator", "/validators/:hotkey", "A validator with the weight of its vote by day")
      .setPath(Schema.Struct({ hotkey: AccountIn(validator.hotkey.meaning) }))
      .addSuccess(ValidatorDetail)
      .addError(NotFound)
  )
  .add(
    get("weights", "/weights", "Validators' transactions about weights, newest first")
      .setUrlParams(WeightsQuery)
      .addSuccess(page("WeightsPage", Weights))
  )
  .add(
    get("reports", "/reports", "Validators' commitments to their scores, newest epoch first")
      .setUrlParams(ReportQuery)
      .addSuccess(page("ReportPage", Report))
  )
