/** One epoch's divergence, from its stored settlement and counted reports. Pure. */
import type { EpochDivergence } from "../../domain/Divergence.ts"
import { type Report, reportHash } from "../../domain/Report.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { copyScore, divergence, medianRanges } from "./divergence.ts"

export interface SettledReports {
  readonly settlement: Settlement
  /** The validator's own report, counted or not; undefined if it made none. */
  readonly own: Report | undefined
  /** All stored reports of the epoch, in any order. Those that the settlement did not count are ignored. */
  readonly reports: ReadonlyArray<Report>
  /** The last earlier settlement with consensus; undefined if there is none. */
  readonly before: Settlement | undefined
}

/** Compares nothing without a quorum or without an own report: an empty settlement has no scores to compare. */
export const epochDivergence = ({ settlement, own, reports, before }: SettledReports): EpochDivergence => {
  const { epoch, block, quorum, values } = settlement
  const byHash = new Map(reports.map((report) => [reportHash(report), report]))
  const voters = settlement.voters.map(({ hotkey, stake, report }) => ({
    hotkey,
    stake,
    scores: (report === null ? undefined : byHash.get(report)?.scores) ?? null
  }))
  const compared = quorum && own !== undefined ? divergence(own.scores, values, values) : undefined
  const valueOf = new Map(values.map(({ uid, value }) => [uid, value]))
  const consensusBefore = new Map((before?.values ?? []).map(({ hotkey, ppm }) => [hotkey, ppm]))
  return {
    epoch,
    block,
    report: own === undefined ? null : reportHash(own),
    reporting: settlement.voters.filter(({ report }) => report !== null).length,
    voters: voters.length,
    quorum,
    sum: quorum ? values.reduce((sum, { value }) => sum + value, 0) : null,
    sameTop: compared?.sameTop ?? null,
    spearmanPpm: compared?.spearmanPpm ?? null,
    overlap: compared?.overlap ?? 0,
    overlapOf: compared?.overlapOf ?? 0,
    open: medianRanges(voters, values).filter(({ uid, least, most }) => least !== most || least !== valueOf.get(uid)),
    copyable: before?.epoch ?? null,
    copies:
      own === undefined || before === undefined
        ? []
        : voters.flatMap(({ hotkey, scores }) =>
            scores === null || hotkey === own.validator ? [] : [{ hotkey, ...copyScore(scores, own.scores, consensusBefore, values) }]
          )
  }
}
