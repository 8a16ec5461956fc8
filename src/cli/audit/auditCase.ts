/** Recomputes one case of a file and compares the result with the case's claim. Pure. */
import { type Aggregate, type AggregatedValue, aggregate } from "../../consensus/rules/aggregate.ts"
import { normalise, type Weight } from "../../consensus/rules/normalise.ts"
import type { AuditedCase, Claim } from "./caseFile.ts"

/** A case's result, as printed by `--json`. */
export interface CaseDocument {
  readonly name?: string
  readonly quorum: boolean
  /** In rao. */
  readonly reportingStake: bigint
  /** In rao. */
  readonly totalStake: bigint
  readonly aggregate: Aggregate["values"]
  /** Null: the weights on chain stay. */
  readonly weights: ReadonlyArray<Weight> | null
  /** Differences from the case's claim, a sentence each; absent without differences or claim. */
  readonly findings?: ReadonlyArray<string>
}

const said = (value: unknown): string => (value === undefined ? "nothing" : String(value))

/** Compares `columns` of two lists by UID, and returns the differences as findings. */
const listFindings = <Row extends { readonly uid: number }>(
  name: string,
  columns: ReadonlyArray<Exclude<keyof Row & string, "uid">>,
  ours: ReadonlyArray<Row> | null,
  claimed: ReadonlyArray<{ readonly [Column in keyof Row]: Row[Column] | string }> | null | undefined
): ReadonlyArray<string> => {
  if (claimed === undefined) return []
  if (claimed === null || ours === null)
    return claimed === ours
      ? []
      : [`${name} is ${ours === null ? "null" : "a list"}, and ${claimed === null ? "null" : "a list"} is claimed`]
  const [ourRows, claimedRows] = [ours, claimed].map((rows) => new Map(rows.map((row) => [Number(row.uid), row])))
  const uids = [...new Set([...ours, ...claimed].map(({ uid }) => Number(uid)))].sort((left, right) => left - right)
  return uids.flatMap((uid) =>
    columns.flatMap((column) => {
      const [own, other] = [ourRows?.get(uid)?.[column], claimedRows?.get(uid)?.[column]]
      return own === other ? [] : [`${name}: the ${column} of UID ${uid} is ${said(own)}, and ${said(other)} is claimed`]
    })
  )
}

const findingsOf = (ours: CaseDocument, claim: Claim): ReadonlyArray<string> => [
  ...(["quorum", "reportingStake", "totalStake"] as const).flatMap((name) => {
    const [own, claimed] = [String(ours[name]), claim[name]]
    return claimed === undefined || String(claimed) === own ? [] : [`${name} is ${own}, and ${claimed} is claimed`]
  }),
  ...listFindings<AggregatedValue>("aggregate", ["value", "source"], ours.aggregate, claim.aggregate),
  ...listFindings<Weight>("weights", ["ppm"], ours.weights, claim.weights)
]

export const auditCase = ({ name, validators, neurons, want }: AuditedCase): CaseDocument => {
  const { quorum, reportingStake, totalStake, values } = aggregate(
    validators.map(({ hotkey, stake, report }) => ({ hotkey, stake, scores: report?.scores ?? null })),
    neurons
  )
  const ours = {
    ...(name === undefined ? {} : { name }),
    quorum,
    reportingStake,
    totalStake,
    aggregate: values,
    weights: normalise(values)
  }
  const findings = want === undefined ? [] : findingsOf(ours, want)
  return findings.length === 0 ? ours : { ...ours, findings }
}
