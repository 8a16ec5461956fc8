/** The cost of judges. */
import { Schema } from "effect"
import { JudgeName } from "./Duel.ts"
import { MicroDollars } from "./Panel.ts"

/** The purpose of a judge's call. `canary`: to measure the judge itself. */
export const CallStage = Schema.Literal("duel", "canary")
export type CallStage = typeof CallStage.Type

/** The cost of one stage's questions to one judge. */
export const JudgeCost = Schema.Struct({
  stage: CallStage,
  judge: JudgeName,
  /** The model's name on its server. */
  model: Schema.String.pipe(Schema.maxLength(200)),
  calls: Schema.NonNegativeInt,
  /** Calls without a known end. `cost` includes the most that they can cost. */
  open: Schema.NonNegativeInt,
  promptTokens: Schema.NonNegativeInt,
  answerTokens: Schema.NonNegativeInt,
  cost: MicroDollars
})
export interface JudgeCost extends Schema.Schema.Type<typeof JudgeCost> {}
