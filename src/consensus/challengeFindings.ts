/** Stores this validator's findings against another's report. */
import { Effect } from "effect"
import type { DrawFault } from "../domain/ChallengeFinding.ts"
import { type Report, reportHash } from "../domain/Report.ts"
import { countMany } from "../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"

/** Stores the faults of a report, counts them and logs them once. Does nothing without faults. */
export const holdAgainst = Effect.fn("holdAgainst")(function* (report: Report, seed: string, faults: ReadonlyArray<DrawFault>) {
  const challenges = yield* Challenges
  const { epoch, validator } = report
  const [first, ...others] = faults
  if (first === undefined) return
  const finding = { format: "gittensor/challenge-finding/v1", epoch, validator, report: reportHash(report), seed } as const
  if (!(yield* challenges.keep({ ...finding, faults: [first, ...others] }))) return
  for (const fault of ["missing", "invalid", "false", "wrong"] as const)
    yield* countMany("gittensor_consensus_challenge_faults_total", faults.filter((one) => one.fault === fault).length, { fault })
  yield* Effect.logWarning(
    `the report of epoch ${epoch} by ${validator} fails the challenge (${first.why}): this validator will not count its next report`
  )
})
