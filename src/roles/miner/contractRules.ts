/** The contract's rules as the miner's status and screen both need them, so that they always agree. */
import type { Competition, Issue, ValidatorInfo } from "../../contract-client/generated.ts"

/**
 * The phase of a running competition. `window`: a pull request would be too early; `submissions`: pull requests count; `grace`: the deadline has
 * passed, and validators still vote; `late`: anybody may let it expire.
 */
export type RunningPhase = "window" | "submissions" | "grace" | "late"

export const runningPhaseAt = (
  { submissionsFrom, deadline, outcomeUntil }: Pick<Competition, "submissionsFrom" | "deadline" | "outcomeUntil">,
  block: number
): RunningPhase => {
  if (block < submissionsFrom) return "window"
  if (block <= deadline) return "submissions"
  return block <= outcomeUntil ? "grace" : "late"
}

/** Whether a solved issue can be paid at a block. */
export const isPayable = ({ payableAt }: Pick<Issue, "payableAt">, block: number): boolean => payableAt === null || payableAt <= block

/** The total voting weight of these validators. */
export const totalWeightOf = (validators: ReadonlyArray<Pick<ValidatorInfo, "weight">>): bigint =>
  validators.reduce((sum, { weight }) => sum + weight, 0n)
