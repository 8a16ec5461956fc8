/** Recomputes one case of a file and compares the result with the case's claim. Pure. */

import type { Leader, MeasuredScores, SettledCell, SettledRepository } from "../../../src/domain/Settlement.ts"
import { counted, leaderOf, reportingOf } from "../../../src/rules/consensus/settlementOf.ts"
import { sharesByHotkey, sharesOf } from "../../../src/rules/contributions/rewards.ts"
import type { AuditedCase, Claim } from "./caseFile.ts"

/** A case's result, as printed by `--json`. */
export interface CaseDocument {
  readonly name?: string
  readonly quorum: boolean
  /** In rao. */
  readonly reportingStake: bigint
  /** In rao. */
  readonly totalStake: bigint
  readonly cells: ReadonlyArray<SettledCell>
  readonly repositories: ReadonlyArray<SettledRepository>
  readonly leader?: Leader
  /** Parts of the contributions' pool in parts per million. Null: the weights on chain stay. Absent without a roster. */
  readonly weights?: ReadonlyArray<{ readonly uid: number; readonly ppm: number }> | null
  /** Differences from the case's claim, a sentence each; absent without differences or claim. */
  readonly findings?: ReadonlyArray<string>
}

/** Compares two lists by the texts of their items' keys, and returns the differences as findings. */
const listFindings = <A>(
  name: string,
  ours: ReadonlyArray<A> | null | undefined,
  claimed: ReadonlyArray<A> | null | undefined,
  keyOf: (item: A) => string,
  valueOf: (item: A) => string
): ReadonlyArray<string> => {
  if (claimed === undefined) return []
  if (claimed === null || ours === null || ours === undefined)
    return claimed === (ours ?? null) ? [] : [`${name} is ${ours ? "a list" : "null"}, and ${claimed ? "a list" : "null"} is claimed`]
  const [own, other] = [ours, claimed].map((list) => new Map(list.map((item) => [keyOf(item), valueOf(item)])))
  return [...new Set([...ours, ...claimed].map(keyOf))].flatMap((key) => {
    const [is, said] = [own?.get(key) ?? "nothing", other?.get(key) ?? "nothing"]
    return is === said ? [] : [`${name}: ${key} is ${is}, and ${said} is claimed`]
  })
}

const findingsOf = (ours: CaseDocument, claim: Claim): ReadonlyArray<string> => [
  ...(["quorum", "reportingStake", "totalStake"] as const).flatMap((name) => {
    const [own, claimed] = [String(ours[name]), claim[name]]
    return claimed === undefined || String(claimed) === own ? [] : [`${name} is ${own}, and ${claimed} is claimed`]
  }),
  ...listFindings(
    "cells",
    ours.cells,
    claim.cells,
    ({ uid, repository, side }) => `the ${side}'s of UID ${uid} in ${repository}`,
    ({ net }) => String(net)
  ),
  ...listFindings(
    "leader",
    ours.leader ? [ours.leader] : [],
    claim.leader && [claim.leader],
    ({ uid }) => `UID ${uid}`,
    ({ challenger }) => (challenger === null ? "unchallenged" : `challenged by ${challenger.hotkey} in ${challenger.epochs} settlements`)
  ),
  ...listFindings(
    "weights",
    ours.weights,
    claim.weights,
    ({ uid }) => `that of UID ${uid}`,
    ({ ppm }) => String(ppm)
  )
]

export const auditCase = ({ name, epoch, validators, neurons, before, roster, winnerTakesAll, want }: AuditedCase): CaseDocument => {
  const reports = new Map(
    validators.flatMap(({ hotkey, report }) => (report === null ? [] : [[hotkey, { ...report, settlement: null }] as const]))
  )
  const { quorum, cells, repositories } = counted(epoch, { voters: validators, neurons }, reports, before)
  const { total, reporting } = reportingOf({ voters: validators }, reports)
  const winning = roster &&
    winnerTakesAll && { ...winnerTakesAll, sharesOf: (measured: MeasuredScores) => sharesByHotkey(measured, roster) }
  const leader = winning && quorum ? leaderOf({ cells, repositories }, { neurons }, winning, before?.leader) : undefined
  const isDecided = cells.some(({ net }) => net > 0)
  const weights =
    isDecided && roster !== undefined ? [...sharesOf({ cells, repositories, leader }, roster)].map(([uid, ppm]) => ({ uid, ppm })) : null
  const ours: CaseDocument = {
    ...(name === undefined ? {} : { name }),
    quorum,
    reportingStake: reporting,
    totalStake: total,
    cells,
    repositories,
    ...(leader === undefined ? {} : { leader }),
    ...(roster === undefined && isDecided ? {} : { weights })
  }
  const findings = want === undefined ? [] : findingsOf(ours, want)
  return findings.length === 0 ? ours : { ...ours, findings }
}
