/** The rows of an audited epoch. Pure. */
import { Schema } from "effect"
import type { ExaminedEpoch } from "../../../../consensus/audit/examineEpoch.ts"
import type { Finding, FindingKind } from "../../../../consensus/audit/findings.ts"
import type { AccountAddress } from "../../../../domain/Account.ts"
import { committedHash } from "../../../../domain/CommitmentSlot.ts"
import { EpochState } from "../../../../domain/EpochState.ts"
import { signedReport } from "../../../../domain/Report.ts"
import type { ChainWeights } from "../../../../domain/toU16.ts"
import { settledValues, valuesIn } from "../../../../rules/consensus/divergence.ts"
import { toJson } from "../../json.ts"

const encodeFacts = Schema.encodeSync(EpochState)
const encodeReport = Schema.encodeSync(signedReport.Text)

/** Reasons why a report does not count, the most serious first. */
const REASONS: ReadonlyArray<FindingKind> = [
  "equivocation",
  "another block",
  "roster not in force",
  "other bytes than committed",
  "not seen by most",
  "late commitment",
  "no commitment",
  "another subnet",
  "forged signature",
  "another report",
  "not a report",
  "no report"
]

const reasonFor = (hotkey: AccountAddress, findings: ReadonlyArray<Finding>): FindingKind => {
  const kinds = new Set(findings.flatMap(({ kind, validator }) => (validator === hotkey ? [kind] : [])))
  return REASONS.find((kind) => kinds.has(kind)) ?? "no report"
}

/** Maximum of characters stored of a finding, which may quote strangers' bytes. */
const MAX_TEXT = 1_000

/** Findings of an earlier audit about what peers served stay, even if no peer serves it any more. */
const allFindings = (found: ReadonlyArray<Finding>, before: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const keyOf = ({ kind, validator, giver, text }: Finding) => JSON.stringify([kind, validator, giver, text])
  const known = new Set(found.map(keyOf))
  return [...found, ...before.filter((one) => one.giver !== undefined && !known.has(keyOf(one)))]
}

const pairs = ({ uids, values }: ChainWeights): ReadonlyArray<readonly [number, number]> =>
  uids.map((uid, index) => [uid, values[index] ?? 0] as const).toSorted(([one], [other]) => one - other)

const STATES = { Weights: "set", NotRevealed: "hidden", None: "none" } as const

const votersOf = ({ facts, reports, settlement, expected, findings }: ExaminedEpoch) => {
  const uids = new Map(facts.neurons.map(({ uid, hotkey }) => [hotkey, uid]))
  const counted = new Map(settlement.voters.map(({ hotkey, report }) => [hotkey, report]))
  const examined = new Map(reports.voters.map((voter) => [voter.hotkey, voter]))
  const due = expected === null ? undefined : JSON.stringify(pairs(expected))
  return facts.voters.map(({ hotkey, stake, atOpening, weights }) => {
    const report = counted.get(hotkey) ?? null
    const signed = (examined.get(hotkey)?.signed ?? []).map(({ report, sha256, givers }) => ({
      sha256,
      body: report.body,
      document: encodeReport(report),
      givers
    }))
    const own = signed.find(({ sha256 }) => sha256 === report)
    const set = weights._tag === "Weights" ? pairs(weights) : null
    return {
      epoch: facts.epoch,
      hotkey,
      uid: uids.get(hotkey) ?? 0,
      stake,
      committed: committedHash(atOpening ?? undefined, facts.epoch),
      report,
      reason: report === null ? reasonFor(hotkey, findings) : null,
      program: own?.body.program ?? null,
      leaves: own?.body.leaves ?? null,
      root: own?.body.root ?? null,
      document: own?.document ?? null,
      givers: own?.givers ?? [],
      others: signed.flatMap(({ sha256, document, givers }) => (sha256 === report ? [] : [{ sha256, document, givers }])),
      weightsState: STATES[weights._tag],
      weights: set,
      asExpected: due === undefined || set === null ? null : JSON.stringify(set) === due
    }
  })
}

const valuesOf = ({ facts, reports, settlement, shares }: ExaminedEpoch, holders: ReadonlyMap<number, AccountAddress>) => {
  const counted = new Set(settlement.voters.flatMap(({ hotkey, report }) => (report === null ? [] : [hotkey])))
  const given = reports.voters.flatMap(({ hotkey, stake, report }) =>
    report === null || !counted.has(hotkey) ? [] : [{ hotkey, stake, values: valuesIn(report, facts.neurons) }]
  )
  const values = settledValues(settlement)
  const kept = new Set(settlement.cells.flatMap(({ uid, measuredIn }) => (measuredIn < facts.epoch ? [uid] : [])))
  if (!settlement.quorum) return []
  return facts.neurons.flatMap(({ uid, hotkey, consensus }) => {
    const [value, ppm] = [values.get(uid) ?? 0, shares === null ? null : (shares.get(uid) ?? 0)]
    const votes = given.map((one) => [one.hotkey, one.values.get(uid) ?? null] as const)
    if (value === 0 && (ppm ?? 0) === 0 && votes.every(([, vote]) => vote === 0)) return []
    const measuring = given.reduce((sum, one) => (one.values.has(uid) ? sum + one.stake : sum), 0n)
    return [
      {
        epoch: facts.epoch,
        uid,
        hotkey,
        holder: holders.get(uid) ?? null,
        value,
        source: kept.has(uid) ? ("before" as const) : ("median" as const),
        ppm,
        measuringStake: measuring,
        chain: Math.floor((consensus * 1_000_000) / 65_535),
        votes
      }
    ]
  })
}

/** The index's audits of an epoch. */
export interface Look {
  readonly looks: number
  /** The newest indexed block. */
  readonly at: number
  /** The block of the next audit; null: none. */
  readonly next: number | null
}

/** All rows of an epoch. `before`: the previous audit's findings. */
export const rowsOf = (
  examined: ExaminedEpoch,
  holders: ReadonlyMap<number, AccountAddress>,
  { looks, at, next }: Look,
  before: ReadonlyArray<Finding>
) => {
  const { facts, reports, settlement, expected } = examined
  const findings = allFindings(examined.findings, before)
  const stakeOf = (voters: typeof settlement.voters) => voters.reduce((sum, { stake }) => sum + stake, 0n)
  return {
    epoch: {
      epoch: facts.epoch,
      at: facts.block,
      opening: facts.opening,
      settling: facts.settling,
      endedAt: facts.lasts ? null : facts.end,
      roster: reports.roster,
      committedRoster: facts.roster.committed?.sha256 ?? null,
      committedVersion: facts.roster.committed?.version ?? null,
      quorum: settlement.quorum,
      totalStake: stakeOf(settlement.voters),
      reportingStake: stakeOf(settlement.voters.filter(({ report }) => report !== null)),
      expected: expected === null ? null : pairs(expected),
      facts: encodeFacts(facts),
      looks,
      lookedAt: at,
      nextLook: next
    },
    voters: votersOf({ ...examined, findings: [...findings] }),
    values: valuesOf(examined, holders),
    findings: findings.map(({ kind, severity, validator, giver, text, proof }, position) => ({
      epoch: facts.epoch,
      position,
      kind,
      severity,
      validator,
      giver: giver ?? null,
      text: String(toJson(text)).slice(0, MAX_TEXT),
      // The report itself is in the voter's row.
      proof: proof === undefined ? null : "rule" in proof ? { ...proof, document: undefined } : proof
    }))
  }
}

export type EpochRows = ReturnType<typeof rowsOf>
