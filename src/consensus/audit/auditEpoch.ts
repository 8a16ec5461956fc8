/** Audits one epoch of a subnet from the facts of the chain and from the reports that validators serve. Needs no key. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { EpochState } from "../../domain/EpochState.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { Rescore } from "../../domain/MeasuredRecord.ts"
import { examineEpoch } from "./examineEpoch.ts"
import type { Finding } from "./findings.ts"
import { notRescored, rescoreEpoch } from "./rescoreEpoch.ts"

export interface AuditRequest<E, R, E2, R2> {
  /** The epoch's facts, from a node that still has its state or an index that recorded them. */
  readonly state: Effect.Effect<EpochState, E2, R2>
  /** Limits the findings to those on this validator and on the whole epoch. */
  readonly validator: AccountAddress | undefined
  /** Scores records again, or says which option would allow it. `inForce`: the roster's hash. Undefined: records are not scored again. */
  readonly rescoring:
    | ((facts: EpochState, inForce: string | null) => Effect.Effect<Rescore | { readonly missing: string }, E, R>)
    | undefined
}

const concerns = (hotkey: AccountAddress | undefined) => (one: Finding) =>
  hotkey === undefined || one.validator === null || one.validator === hotkey || one.giver === hotkey

/** Audits an epoch. Missing and unknown evidence gives findings too; the audit fails only if nothing can be checked. */
export const auditEpoch = Effect.fn("auditEpoch")(function* <E2, R2, E = never, R = never>({
  state,
  validator,
  rescoring
}: AuditRequest<E, R, E2, R2>) {
  const facts = yield* state
  const { epoch } = facts
  if (validator !== undefined && !facts.voters.some(({ hotkey }) => hotkey === validator))
    return yield* new OperationFailed({
      message: `${validator} was not an active validator with a permit when epoch ${epoch} began, so its report could not count`
    })
  const { reports, settlement, expected, openings, findings } = yield* examineEpoch(facts, { suspect: validator })
  const rescore = rescoring === undefined ? undefined : yield* rescoring(facts, reports.roster)
  const counted = reports.voters.flatMap(({ hotkey, report }) =>
    report === null || (validator !== undefined && hotkey !== validator) ? [] : [report]
  )
  const again =
    rescore === undefined
      ? undefined
      : typeof rescore === "function"
        ? yield* rescoreEpoch(counted, openings, rescore)
        : notRescored(rescore.missing)
  return {
    format: "gittensor/audit/v1",
    genesis: facts.genesis,
    netuid: facts.netuid,
    epoch,
    block: facts.block,
    opening: facts.opening,
    settling: facts.settling,
    /** The last block of the epoch, or the newest finalised block while the epoch lasts. */
    end: facts.end,
    roster: { sha256: reports.roster, committed: facts.roster.committed },
    quorum: settlement.quorum,
    totalStake: settlement.voters.reduce((sum, { stake }) => sum + stake, 0n),
    reportingStake: settlement.voters.reduce((sum, { stake, report }) => (report === null ? sum : sum + stake), 0n),
    reports: settlement.voters.map(({ hotkey, stake, report }) => ({
      hotkey,
      stake,
      /** The hash of the report that was counted. */
      report,
      givers: report === null ? [] : (reports.voters.find((voter) => voter.hotkey === hotkey)?.givers ?? [])
    })),
    /** The miners' scores by all reports together, in millionths of a point. */
    cells: settlement.cells,
    repositories: settlement.repositories,
    /** The expected weights, in the chain's parts of 65,535; null if none follow or it is not known. */
    weights: expected,
    /** How many records were scored again; null if rescoring was not requested. */
    rescored: again?.rescored ?? null,
    /** How much of what these records earned or have as collateral stays unclear, in millionths of a point; null like `rescored`. */
    unclear: again?.unclear ?? null,
    findings: [...findings, ...(again?.findings ?? [])].filter(concerns(validator))
  } as const
})

export type EpochAudit = Effect.Effect.Success<ReturnType<typeof auditEpoch>>
