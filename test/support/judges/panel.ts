/** Panels of the judge stand-in's models. */
import { Schema } from "effect"
import { type Judge, Panel } from "../../../src/domain/quality/Panel.ts"

type JudgeText = (typeof Panel.Encoded)["judges"][number]

/** A judge without a key, which uses the stand-in's model of that name. */
export const judgeText = (endpoint: string, model: string, family: string, more: Partial<JudgeText> = {}): JudgeText => ({
  name: model,
  family,
  model,
  endpoint,
  prompt_price: 1_000_000,
  answer_price: 4_000_000,
  ...more
})

export const panelOf = (judges: ReadonlyArray<JudgeText>, more: Partial<Omit<typeof Panel.Encoded, "judges">> = {}): Panel =>
  Schema.decodeUnknownSync(Panel)({ judges, daily_budget: 100_000_000, ...more })

/** The panel's judge of this name. */
export const headWorkflowIn = ({ judges }: Panel, name: string): Judge => {
  const found = judges.find((one) => one.name === name)
  if (found === undefined) throw new Error(`the panel has no judge ${name}`)
  return found
}
