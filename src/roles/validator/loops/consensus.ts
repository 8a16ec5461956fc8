/**
 * The consensus loop's step. Before block E + D1 (E: the epoch's first block), it measures the epoch and commits the report's hash. Then, measured or not,
 * it opens the report, collects the others' and commits which it has. From E + D2 on it fetches those that count and are missing, and settles once it has
 * them all. Each part can be repeated: finished parts are on disk or on chain.
 */
import { Duration, Effect, Exit, Fiber, Option, Ref, Schedule } from "effect"
import { challengeReports } from "../../../consensus/challengeReports.ts"
import { collectReports, countedReports, fetchCounted, keepOwn, seenReports } from "../../../consensus/collectReports.ts"
import { compareRecords } from "../../../consensus/compareRecords.ts"
import { gatherEvidence } from "../../../consensus/equivocations.ts"
import { settlementBefore } from "../../../consensus/pastSettlements.ts"
import { recordDivergence } from "../../../consensus/recordDivergence.ts"
import { rescoreReports } from "../../../consensus/rescoreReports.ts"
import { type TakingPart, WeightMode } from "../../../consensus/WeightMode.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type CommittedScores, committedHash, NO_REPORT } from "../../../domain/CommitmentSlot.ts"
import type { Epoch } from "../../../domain/Epoch.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { type Report, reportHash } from "../../../domain/Report.ts"
import { isDecided } from "../../../domain/Settlement.ts"
import { UID_LIMIT } from "../../../domain/UidBitmap.ts"
import { OpenEpoch } from "../../../layers/chain/axon/reports/OpenEpoch.ts"
import { type BlockReference, Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import { Roster } from "../../../layers/chain/roster/Roster.ts"
import { electorateAt } from "../../../layers/chain/subnet/electorate.ts"
import { firstBlockTime } from "../../../layers/chain/subnet/firstBlockTime.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../layers/chain/subnet/scoreCommitments.ts"
import { type TimedEpoch, timedEpochAt } from "../../../layers/chain/subnet/timedEpoch.ts"
import { resultOf } from "../../../layers/machine/effects/resultOf.ts"
import { set } from "../../../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../../../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../../../layers/storage/dataFolder/Equivocations.ts"
import { Openings } from "../../../layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../../../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../../../layers/storage/dataFolder/Reports.ts"
import { Settlements } from "../../../layers/storage/dataFolder/Settlements.ts"
import { countedOf, seenText } from "../../../rules/consensus/counted.ts"
import { epochBlocksOf } from "../../../rules/consensus/epochBlocks.ts"
import { namedSettlement, settlementOf, settlingRoster } from "../../../rules/consensus/settlementOf.ts"
import { leafRules } from "../../../rules/contributions/leafRules.ts"
import { winningBy } from "../../../rules/contributions/rewards.ts"
import { ContributionScoring } from "../../../scoring/oss_contributions/ContributionScoring.ts"
import { reportOfEpoch, rescoreBy } from "../../../scoring/oss_contributions/OssContributions.ts"
import { Rosters, type ScoredEpoch } from "../../../scoring/rosters/Rosters.ts"
import { Concerns } from "../Concerns.ts"
import { prunedText } from "../prunedText.ts"
import { Sender } from "../Sender.ts"

/** Measures the epoch, unless the archive has its report. Returns what to commit; undefined where contributions are not scored. */
const measure = Effect.fn("measureEpoch")(function* (hotkey: KeyPair, epoch: TimedEpoch, head: BlockReference) {
  const [scoring, subnet, reports, rosters] = yield* Effect.all([ContributionScoring, Subnet, Reports, Rosters])
  if (scoring._tag === "ScoringDisabled") return undefined
  const current = { ...epoch, head }
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

/** Why this validator's own report does not count; null if it does, if it need not make one, or while that is not decided (`counted`: undefined). */
const whyNotOwn = Effect.fn("whyNotOwn")(function* (
  hotkey: AccountAddress,
  { electorate, committed, collection }: Pick<Counting, "electorate" | "committed" | "collection">,
  counted?: ReadonlyMap<AccountAddress, Pick<Report, "roster">>,
  by?: string
) {
  const { index } = collection.epoch
  const isVoter = electorate.voters.some((voter) => voter.hotkey === hotkey)
  const own = counted?.get(hotkey)?.roster
  if ((own !== undefined && own === by) || !isVoter || (yield* ContributionScoring)._tag === "ScoringDisabled") return null
  const uid = electorate.neurons.find((neuron) => neuron.hotkey === hotkey)?.uid
  const doesNot = (why: string) => `this validator's own report of epoch ${index} does not count: ${why}`
  if (committedHash(committed.get(hotkey), index) === null)
    return doesNot(
      (yield* (yield* Reports).read(index)) === undefined
        ? "this validator had not finished measuring at block E + D1"
        : "its hash was not on the chain at block E + D1: measuring, or the transaction, took too long"
    )
  if ((yield* (yield* Equivocations).of(index)).has(hotkey)) return doesNot("equivocation")
  if (counted === undefined) return null
  if (uid !== undefined && uid >= UID_LIMIT)
    return doesNot(`this validator has UID ${uid}, but sets of seen reports only hold UIDs up to ${UID_LIMIT - 1}`)
  if (own !== undefined) return doesNot(`it was scored by the roster ${own}, but the epoch is settled by ${by}`)
  return doesNot(
    (yield* (yield* PeerArchive).find(index, hotkey)) === undefined
      ? "the report committed at block E + D1 is no longer stored here, and no other validator returned it"
      : "too few validators committed that they have it; it takes more than half of the stake"
  )
})

/** Counts the reports that count for all validators, and stores the result. Without one of them nothing is settled: weights are held until it is here. */
const settle = Effect.fn("settleEpoch")(function* (hotkey: AccountAddress, counting: Counting, settling: BlockReference) {
  const [settlements, concerns, rosters] = yield* Effect.all([Settlements, Concerns, Rosters])
  const { electorate, committed, collection } = counting
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
      : `epoch ${epoch.index} is not settled: ${missing.length} of ${counted.size} included reports cannot be obtained, such as that of ${missing[0]}`
  )
  if (missing.length > 0) return false
  const seenReports = yield* countedReports(epoch.index, counted.keys())
  const by = settlingRoster(yield* rosters.inForce(epoch), electorate, seenReports) ?? roster
  const reports = new Map([...seenReports].filter(([, report]) => report.roster === by))
  const named = namedSettlement(electorate, reports)
  const axons = collection.peers.flatMap(({ hotkey: peer, axon }) => (axon === null || peer === hotkey ? [] : [{ ...axon, hotkey: peer }]))
  const previous = named === null ? undefined : yield* settlementBefore(named, epoch.index, axons)
  // Who leads, where a roster gives the pool to one miner, is decided by that roster.
  const applied = yield* rosters.named(by, epoch)
  if (applied === undefined) {
    yield* concerns.report("consensus", `epoch ${epoch.index} is not settled: no source has the roster ${by}, which it is to be settled by`)
    return false
  }
  const found = settlementOf(epoch, by, electorate, reports, previous, winningBy(applied))
  if (!found.isKnown) {
    yield* concerns.report(
      "consensus",
      `epoch ${epoch.index} is not settled: too little stake measured some scores, and no source has the settlement ${named}, which holds their earlier values`
    )
    return false
  }
  const settlement = yield* settlements.keep(found.settlement)
  yield* concerns.report("own report", yield* whyNotOwn(hotkey, counting, seenReports, by))
  const reporting = settlement.voters.filter(({ report }) => report !== null).length
  yield* set("gittensor_consensus_epoch", epoch.index)
  yield* set("gittensor_consensus_reports", reporting)
  yield* set("gittensor_consensus_quorum", settlement.quorum ? 1 : 0)
  yield* concerns.report(
    "consensus",
    isDecided(settlement)
      ? null
      : settlement.quorum
        ? `no report of epoch ${epoch.index} names a miner that earned anything`
        : `epoch ${epoch.index} has no quorum: ${reporting} of ${settlement.voters.length} validators reported, and they hold less than two thirds of the stake`
  )
  yield* Effect.logInfo("epoch settled").pipe(
    Effect.annotateLogs({ epoch: epoch.index, reports: reporting, validators: settlement.voters.length, quorum: settlement.quorum })
  )
  return true
})

const retire = Effect.fn("retireOldEpochs")(function* ({ index, tempo }: TimedEpoch) {
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
    Effect.logWarning(`files of past epochs could not be deleted; the next epoch tries again: ${message}`)
  )
})

/** The most times that a validator commits in an epoch which reports it has, so that reports shown one by one do not use up the hotkey's space on the chain. */
const MOST_SEEN = 4

/** How often a step that waits for the measurement looks for the newest block. */
const LOOK_EVERY = Duration.seconds(1)

interface Measuring {
  readonly epoch: number
  readonly fiber: Fiber.Fiber<Effect.Effect.Success<ReturnType<typeof measure>>, Effect.Effect.Error<ReturnType<typeof measure>>>
}

/** After how many blocks nodes are asked again that had pruned what is counted: each is asked over a connection of its own. */
const RETRY_BLOCKS = 5

const makeStep = Effect.fn("consensusStep")(function* (hotkey: KeyPair, mode: TakingPart) {
  const services = Effect.all([Chain, Subnet, Settlements, OpenEpoch, Sender, Concerns])
  const [chain, subnet, settlements, openEpoch, sender, concerns] = yield* services
  const scope = yield* Effect.scope
  /**
   * The newest measurement, which gives what to commit: rereading report and evidence would verify both at every block. It goes on beside the steps, so
   * that a validator that measures slowly loses its own report, and not what it says of the others'.
   */
  const measuring = yield* Ref.make<Measuring | undefined>(undefined)
  const known = yield* Ref.make<{ readonly epoch: number; readonly counting: Counting } | undefined>(undefined)

  /** The last set of reports that this process committed to have. */
  const seen = yield* Ref.make({ epoch: -1, text: "", times: 0 })

  /** Before this block no node is asked again for what all had pruned. */
  const nextTry = yield* Ref.make(0)

  /** The epoch of the last step: what a node has forgotten since need not be read again. */
  const timed = yield* Ref.make<TimedEpoch | undefined>(undefined)

  /** Undefined, and a concern, where no node tells of the epoch any more. They are asked again after some blocks, because another node may answer. */
  const unlessPruned = <A, E extends { readonly _tag: string }, R>(
    epoch: Epoch,
    head: BlockReference,
    work: Effect.Effect<A, E, R>
  ): Effect.Effect<A | undefined, E, R> =>
    Effect.gen(function* () {
      if (head.number < (yield* Ref.get(nextTry))) return undefined
      return yield* work
    }).pipe(
      Effect.catchIf(isPruned, () =>
        Effect.gen(function* () {
          yield* Ref.set(nextTry, head.number + RETRY_BLOCKS)
          const why = prunedText(chain.endpoint, epoch)
          yield* concerns.report("not counted", `the reports of epoch ${epoch.index} are not counted: ${why}`)
          return undefined
        })
      )
    )

  const timedAt = Effect.fn("validator.timedEpoch")(function* (head: BlockReference) {
    const epoch = yield* subnet.epochAt(head)
    const before = yield* Ref.get(timed)
    if (before?.index === epoch.index) return before
    const found = yield* unlessPruned(epoch, head, timedEpochAt(head))
    if (found !== undefined) yield* Ref.set(timed, found)
    return found
  })

  const countingFor = Effect.fn("validator.counting")(function* (epoch: Epoch & ScoredEpoch) {
    const before = yield* Ref.get(known)
    if (before?.epoch === epoch.index) return before.counting
    const counting = yield* unlessPruned(epoch, epoch.head, chain.anywhere(countingOf(epoch, mode)))
    if (counting === undefined) return undefined
    yield* Ref.set(known, { epoch: epoch.index, counting })
    yield* concerns.report("not counted", null)
    yield* concerns.report("own report", yield* whyNotOwn(hotkey.address, counting))
    return counting
  })

  /** Measures in the background. A failed measurement begins anew, and the next epoch's ends one that goes on. */
  const measurementOf = Effect.fn("measurementOf")(function* (epoch: TimedEpoch, head: BlockReference) {
    const before = yield* Ref.get(measuring)
    const hasFailed = before !== undefined && Option.exists(yield* Fiber.poll(before.fiber), Exit.isFailure)
    if (before?.epoch === epoch.index && !hasFailed) return before.fiber
    if (before !== undefined) yield* Fiber.interruptFork(before.fiber)
    const fiber = yield* Effect.forkIn(measure(hotkey, epoch, head), scope)
    yield* Ref.set(measuring, { epoch: epoch.index, fiber })
    return fiber
  })

  /** Commits to the report, or gives way when block E + D1 is final: what is committed later counts for nobody. */
  const commit = Effect.fn("commitReport")(function* (epoch: TimedEpoch, head: BlockReference, opening: number) {
    const measured = resultOf(yield* measurementOf(epoch, head))
    const isOver = chain.finalisedHead.pipe(
      Effect.orElseSucceed(() => head),
      Effect.repeat({ schedule: Schedule.spaced(LOOK_EVERY), until: ({ number }) => number >= opening }),
      Effect.as(undefined)
    )
    const scores = yield* Effect.raceFirst(measured, isOver)
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
    const epoch = yield* timedAt(head)
    if (epoch === undefined) return
    const blocks = epochBlocksOf(epoch.firstBlock, epoch.tempo)
    yield* openEpoch.open(head.number < blocks.opening ? epoch.index - 1 : epoch.index)
    if (head.number < blocks.opening) return yield* commit(epoch, head, blocks.opening)
    if ((yield* settlements.read(epoch.index)) !== undefined) return yield* recordDivergence(hotkey, epoch.index)
    const counting = yield* countingFor({ ...epoch, head })
    if (counting === undefined) return
    const { collection, rescoring, rules } = counting
    const isLast = head.number >= blocks.settling
    yield* keepOwn(collection, hotkey.address)
    const missing = isLast ? [] : yield* collectReports(collection, hotkey.address)
    yield* gatherEvidence(collection, hotkey.address)
    yield* challengeReports(collection, hotkey.address, blocks, head, rules)
    if (!isLast) yield* compareRecords(collection, hotkey.address, rules)
    if (rescoring !== undefined) yield* rescoreReports(collection, hotkey.address, isLast, rescoring)
    if (!isLast) return yield* Effect.when(commitSeen(counting), () => missing.length === 0 || head.number >= blocks.seeing)
    const settling = { number: blocks.settling, hash: yield* chain.hashOf(blocks.settling) }
    if (!(yield* settle(hotkey.address, counting, settling))) return
    yield* retire(epoch)
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
