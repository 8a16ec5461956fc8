/** Validators' findings on heads as steps of a match, the same as an index derives. */
import type { VerificationSummary } from "../domain/quality/VerificationSummary.ts"
import type { Pull } from "./competitor.ts"
import type { FindingKind } from "./findings.ts"
import type { Play } from "./plays.ts"

/** The fields of a validator's record of a head that a step needs. Times are milliseconds since 1970. */
interface HeadRecord {
  readonly head: { readonly hotkey: string; readonly repository: string; readonly number: number; readonly commit: string }
  readonly state: string
  readonly fault: string | null
  readonly gate: { readonly passed: boolean; readonly fault: string | null } | null
  readonly verification: Pick<VerificationSummary, "verdict" | "failToPass" | "own"> | null
  readonly at: number
}

/** The step's kind; null before the gate has run, and if the cause is not the miner's fault. */
const kindOf = ({ fault, gate, state, verification }: HeadRecord): FindingKind | null => {
  if (verification !== null) return verification.verdict
  if (gate?.passed === true) return "gatePassed"
  return state === "rejected" && (gate?.fault ?? fault) === "miner" ? "gateRejected" : null
}

const testsOf = ({ verification }: HeadRecord): ReadonlyArray<number> =>
  verification === null ? [] : [verification.failToPass.count + (verification.own?.failToPass.count ?? 0)]

/** The median, of an even number the lower middle one; undefined without values. */
const medianOf = (values: ReadonlyArray<number>): number | undefined =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length / 2) - 1]

/**
 * A step for each head and finding, from one record of each validator. Medians over validators keep one validator from setting the time or the number
 * of tests. Heads of other pull requests give no steps.
 */
export const playsOfRecords = (
  records: ReadonlyArray<HeadRecord>,
  pulls: ReadonlyArray<Pull & { readonly repository: string }>
): ReadonlyArray<Play> => {
  const groups = new Map<string, { readonly play: Omit<Play, "at" | "tests" | "validators">; readonly records: Array<HeadRecord> }>()
  for (const record of records) {
    const { hotkey, repository, number, commit } = record.head
    const kind = kindOf(record)
    const pull = pulls.find(
      (one) => one.hotkey === hotkey && one.number === number && one.repository.toLowerCase() === repository.toLowerCase()
    )
    if (kind === null || pull === undefined) continue
    const key = JSON.stringify([pull.repository, number, hotkey, commit, kind])
    const group = groups.get(key) ?? {
      play: { kind, repository: pull.repository, number, hotkey, commit, by: null, times: 1 },
      records: []
    }
    group.records.push(record)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ play, records }) => ({
    ...play,
    at: new Date(medianOf(records.map(({ at }) => at)) ?? 0),
    validators: records.length,
    tests: medianOf(records.flatMap(testsOf)) ?? null
  }))
}
