/** Invented epochs of consensus as an audit sees them: honest ones, into which a test puts faults. */
import { Schema } from "effect"
import { heldWeights } from "../../../src/consensus/audit/chainEpochStates.ts"
import { examineReports, type ReportEvidence } from "../../../src/consensus/audit/examineReports.ts"
import { examineWeights, type FoundWeights, type WeightInputs } from "../../../src/consensus/audit/examineWeights.ts"
import type { Finding } from "../../../src/consensus/audit/findings.ts"
import type { Served } from "../../../src/consensus/audit/servedReport.ts"
import { type AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import type { CommittedScores } from "../../../src/domain/CommitmentSlot.ts"
import type { Electorate } from "../../../src/domain/Electorate.ts"
import type { HeldWeights } from "../../../src/domain/EpochState.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Holders } from "../../../src/domain/Metagraph.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { isDecided, type Settlement, settlementHash } from "../../../src/domain/Settlement.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { countedOf, seenText } from "../../../src/rules/consensus/counted.ts"
import { holdAt } from "../../../src/rules/consensus/hold.ts"
import { namedSettlement, settlementOf } from "../../../src/rules/consensus/settlementOf.ts"
import { agreedShares } from "../../../src/rules/contributions/rewards.ts"
import { minersWith, oneRepository, rooted } from "../validator/reports.ts"

const NETUID = 74
const GENESIS = Hash32.make(`0x${"01".repeat(32)}`)
const ROSTER = "ab".repeat(32)
export const NO_REPORT = "0".repeat(64)
const MINERS = 6

/** Five validators. The first one has the first stake. */
const keys: ReadonlyArray<KeyPair> = [1, 2, 3, 4, 5].map((index) => fromSeed(new Uint8Array(32).fill(100 + index)))
const miner = (uid: number): AccountAddress => fromSeed(new Uint8Array(32).fill(uid)).address
/** The miner at a UID after this many changes of hands. */
const minerAfter = (uid: number, changes: number): AccountAddress =>
  changes === 0 ? miner(uid) : fromSeed(new Uint8Array(32).fill(uid).fill(200 + changes, 31)).address

export const key = (index: number): KeyPair => keys[index] ?? keys[0] ?? fromSeed(new Uint8Array(32))
export const textOf = (report: Report, by: KeyPair): string => Schema.encodeSync(signedReport.Text)(signedReport.sign(report, by))

/** A validator's conduct in an epoch. All of these can happen to an honest validator. */
export type Conduct = "reports" | "is absent" | "commits late" | "does not commit"

export interface Plan {
  readonly stakes: ReadonlyArray<bigint>
  /** For each validator its conduct, and its measured values from UID 1 on; null: not measured. */
  readonly conducts: ReadonlyArray<Conduct>
  readonly values: ReadonlyArray<ReadonlyArray<number | null>>
  /** For each validator, the indexes of those whose reports it never receives, so that it settles nothing if they count. Default: all receive all. */
  readonly lacks?: ReadonlyArray<ReadonlyArray<number>>
  /** UIDs that change hands between the epoch's first block E and the block at which reports are counted. */
  readonly changed?: ReadonlyArray<number>
}

/** An audit's whole input, which tests change. */
export interface Scene {
  evidence: ReportEvidence
  facts: WeightInputs | { readonly missing: string }
  weights: Map<AccountAddress, FoundWeights>
  holds: Map<AccountAddress, HeldWeights>
  /** The settlement that the reports name. */
  readonly previous: Settlement | undefined
  /** Whether weights follow for a validator with all reports. */
  readonly decided: boolean
}

/** The state that carries over from epoch to epoch. */
export interface History {
  /** The commitments on the chain. */
  readonly slots: Map<AccountAddress, CommittedScores>
  /** The newest report of each validator's archive. */
  readonly archive: Map<AccountAddress, { readonly report: Report; readonly text: string }>
  /** How often a UID changed hands, and the block of the last change. */
  readonly changes: Map<number, { readonly times: number; readonly block: number }>
  /** Each validator's weights on the chain. */
  readonly chain: Map<AccountAddress, { readonly weights: ReadonlyArray<readonly [number, number]>; readonly lastUpdate: number }>
  /** The newest settlement with a quorum, which all reports name. */
  newest: Settlement | undefined
  /** The last epoch with a consensus for each validator. */
  readonly decided: Map<AccountAddress, number>
}

export const noHistory = (): History => ({
  slots: new Map(),
  archive: new Map(),
  changes: new Map(),
  chain: new Map(),
  newest: undefined,
  decided: new Map()
})

const TEMPO = 360
/** Blocks from the epoch's first block to the block at which reports are counted. */
const SETTLING = 200
/** Weights stay valid for two epochs (in blocks): they are held once without being set again. */
const CUTOFF = 1_000

const holdersOf = ({ changes }: History): ReadonlyArray<{ readonly uid: number; readonly hotkey: AccountAddress }> =>
  Array.from({ length: MINERS }, (_, uid) => ({ uid, hotkey: minerAfter(uid, changes.get(uid)?.times ?? 0) }))

export const reportOf = (
  epoch: number,
  validator: AccountAddress,
  values: ReadonlyArray<number | null>,
  holders = holdersOf(noHistory())
): Report => ({
  format: REPORT_FORMAT,
  netuid: NETUID,
  genesis: GENESIS,
  epoch,
  block: TEMPO * epoch,
  roster: ROSTER,
  program: "0.1.0",
  validator,
  ...rooted(
    minersWith(
      values.flatMap((value, index) =>
        value === 0 ? [] : [{ uid: index + 1, hotkey: holders[index + 1]?.hotkey ?? miner(index + 1), value }]
      )
    ),
    validator
  )
})

/** A tenth of all weight is the treasury's, at UID 5. */
const factsOf = (metagraph: Holders): WeightInputs => ({
  sharesOf: (settlement) => agreedShares(settlement, oneRepository, metagraph),
  weightsOf: (rewards) => toU16(new Map([...rewards].map(([uid, ppm]) => [uid, 9 * ppm + (uid === 5 ? 1_000_000 : 0)])))
})

const settledBy = (epoch: number, electorate: Electorate, reports: ReadonlyArray<Report>, previous?: Settlement): Settlement => {
  const byHotkey = new Map(reports.map((report) => [report.validator, report]))
  const before = namedSettlement(electorate, byHotkey) === null ? undefined : previous
  return settlementOf({ index: epoch, firstBlock: TEMPO * epoch }, ROSTER, electorate, byHotkey, before).settlement
}

/** The weights of a validator that has counted these reports. `holders`: the UIDs' holders at the block at which reports are counted. */
export const weightsFrom = (
  epoch: number,
  electorate: Electorate,
  reports: ReadonlyArray<Report>,
  holders: Holders = { neurons: holdersOf(noHistory()) },
  previous?: Settlement
): FoundWeights => {
  const settlement = settledBy(epoch, electorate, reports, previous)
  const { sharesOf, weightsOf } = factsOf(holders)
  return isDecided(settlement) ? { _tag: "Weights", ...weightsOf(sharesOf(settlement)) } : { _tag: "None" }
}

/** Simulates the next epoch of honest validators. */
export const play = (history: History, epoch: number, { stakes, conducts, values, lacks = [], changed = [] }: Plan): Scene => {
  const { slots, archive, changes, chain, decided } = history
  const settling = TEMPO * epoch + SETTLING
  const previous = history.newest
  const atFirst = holdersOf(history)
  const electorate: Electorate = {
    voters: stakes.map((stake, index) => ({ hotkey: key(index).address, stake, axon: null })),
    neurons: [
      ...atFirst.map((neuron) => ({ ...neuron, consensus: 0 })),
      // Voters need UIDs that no report scores.
      ...stakes.map((_, index) => ({ uid: 100 + index, hotkey: key(index).address, consensus: 0 }))
    ]
  }
  const before = new Map(slots)
  const atOpening = new Map(slots)
  const served: Array<Served> = []
  const servedBefore = [...archive].flatMap(
    ([of, { report, text }]): ReadonlyArray<Served> => (report.epoch === epoch - 1 ? [{ of, from: of, text }] : [])
  )
  const inTime: Array<Report> = []
  for (const [index, conduct] of conducts.entries()) {
    if (conduct === "is absent" || index >= stakes.length) continue
    const by = key(index)
    const report = { ...reportOf(epoch, by.address, values[index] ?? [], atFirst), settlement: previous ? settlementHash(previous) : null }
    const last = archive.get(by.address)
    const commitment = { epoch, sha256: reportHash(report), previous: last === undefined ? NO_REPORT : reportHash(last.report) }
    const text = textOf(report, by)
    archive.set(by.address, { report, text })
    served.push({ of: by.address, from: by.address, text })
    if (conduct !== "does not commit") slots.set(by.address, commitment)
    if (conduct !== "reports") continue
    atOpening.set(by.address, commitment)
    inTime.push(report)
    served.push({ of: by.address, from: key((index + 1) % stakes.length).address, text })
  }

  const isCutOff = (index: number, { validator }: Pick<Report, "validator">) =>
    lacks[index]?.some((other) => key(other).address === validator) === true
  const atSettling = new Map(
    electorate.voters.flatMap(({ hotkey }, index): ReadonlyArray<readonly [AccountAddress, CommittedScores]> => {
      if (conducts[index] === "is absent" || conducts[index] === "does not commit") return []
      const own = atOpening.get(hotkey)
      const scores = own?.epoch === epoch ? own : { epoch, sha256: NO_REPORT, previous: own?.sha256 ?? NO_REPORT }
      const had = inTime.filter((report) => !isCutOff(index, report)).map(({ validator }) => validator)
      return [[hotkey, { ...scores, seen: seenText(electorate, had) }]]
    })
  )
  const having = countedOf(electorate, epoch, atOpening, atSettling)
  const counted = inTime.filter(({ validator }) => having.has(validator))

  for (const uid of changed) changes.set(uid, { times: (changes.get(uid)?.times ?? 0) + 1, block: settling - 1 })
  const neurons = holdersOf(history)
  const dated = neurons.map((one) => ({ ...one, registeredAt: changes.get(one.uid)?.block ?? 0, lastUpdate: 0 }))
  const weights = new Map<AccountAddress, FoundWeights>()
  const holds = new Map<AccountAddress, HeldWeights>()
  for (const [index, { hotkey }] of electorate.voters.entries()) {
    const onChain = chain.get(hotkey)
    const moment = {
      own: { uid: 100 + index, hotkey, registeredAt: 0, lastUpdate: onChain?.lastUpdate ?? 0 },
      neurons: dated,
      onChain: onChain?.weights ?? [],
      activityCutoff: CUTOFF,
      nextBlock: settling + TEMPO
    }
    holds.set(hotkey, heldWeights(moment))
    const settles = !counted.some((report) => isCutOff(index, report))
    const agreed: FoundWeights = settles ? weightsFrom(epoch, electorate, counted, { neurons }, previous) : { _tag: "None" }
    if (agreed._tag === "Weights") decided.set(hotkey, epoch)
    const last = decided.get(hotkey)
    const epochsWithout = last === undefined ? 15 : epoch - last
    const hold = agreed._tag === "Weights" || !settles ? undefined : holdAt({ ...moment, epochsWithout })
    const own = reportOf(epoch, hotkey, values[index] ?? [], atFirst)
    const alone = { ...electorate, voters: electorate.voters.filter((voter) => voter.hotkey === hotkey) }
    const sent: FoundWeights =
      hold === undefined
        ? agreed
        : hold._tag === "SendAgain"
          ? { _tag: "Weights", ...toU16(new Map(hold.weights.map(({ uid, value }) => [uid, value]))) }
          : hold._tag === "OwnScores"
            ? weightsFrom(epoch, alone, [own], { neurons })
            : { _tag: "None" }
    weights.set(hotkey, sent)
    if (sent._tag === "Weights")
      chain.set(hotkey, { weights: sent.uids.map((uid, place) => [uid, sent.values[place] ?? 0] as const), lastUpdate: settling + 1 })
  }
  const settlement = settledBy(epoch, electorate, counted, previous)
  if (settlement.quorum) history.newest = settlement
  return {
    evidence: {
      genesis: GENESIS,
      netuid: NETUID,
      epoch: { index: epoch, firstBlock: TEMPO * epoch },
      electorate,
      committedRoster: ROSTER,
      before,
      atOpening,
      atSettling,
      atEnd: new Map(slots),
      served,
      servedBefore
    },
    facts: factsOf({ neurons }),
    weights,
    holds,
    previous,
    decided: isDecided(settlement)
  }
}

/** The findings of an audit. */
export const findingsOf = ({ evidence, facts, weights, holds, previous }: Scene): ReadonlyArray<Finding> => {
  const reports = examineReports(evidence)
  const { findings } = examineWeights({ epoch: evidence.epoch, electorate: evidence.electorate, reports, facts, weights, holds, previous })
  return [...reports.findings, ...findings]
}
