/** What the miner's status and its screen both conclude from the contract's records, so that they never say two things. */
import type { Competition, Issue, ValidatorInfo } from "../contract-client/generated.ts"

/**
 * Where a running competition is at a block. `window`: pull requests are too early yet; `submissions`: they count; `grace`: the deadline is over
 * and validators still vote; `late`: it waits for somebody to let it expire.
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

/** Whether a solved issue may be paid at a block. */
export const isPayable = ({ payableAt }: Pick<Issue, "payableAt">, block: number): boolean => payableAt === null || payableAt <= block

/** Collateral that an issue asks each competitor for, in rao. */
export const collateralAskedBy = ({ bounty }: Pick<Issue, "bounty">, bps: number): bigint => (bounty * BigInt(bps)) / 10_000n

/** The weight of all these validators, in the unit of the votes. */
export const totalWeightOf = (validators: ReadonlyArray<Pick<ValidatorInfo, "weight">>): bigint =>
  validators.reduce((sum, { weight }) => sum + weight, 0n)
