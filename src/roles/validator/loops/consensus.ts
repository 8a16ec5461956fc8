/**
 * The consensus loop's step. Before block E + D1 (E: the epoch's first block), it measures the epoch and commits the report's hash. Then it opens the report,
 * collects the others' and commits which it has. From E + D2 on it fetches those that count and are missing, and settles once it has them all. Each part
 * can be repeated: finished parts are on disk or on chain.
 */
import { Effect, Ref } from "effect"
import { challengeReports } from "../../../consensus/challengeReports.ts"
import { collectReports, fetchCounted, keepOwn } from "../../../consensus/collectReports.ts"
import { countedReports, seenReports } from "../../../consensus/countedReports.ts"
import { gatherEvidence } from "../../../consensus/equivocations.ts"
import { recoverSettlements } from "../../../consensus/pastSettlements.ts"
import { recordDivergence } from "../../../consensus/recordDivergence.ts"
import { rescoreReports } from "../../../consensus/rescoreReports.ts"
import { countedOf, seenText } from "../../../consensus/rules/counted.ts"
import { epochBlocksOf } from "../../../consensus/rules/epochBlocks.ts"
import { namedSettlement, settlementOf } from "../../../consensus/rules/settlementOf.ts"
import { type TakingPart, WeightMode } from "../../../consensus/WeightMode.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type CommittedScores, committedHash, NO_REPORT } from "../../../domain/CommitmentSlot.ts"
import type { Epoch } from "../../../domain/Epoch.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { reportHash } from "../../../domain/Report.ts"
import { isDecided } from "../../../domain/Settlement.ts"
import { OpenEpoch } from "../../../layers/chain/axon/reports/OpenEpoch.ts"
import { type BlockReference, Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { electorateAt } from "../../../layers/chain/subnet/electorate.ts"
import { firstBlockTime } from "../../../layers/chain/subnet/firstBlockTime.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../layers/chain/subnet/scoreCommitments.ts"
import { set } from "../../../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../../../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../../../layers/storage/dataFolder/Equivocations.ts"
import { Openings } from "../../../layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../../../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../../../layers/storage/dataFolder/Reports.ts"
import { Settlements, settlementNamed } from "../../../layers/storage/dataFolder/Settlements.ts"
import { ContributionScoring } from "../../../scoring/oss_contributions/ContributionScoring.ts"
import { reportOfEpoch } from "../../../scoring/oss_contributions/reward/getRewardsForOssContributions.ts"
import { leafRules } from "../../../scoring/oss_contributions/rules/leafRules.ts"
import { Rosters, type ScoredEpoch } from "../../../scoring/rosters/Rosters.ts"
import { Concerns } from "../Concerns.ts"
import { prunedText } from "../prunedText.ts"
import { rescoreBy } from "../rescoring.ts"
import { Sender } from "../Sender.ts"

/** Measures the epoch, unless the archive has its report. Returns what to commit; undefined where contributions are not scored. */
const measure = Effect.fn("measureEpoch")(function* (hotkey: KeyPair, epoch: Epoch, tempo: number, head: BlockReference) {
  const [scoring, subnet, reports, rosters] = yield* Effect.all([ContributionScoring, Subnet, Reports, Rosters])
  if (scoring._tag === "ScoringDisabled") return undefined
  const current = { ...epoch, tempo, head }
  const report = yield* reportOfEpoch(scoring, yield* subnet.metagraph(head), current, hotkey.address).pipe(
    Effect.provideServiceEffect(Roster, rosters.at(current))
  )
  const before = (yield* scoreCommitmentsAt(head, [hotkey.address])).get(hotkey.address)
  const archived = yield* reports.before(epoch.index)
  const previous = before?.epoch === epoch.index ? before.previous : before?.sha256
  const scores: CommittedScores = {
    epoch: epoch.index,
    sha256: reportHash(report.body),
    // The chain knows it after the folder is lost, and the folder after another program overwrote the commitment.
    previous: previous ?? (archived === undefined ? NO_REPORT : reportHash(archived.body))
  }
  return scores
})

/** Reads an epoch's electorate and commitments at finalised blocks. */
const countingOf = Effect.fn("countingOf")(function* (
  epoch: Epoch & ScoredEpoch,
  { rescoredRecords }: Pick<TakingPart, "rescoredRecords">
) {
  const [chain, subnet, rosters] = yield* Effect.all([Chain, Subnet, Rosters])
  const { first, opening } = epochBlocksOf(epoch.firstBlock, epoch.tempo)
  const roster = yield* rosters.at(epoch)
  const at = (number: number) => Effect.map(chain.hashOf(number), (hash): BlockReference => ({ number, hash }))
  const electorate = yield* Effect.flatMap(at(first), electorateAt)
  const hotkeys = electorate.voters.map(({ hotkey }) => hotkey)
  const committed = yield* Effect.flatMap(at(opening), (block) => scoreCommitmentsAt(block, hotkeys))
  const peers = electorate.voters.map(({ hotkey, axon }) => {
    return { hotkey, axon, committed: committedHash(committed.get(hotkey), epoch.index) }
  })
  const score = yield* rescoreBy(roster, Effect.provideService(firstBlockTime(first), Chain, chain))
  const rules = leafRules(roster.repositories)
  const rescoring = score === undefined || rescoredRecords === 0 ? undefined : { score, records: rescoredRecords, rules }
  return {
    electorate,
    rules,
    committed,
    rescoring,
    collection: { genesis: chain.genesisHash, netuid: subnet.netuid, epoch, roster: roster.sha256, peers }
  }
})

type Counting = Effect.Effect.Success<ReturnType<typeof countingOf>>

/** Why this validator's own report does not count; null if it does, or it made none. */
const whyNotOwn = Effect.fn("whyNotOwn")(function* (hotkey: AccountAddress, { index }: Epoch, isCounted: boolean) {
  if (isCounted || (yield* (yield* Reports).read(index)) === undefined) return null
  const [kept, proven] = yield* Effect.all([
    Effect.flatMap(PeerArchive, ({ find }) => find(index, hotkey)),
    Effect.flatMap(Equivocations, ({ of }) => of(index))
  ])
  const why = proven.has(hotkey)
    ? "equivocation"
    : kept === undefined
      ? "it is not what was committed at block E + D1"
      : "validators with more than half of the stake have not committed to have it"
  return `this validator's own report of epoch ${index} does not count: ${why}`
})

/** Counts the reports that count for all validators, and stores the result. Without one of them nothing is settled: weights are held until it is here. */
const settle = Effect.fn("settleEpoch")(function* (
  hotkey: AccountAddress,
  { electorate, committed, collection }: Counting,
  settling: BlockReference
) {
  const [settlements, concerns] = yield* Effect.all([Settlements, Concerns])
  const { epoch, roster } = collection
  const seen = yield* scoreCommitmentsAt(
    settling,
    electorate.voters.map((voter) => voter.hotkey)
  )
  const counted = countedOf(electorate, epoch.index, committed, seen)
  const missing = yield* fetchCounted(collection, counted, hotkey)
  yield* concerns.report(
    "not counted",
    missing.length === 0
      ? null
      : `epoch ${epoch.index} is not settled: ${missing.length} of ${counted.size} reports that count are not to be had, that of ${missing[0]} among them`
  )
  if (missing.length > 0) return false
  const reports = yield* countedReports(epoch.index, counted.keys())
  const named = namedSettlement(electorate, reports)
  const previous = named === null ? undefined : yield* settlementNamed(named, epoch.index - 1)
  const found = settlementOf(epoch, roster, electorate, reports, previous)
  if (!found.isKnown) {
    yield* concerns.report(
      "consensus",
      `epoch ${epoch.index} is not settled: too little stake measured some scores, and the settlement ${named} with the earlier ones is not here`
    )
    return false
  }
  const settlement = yield* settlements.keep(found.settlement)
  yield* concerns.report("own report", yield* whyNotOwn(hotkey, epoch, counted.has(hotkey)))
  const reporting = settlement.voters.filter(({ report }) => report !== null).length
  yield* set("gittensor_consensus_epoch", epoch.index)
  yield* set("gittensor_consensus_reports", reporting)
  yield* set("gittensor_consensus_quorum", settlement.quorum ? 1 : 0)
  yield* concerns.report(
    "consensus",
    isDecided(settlement)
      ? null
      : settlement.quorum
        ? `the reports of epoch ${epoch.index} name nobody who earned anything`
        : `epoch ${epoch.index} has no quorum: ${reporting} of ${settlement.voters.length} validators reported, and they hold less than two thirds of the stake`
  )
  yield* Effect.logInfo("epoch settled").pipe(
    Effect.annotateLogs({ epoch: epoch.index, reports: reporting, validators: settlement.voters.length, quorum: settlement.quorum })
  )
  return true
})

/** Deletes epochs past their retention time. */
const retire = Effect.fn("retireOldEpochs")(function* ({ index }: Epoch, tempo: number) {
  const [reports, peers, equivocations, challenges, openings, settlements] = yield* Effect.all([
    Reports,
    PeerArchive,
    Equivocations,
    Challenges,
    Openings,
    Settlements
  ])
  const retired = Effect.all([
    reports.retire(index, tempo),
    peers.retire(index, tempo),
    equivocations.retire(index, tempo),
    challenges.retire(index, tempo),
    openings.retire(index, tempo),
    settlements.retire(index, tempo)
  ])
  yield* Effect.catchAll(retired, ({ message }) =>
    Effect.logWarning(`files of past epochs were not deleted, and are tried again at the next epoch: ${message}`)
  )
})

/** The most times that a validator commits in an epoch which reports it has, so that reports shown one by one do not use up the hotkey's space on the chain. */
const MOST_SEEN = 4

/** After how many blocks nodes are asked again that had pruned what is counted: each is asked over a connection of its own. */
const RETRY_BLOCKS = 5

const makeStep = Effect.fn("consensusStep")(function* (hotkey: KeyPair, mode: TakingPart) {
  const [chain, subnet, settlements, openEpoch, sender, concerns] = yield* Effect.all([
    Chain,
    Subnet,
    Settlements,
    OpenEpoch,
    Sender,
    Concerns
  ])
  /** The commitment of this process, kept in memory: rereading report and evidence would verify both at every block. */
  const measured = yield* Ref.make<CommittedScores | undefined>(undefined)
  const known = yield* Ref.make<{ readonly epoch: number; readonly counting: Counting } | undefined>(undefined)

  /** The last set of reports that this process committed to have. */
  const seen = yield* Ref.make({ epoch: -1, text: "", times: 0 })

  /** The last epoch in which the others were asked for past settlements. */
  const recovered = yield* Ref.make(-1)

  /** Before this block no node is asked again for what all had pruned. */
  const nextTry = yield* Ref.make(0)

  /** Undefined, and a concern, where no node tells of the epoch any more. They are asked again after some blocks, because another node may answer. */
  const countingFor = (epoch: Epoch & ScoredEpoch) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(known)
      if (before?.epoch === epoch.index) return before.counting
      if (epoch.head.number < (yield* Ref.get(nextTry))) return undefined
      const counting = yield* chain.anywhere(countingOf(epoch, mode))
      yield* Ref.set(known, { epoch: epoch.index, counting })
      yield* concerns.report("not counted", null)
      return counting
    }).pipe(
      Effect.tapErrorTag("ChainUnavailable", (error) =>
        Effect.when(Ref.set(nextTry, epoch.head.number + RETRY_BLOCKS), () => isPruned(error))
      ),
      Effect.catchIf(isPruned, () =>
        Effect.as(
          concerns.report("not counted", `the reports of epoch ${epoch.index} are not counted: ${prunedText(chain.endpoint, epoch)}`),
          undefined
        )
      )
    )

  const commit = Effect.fn("commitReport")(function* (epoch: Epoch, tempo: number, head: BlockReference) {
    const before = yield* Ref.get(measured)
    const scores = before?.epoch === epoch.index ? before : yield* measure(hotkey, epoch, tempo, head)
    yield* Ref.set(measured, scores)
    // At every block, because another program may overwrite the commitment.
    if (scores !== undefined) yield* sender.commitScores(scores)
  })

  const commitSeen = Effect.fn("commitSeen")(function* ({ electorate, committed, collection }: Counting) {
    const epoch = collection.epoch.index
    if (!electorate.voters.some((voter) => voter.hotkey === hotkey.address)) return
    const text = seenText(electorate, yield* seenReports(epoch))
    const last = yield* Ref.get(seen)
    const times = last.epoch === epoch ? last.times : 0
    const chosen = times < MOST_SEEN ? text : last.text
    if (times === 0 || chosen !== last.text) yield* Ref.set(seen, { epoch, text: chosen, times: times + 1 })
    const own = committed.get(hotkey.address)
    const report = own?.epoch === epoch ? own : { epoch, sha256: NO_REPORT, previous: own?.sha256 ?? NO_REPORT }
    // At every block, because another program may overwrite the commitment.
    yield* sender.commitScores({ epoch, sha256: report.sha256, previous: report.previous, seen: chosen })
  })

  return Effect.fn("validator.consensus")(function* (head: BlockReference) {
    const [{ tempo }, epoch] = yield* Effect.all([subnet.weightRules(head), subnet.epochAt(head)], { concurrency: 2 })
    const blocks = epochBlocksOf(epoch.firstBlock, tempo)
    yield* openEpoch.open(head.number < blocks.opening ? epoch.index - 1 : epoch.index)
    if (head.number < blocks.opening) return yield* commit(epoch, tempo, head)
    if ((yield* settlements.read(epoch.index)) !== undefined) return yield* recordDivergence(hotkey, epoch.index)
    const counting = yield* countingFor({ ...epoch, tempo, head })
    if (counting === undefined) return
    const { collection, rescoring, rules } = counting
    const isLast = head.number >= blocks.settling
    yield* keepOwn(collection, hotkey.address)
    const missing = isLast ? [] : yield* collectReports(collection, hotkey.address)
    yield* gatherEvidence(collection, hotkey.address)
    yield* challengeReports(collection, hotkey.address, blocks, head, rules)
    if (rescoring !== undefined) yield* rescoreReports(collection, hotkey.address, isLast, rescoring)
    if (!isLast) return yield* Effect.when(commitSeen(counting), () => missing.length === 0 || head.number >= blocks.seeing)
    if ((yield* Ref.getAndSet(recovered, epoch.index)) < epoch.index)
      yield* recoverSettlements(epoch.index, counting.electorate.voters, hotkey.address)
    const settling = { number: blocks.settling, hash: yield* chain.hashOf(blocks.settling) }
    if (!(yield* settle(hotkey.address, counting, settling))) return
    yield* retire(epoch, tempo)
    yield* recordDivergence(hotkey, epoch.index)
  })
})

/** The step with its services; none where the validator takes no part in consensus. */
export const make = (hotkey: KeyPair) =>
  Effect.flatMap(WeightMode, (mode) => (mode._tag === "Alone" ? Effect.succeedNone : Effect.asSome(stepOf(hotkey, mode))))

const stepOf = (hotkey: KeyPair, mode: TakingPart) =>
  Effect.map(makeStep(hotkey, mode), (step) => (head: BlockReference) => Effect.provide(step(head), mode.services)).pipe(
    Effect.provide(mode.services)
  )
