/** Gathers an epoch's reports, and judges reports, commitments and weights by the facts of the chain. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { EpochState } from "../../domain/EpochState.ts"
import type { Equivocation } from "../../domain/Equivocation.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { counted } from "../../rules/consensus/settlementOf.ts"
import { fetchSettlement } from "../pastSettlements.ts"
import { electorateOf, epochOf, evidenceOf, holdsIn, weightsIn } from "./evidence.ts"
import { examineCells } from "./examineCells.ts"
import { examineOpenings, gatherOpenings } from "./examineOpenings.ts"
import { examineReports, needsReportBefore } from "./examineReports.ts"
import { countedReports, examineWeights } from "./examineWeights.ts"
import { gatherProofs } from "./gatherProofs.ts"
import { gatherReports, giversOf } from "./gatherReports.ts"
import type { Served } from "./servedReport.ts"
import { Weighing } from "./Weighing.ts"

export interface Examination {
  /** The validator about which every axon is asked. */
  readonly suspect?: AccountAddress | undefined
  /** What earlier examinations found; nobody is asked again about the validators in `enough`. */
  readonly kept?:
    | {
        readonly served: ReadonlyArray<Served>
        readonly enough: ReadonlySet<AccountAddress>
        readonly proofs: ReadonlyMap<AccountAddress, Equivocation>
      }
    | undefined
}

/** The axons that may serve reports: those of the epoch's voters, and those that validators have published since. */
const targetsOf = ({ voters, axons }: EpochState): ReadonlyArray<AxonTarget> => [
  ...voters.flatMap(({ hotkey, axon }) => (axon === null ? [] : [{ ...axon, hotkey }])),
  ...axons
]

export const examineEpoch = Effect.fn("examineEpoch")(function* (facts: EpochState, { suspect, kept }: Examination = {}) {
  const weighing = yield* Weighing
  const evidence = evidenceOf(facts)
  const hotkeys = facts.voters.map(({ hotkey }) => hotkey)
  const givers = yield* giversOf(targetsOf(facts))
  const wanted = hotkeys.filter((hotkey) => kept?.enough.has(hotkey) !== true)
  const served = [...(kept?.served ?? []), ...(yield* gatherReports(givers, facts.epoch, wanted, suspect))]
  const unclear = hotkeys.filter((hotkey) => needsReportBefore(hotkey, evidence))
  const servedBefore = yield* gatherReports(givers, facts.epoch - 1, unclear, suspect)
  const asked = wanted.length === 0 ? [] : givers.targets
  const proofs = new Map([...(kept?.proofs ?? []), ...(yield* gatherProofs(asked, evidence))])
  const reports = examineReports({ ...evidence, served, servedBefore, proofs })
  const openings = yield* gatherOpenings(
    reports.voters.flatMap(({ report }) => report ?? []),
    givers.targets
  )
  const signed = reports.voters.flatMap(({ report, signed: all }) => all.find((one) => one.report.body === report)?.report ?? [])
  const weightInputs = yield* weighing.of(facts, reports.roster)
  const { previous, isKnown } = counted(facts.epoch, evidence.electorate, countedReports(reports), undefined)
  const before = isKnown || previous === null ? undefined : yield* fetchSettlement(previous, facts.epoch, givers.targets)
  const { settlement, expected, shares, findings } = examineWeights({
    epoch: epochOf(facts),
    electorate: electorateOf(facts),
    reports,
    facts: weightInputs,
    previous: before,
    weights: weightsIn(facts),
    holds: holdsIn(facts)
  })
  return {
    facts,
    reports,
    settlement,
    expected,
    shares,
    /** Whether weights could not be compared now, and another attempt may succeed. */
    comparableLater: ("missing" in weightInputs && weightInputs.later === true) || (!isKnown && before === undefined),
    /** The records that the authors of counted reports showed. */
    openings,
    findings: [
      ...reports.findings,
      ...examineCells(
        reports.voters.flatMap(({ report }) => (report === null || report.roster !== reports.roster ? [] : [report])),
        settlement
      ),
      ...examineOpenings(signed, openings, yield* weighing.leaves(facts, reports.roster)),
      ...findings
    ]
  }
})

export type ExaminedEpoch = Effect.Effect.Success<ReturnType<typeof examineEpoch>>
