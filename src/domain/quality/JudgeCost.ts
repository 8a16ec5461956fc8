/** What judges cost. */
import { Schema } from "effect"
import { JudgeName } from "./Duel.ts"
import { MicroDollars } from "./Panel.ts"

/** What a judge was asked for. `canary`: to measure the judge itself. */
export const CallStage = Schema.Literal("duel", "canary")
export type CallStage = typeof CallStage.Type

/** What the questions of one stage to one judge have cost. */
export const JudgeCost = Schema.Struct({
  stage: CallStage,
  judge: JudgeName,
  /** As its server names it. */
  model: Schema.String.pipe(Schema.maxLength(200)),
  calls: Schema.NonNegativeInt,
  /** Calls whose end nobody has seen; the most that they can cost is in `cost`. */
  open: Schema.NonNegativeInt,
  promptTokens: Schema.NonNegativeInt,
  answerTokens: Schema.NonNegativeInt,
  cost: MicroDollars
})
export interface JudgeCost extends Schema.Schema.Type<typeof JudgeCost> {}
