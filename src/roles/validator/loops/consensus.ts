/**
 * The consensus loop's step. Before block E + D1 (E: the epoch's first block), it measures the epoch and commits the report's hash. Then it opens the report
 * and collects the others'. At E + D2 it counts all of them. Each part can be repeated: finished parts are on disk or on chain.
 */
import { Effect, Ref } from "effect"
import { challengeReports } from "../../../consensus/challengeReports.ts"
import { collectReports } from "../../../consensus/collectReports.ts"
import { countedReports } from "../../../consensus/countedReports.ts"
import { gatherEvidence } from "../../../consensus/equivocations.ts"
import { recordDivergence } from "../../../consensus/recordDivergence.ts"
import { rescoreReports } from "../../../consensus/rescoreReports.ts"
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
  const previous = yield* reports.before(epoch.index)
  const scores: CommittedScores = {
    epoch: epoch.index,
    sha256: reportHash(report.body),
    previous: previous === undefined ? NO_REPORT : reportHash(previous.body)
  }
  return scores
})

/** Reads an epoch's electorate and commitments at finalised blocks. */
const countingOf = Effect.fn("countingOf")(function* (
  epoch: Epoch & ScoredEpoch,
  { requireCommitment, rescoredRecords }: Pick<TakingPart, "requireCommitment" | "rescoredRecords">
) {
  const [chain, subnet, rosters] = yield* Effect.all([Chain, Subnet, Rosters])
  const { first, opening } = epochBlocksOf(epoch.firstBlock, epoch.tempo)
  const roster = yield* rosters.at(epoch)
  const at = (number: number) => Effect.map(chain.hashOf(number), (hash): BlockReference => ({ number, hash }))
  const electorate = yield* Effect.flatMap(at(first), electorateAt)
  const hotkeys = electorate.voters.map(({ hotkey }) => hotkey)
  const committed = yield* Effect.flatMap(at(opening), (block) => scoreCommitmentsAt(block, hotkeys))
  const peers = electorate.voters.map(({ hotkey, axon }) => {
    return { hotkey, axon, committed: requireCommitment ? committedHash(committed.get(hotkey), epoch.index) : undefined }
  })
  const score = yield* rescoreBy(roster, Effect.provideService(firstBlockTime(first), Chain, chain))
  const rescoring = score === undefined || rescoredRecords === 0 ? undefined : { score, records: rescoredRecords }
  return { electorate, rescoring, collection: { genesis: chain.genesisHash, netuid: subnet.netuid, epoch, roster: roster.sha256, peers } }
})

type Counting = Effect.Effect.Success<ReturnType<typeof countingOf>>

/** Counts the collected reports and stores the result. */
const settle = Effect.fn("settleEpoch")(function* (hotkey: AccountAddress, { electorate, collection }: Counting) {
  const [settlements, concerns] = yield* Effect.all([Settlements, Concerns])
  const { epoch, roster } = collection
  const counted = yield* countedReports(collection, hotkey)
  const named = namedSettlement(electorate, counted.reports)
  const previous = named === null ? undefined : yield* settlementNamed(named, epoch.index - 1)
  const found = settlementOf(epoch, roster, electorate, counted.reports, previous)
  if (!found.isKnown)
    return yield* concerns.report(
      "consensus",
      `epoch ${epoch.index} is not settled: too little stake measured some scores, and the settlement ${named} with the earlier ones is not here`
    )
  const settlement = yield* settlements.keep(found.settlement)
  yield* concerns.report(
    "own report",
    counted.ownRefusal === undefined ? null : `this validator's own report of epoch ${epoch.index} does not count: ${counted.ownRefusal}`
  )
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

  return Effect.fn("validator.consensus")(function* (head: BlockReference) {
    const [{ tempo }, epoch] = yield* Effect.all([subnet.weightRules(head), subnet.epochAt(head)], { concurrency: 2 })
    const blocks = epochBlocksOf(epoch.firstBlock, tempo)
    yield* openEpoch.open(head.number < blocks.opening ? epoch.index - 1 : epoch.index)
    if (head.number < blocks.opening) return yield* commit(epoch, tempo, head)
    if ((yield* settlements.read(epoch.index)) !== undefined) return yield* recordDivergence(hotkey, epoch.index)
    const counting = yield* countingFor({ ...epoch, tempo, head })
    if (counting === undefined) return
    const others = counting.collection.peers.filter((peer) => peer.hotkey !== hotkey.address)
    yield* collectReports({ ...counting.collection, peers: others })
    yield* gatherEvidence(counting.collection, hotkey.address)
    yield* challengeReports(counting.collection, hotkey.address, blocks, head)
    if (counting.rescoring !== undefined)
      yield* rescoreReports(counting.collection, hotkey.address, head.number >= blocks.settling, counting.rescoring)
    if (head.number < blocks.settling) return
    yield* settle(hotkey.address, counting)
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
