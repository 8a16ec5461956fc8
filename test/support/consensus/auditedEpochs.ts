/** Invented epochs of consensus as an audit sees them: honest ones, to which a test does something wrong. */
import { Schema } from "effect"
import { examineReports, type ReportEvidence } from "../../../src/consensus/audit/examineReports.ts"
import { examineWeights, type FoundWeights, type WeightFacts } from "../../../src/consensus/audit/examineWeights.ts"
import type { Finding } from "../../../src/consensus/audit/findings.ts"
import type { Served } from "../../../src/consensus/audit/servedReport.ts"
import { agreedRewards } from "../../../src/consensus/rules/agreedRewards.ts"
import { settlementOf } from "../../../src/consensus/rules/settlementOf.ts"
import { type AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import type { CommittedScores } from "../../../src/domain/CommitmentSlot.ts"
import type { Electorate } from "../../../src/domain/Electorate.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { isDecided } from "../../../src/domain/Settlement.ts"
import { toU16 } from "../../../src/scoring/weights/toU16.ts"

const NETUID = 74
const GENESIS = Hash32.make(`0x${"01".repeat(32)}`)
const ROSTER = "ab".repeat(32)
export const NO_REPORT = "0".repeat(64)
const MINERS = 6

/** Five validators; the first has the first of the stakes. */
const keys: ReadonlyArray<KeyPair> = [1, 2, 3, 4, 5].map((index) => fromSeed(new Uint8Array(32).fill(100 + index)))
const miner = (uid: number): AccountAddress => fromSeed(new Uint8Array(32).fill(uid)).address
const neurons = Array.from({ length: MINERS }, (_, uid) => ({ uid, hotkey: miner(uid), consensus: 0 }))

export const key = (index: number): KeyPair => keys[index] ?? keys[0] ?? fromSeed(new Uint8Array(32))
export const textOf = (report: Report, by: KeyPair): string => Schema.encodeSync(signedReport.Text)(signedReport.sign(report, by))

/** What a validator does in an epoch. All of it can happen to an honest one. */
export type Conduct = "reports" | "is absent" | "commits late" | "does not commit"

export interface Plan {
  readonly stakes: ReadonlyArray<bigint>
  /** For each validator what it does, and the values that it measured, from UID 1 on; null is not measured. */
  readonly conducts: ReadonlyArray<Conduct>
  readonly values: ReadonlyArray<ReadonlyArray<number | null>>
}

/** Everything that an audit is given, open to changes. */
export interface Scene {
  evidence: ReportEvidence
  facts: WeightFacts | { readonly missing: string }
  weights: Map<AccountAddress, FoundWeights>
}

/** The state that goes from epoch to epoch: the slots on the chain, and the newest report of each validator's archive. */
export interface History {
  readonly slots: Map<AccountAddress, CommittedScores>
  readonly archive: Map<AccountAddress, { readonly report: Report; readonly text: string }>
}

export const noHistory = (): History => ({ slots: new Map(), archive: new Map() })

export const reportOf = (epoch: number, validator: AccountAddress, values: ReadonlyArray<number | null>): Report => ({
  format: REPORT_FORMAT,
  netuid: NETUID,
  genesis: GENESIS,
  epoch,
  block: 360 * epoch,
  roster: ROSTER,
  program: "0.1.0",
  validator,
  scores: values.flatMap((value, index) => (value === 0 ? [] : [{ uid: index + 1, hotkey: miner(index + 1), value }])),
  leaves: 0,
  root: "00".repeat(32)
})

const metagraph: Metagraph = {
  netuid: NETUID,
  block: 0,
  neurons: neurons.map(({ uid, hotkey }) => ({
    uid,
    hotkey,
    coldkey: hotkey,
    stake: 0n,
    validatorPermit: false,
    axon: null,
    lastUpdate: 0,
    registeredAt: 0
  }))
}

/** A tenth of all weight is the treasury's, at UID 5. */
const facts: WeightFacts = {
  metagraph,
  weightsOf: (rewards) => toU16(new Map([...rewards].map(([uid, ppm]) => [uid, 9 * ppm + (uid === 5 ? 1_000_000 : 0)])))
}

/** The weights of a validator that has counted these reports. */
export const weightsFrom = (epoch: number, electorate: Electorate, reports: ReadonlyArray<Report>): FoundWeights => {
  const byHotkey = new Map(reports.map((report) => [report.validator, report]))
  const settlement = settlementOf({ index: epoch, firstBlock: 360 * epoch }, ROSTER, electorate, byHotkey)
  return isDecided(settlement) ? { _tag: "Weights", ...facts.weightsOf(agreedRewards(settlement, metagraph)) } : { _tag: "None" }
}

/** The next epoch of honest validators. */
export const play = ({ slots, archive }: History, epoch: number, { stakes, conducts, values }: Plan): Scene => {
  const electorate: Electorate = {
    voters: stakes.map((stake, index) => ({ hotkey: key(index).address, stake, axon: null })),
    neurons
  }
  const before = new Map(slots)
  const atOpening = new Map(slots)
  const served: Array<Served> = []
  const servedBefore = [...archive].flatMap(
    ([of, { report, text }]): ReadonlyArray<Served> => (report.epoch === epoch - 1 ? [{ of, from: of, text }] : [])
  )
  const counted: Array<Report> = []
  for (const [index, conduct] of conducts.entries()) {
    if (conduct === "is absent" || index >= stakes.length) continue
    const by = key(index)
    const report = reportOf(epoch, by.address, values[index] ?? [])
    const last = archive.get(by.address)
    const commitment = { epoch, sha256: reportHash(report), previous: last === undefined ? NO_REPORT : reportHash(last.report) }
    const text = textOf(report, by)
    archive.set(by.address, { report, text })
    served.push({ of: by.address, from: by.address, text })
    if (conduct !== "does not commit") slots.set(by.address, commitment)
    if (conduct !== "reports") continue
    atOpening.set(by.address, commitment)
    counted.push(report)
    served.push({ of: by.address, from: key((index + 1) % stakes.length).address, text })
  }
  const weights = weightsFrom(epoch, electorate, counted)
  return {
    evidence: {
      genesis: GENESIS,
      netuid: NETUID,
      epoch: { index: epoch, firstBlock: 360 * epoch },
      electorate,
      committedRoster: ROSTER,
      before,
      atOpening,
      atEnd: new Map(slots),
      served,
      servedBefore
    },
    facts,
    weights: new Map(electorate.voters.map(({ hotkey }) => [hotkey, weights]))
  }
}

/** What an audit finds. */
export const findingsOf = ({ evidence, facts, weights }: Scene): ReadonlyArray<Finding> => {
  const reports = examineReports(evidence)
  const { findings } = examineWeights({ epoch: evidence.epoch, electorate: evidence.electorate, reports, facts, weights })
  return [...reports.findings, ...findings]
}
