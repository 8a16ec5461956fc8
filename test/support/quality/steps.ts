/** Judging steps that cost nothing and count their runs. */
import { Effect, Layer } from "effect"
import { headKey } from "../../../src/domain/quality/QualityRecord.ts"
import { type GateResult, HeadSteps, type StepFailed, type VerifyResult } from "../../../src/quality/pipeline/HeadSteps.ts"
import { gateReport, verification } from "./heads.ts"

export const passes: GateResult = { report: gateReport, drafts: [] }
export const FINGERPRINTS = Uint32Array.of(1, 2)
export const verifies: VerifyResult = { verification, reason: null, drafts: [] }

type Steps = HeadSteps["Type"]
type Replaced = { readonly [Step in keyof Steps]?: Steps[Step] }

/** `calls` gets a line at the start of each step. */
export const stepsLayer = (calls: Array<string>, { fingerprints, gate, verify }: Replaced = {}) => {
  const counted = <A>(name: string, step: Effect.Effect<A, StepFailed>) =>
    Effect.zipRight(
      Effect.sync(() => calls.push(name)),
      step
    )
  return Layer.succeed(HeadSteps, {
    fingerprints: fingerprints ?? (() => Effect.succeed(FINGERPRINTS)),
    gate: (head, earlier) => counted(`gate ${headKey(head)}`, gate?.(head, earlier) ?? Effect.succeed(passes)),
    verify: (head, testCommand) => counted(`verify ${headKey(head)}`, verify?.(head, testCommand) ?? Effect.succeed(verifies))
  })
}
