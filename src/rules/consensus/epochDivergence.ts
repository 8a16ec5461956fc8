/** One epoch's divergence, from its stored settlement and counted reports. Pure. */
import type { EpochDivergence } from "../../domain/Divergence.ts"
import { type Report, reportHash } from "../../domain/Report.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { copyScore, divergence, settledValues } from "./divergence.ts"

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
  const { epoch, block, quorum, cells } = settlement
  const byHash = new Map(reports.map((report) => [reportHash(report), report]))
  const voters = settlement.voters.map(({ hotkey, report }) => ({ hotkey, report: report === null ? undefined : byHash.get(report) }))
  const named = [...reports, ...(own === undefined ? [] : [own])].flatMap(({ miners }) => miners)
  // Where two say that other hotkeys had a UID, the settlement has the chain's word.
  const neurons = [...new Map([...named, ...cells].map(({ uid, hotkey }) => [uid, { uid, hotkey }])).values()]
  const compared = quorum && own !== undefined ? divergence(own, settlement, neurons) : undefined
  const earnedBefore = settledValues(before ?? { cells: [] })
  const consensusBefore = new Map((before?.cells ?? []).map(({ uid, hotkey }) => [hotkey, earnedBefore.get(uid) ?? 0]))
  return {
    epoch,
    block,
    report: own === undefined ? null : reportHash(own),
    reporting: settlement.voters.filter(({ report }) => report !== null).length,
    voters: voters.length,
    quorum,
    sameTop: compared?.sameTop ?? null,
    spearmanPpm: compared?.spearmanPpm ?? null,
    overlap: compared?.overlap ?? 0,
    overlapOf: compared?.overlapOf ?? 0,
    copyable: before?.epoch ?? null,
    copies:
      own === undefined || before === undefined
        ? []
        : voters.flatMap(({ hotkey, report }) =>
            report === undefined || hotkey === own.validator ? [] : [{ hotkey, ...copyScore(report, own, consensusBefore, neurons) }]
          )
  }
}
