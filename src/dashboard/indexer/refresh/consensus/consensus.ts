/**
 * Audits every settled epoch and stores the findings. An epoch is audited when its reports are counted, and again at its end, because weights are set until
 * then. It is audited a few times more while a committed report is missing, no mirror has the roster, or weights are still to be revealed.
 */
import { Effect, Option, Ref, Schema } from "effect"
import { factsAt, type OtherPools } from "../../../../consensus/audit/chainEpochStates.ts"
import { holdersIn } from "../../../../consensus/audit/evidence.ts"
import { type ExaminedEpoch, examineEpoch } from "../../../../consensus/audit/examineEpoch.ts"
import { type Finding, finding } from "../../../../consensus/audit/findings.ts"
import { ChallengeFinding } from "../../../../domain/ChallengeFinding.ts"
import { committedHash } from "../../../../domain/CommitmentSlot.ts"
import type { EpochState } from "../../../../domain/EpochState.ts"
import { PeerReports } from "../../../../layers/chain/axon/reports/PeerReports.ts"
import type { BlockReference } from "../../../../layers/chain/node/Chain.ts"
import { Subnet } from "../../../../layers/chain/subnet/Subnet.ts"
import { timedEpochOrPresent } from "../../../../layers/chain/subnet/timedEpoch.ts"
import { contained } from "../../../../layers/machine/effects/contained.ts"
import { explained } from "../../../../layers/storage/database/Database.ts"
import { epochBlocksOf } from "../../../../rules/consensus/epochBlocks.ts"
import { cursor } from "../../cursor.ts"
import { readDivergences } from "./divergence.ts"
import { rowsOf } from "./rows.ts"
import { closeEpoch, dueEpochs, type EarlierAudit, knownEpoch, missingEpochs, replaceEpoch } from "./stored.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

const decodeAnswer = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ challenges: Schema.Array(Schema.Unknown) })))
const decodeFinding = Schema.decodeUnknownOption(ChallengeFinding)

/** Asks the epoch's voters for their accusations after the challenge of its reports. Each one's first claim about another voter counts, unproven. */
export const readChallenges = Effect.fn("readChallenges")(function* ({ axons, voters, epoch }: EpochState) {
  const peers = yield* PeerReports
  const hotkeys = new Set(voters.map(({ hotkey }) => hotkey))
  const ask = Effect.fn("askForChallenges")(
    function* (axon: EpochState["axons"][number]) {
      const text = yield* Effect.option(peers.evidence(axon, epoch))
      const told = Option.flatMap(text, decodeAnswer)
      const found = new Map<string, Finding>()
      for (const item of Option.match(told, { onNone: () => [], onSome: ({ challenges }) => challenges.slice(0, voters.length) }))
        for (const { epoch: of, validator, report, faults } of Option.toArray(decodeFinding(item))) {
          if (of !== epoch || !hotkeys.has(validator) || validator === axon.hotkey || found.has(validator)) continue
          const [first] = faults
          const text = `${axon.hotkey} holds against its report ${report.slice(0, 8)}… that of the records drawn ${faults.length} ${faults.length === 1 ? "was" : "were"} not shown as they must; that of draw ${first.draw} is ${first.fault}: ${first.why}`
          found.set(validator, finding("failed challenge", validator, text, { giver: axon.hotkey }))
        }
      return [...found.values()]
    },
    (asking, { hotkey }) => contained("peer", hotkey, asking, () => Effect.succeed([]))
  )
  const voices = axons.filter(({ hotkey }) => hotkeys.has(hotkey))
  return (yield* Effect.forEach(voices, ask, { concurrency: CONCURRENCY })).flat()
})

/** Epochs audited again in one pass. */
const DUE_AT_ONCE = 8

/** Time limit for one epoch. Stalling axons take a few seconds together. */
const EPOCH_TIMEOUT = "2 minutes"

/** Blocks before the second audit for a missing report or roster, then doubled each time. Ten audits take three and a half days at twelve seconds a block. */
const FIRST_PAUSE = 50
const MAX_LOOKS = 10

/** Whether no peer serves a report that was committed in time. */
const lacksReport = ({ reports }: ExaminedEpoch): boolean =>
  reports.voters.some(({ committed, signed }) => committed !== null && !signed.some(({ sha256 }) => sha256 === committed))

/** The block of the next audit; null: nothing more to learn. */
const nextLook = (examined: ExaminedEpoch, looks: number, at: number): number | null => {
  const { block, lasts, hidden, rules } = examined.facts
  const times = [
    ...(lasts ? [block + rules.tempo] : []),
    ...(hidden ? [block + rules.tempo * ((rules.revealPeriod ?? 0) + 1)] : []),
    ...(looks < MAX_LOOKS && (lacksReport(examined) || examined.comparableLater) ? [at + FIRST_PAUSE * 2 ** (looks - 1)] : [])
  ]
  return times.length === 0 ? null : Math.max(at + 1, Math.min(...times))
}

/** If no voter has a commitment, no report of the epoch can count, so no axon is asked. */
const nobodyReports = ({ epoch, voters }: EpochState): EarlierAudit["enough"] | undefined =>
  voters.some(({ atOpening }) => committedHash(atOpening ?? undefined, epoch) !== null)
    ? undefined
    : new Set(voters.map(({ hotkey }) => hotkey))

/** The epoch began before the first block of the index. */
class BeforeTheIndex extends Schema.TaggedError<BeforeTheIndex>()("BeforeTheIndex", { epoch: Schema.Number }) {}

interface Failure {
  readonly _tag: string
  readonly message: string
}

/** Audits an epoch and stores the result. */
const auditAndStore = Effect.fn("lookAtEpoch")(function* <E extends Failure, R>(
  epoch: number,
  head: BlockReference,
  firstBlock: number,
  otherPools: OtherPools<E, R>
) {
  const known = yield* explained(knownEpoch(epoch))
  const facts = yield* factsAt(epoch, head, otherPools, known?.facts)
  if (facts.block < firstBlock) return yield* new BeforeTheIndex({ epoch })
  const enough = nobodyReports(facts) ?? known?.enough
  const examined = yield* examineEpoch(
    facts,
    enough === undefined ? {} : { kept: { served: known?.served ?? [], enough, proofs: known?.proofs ?? new Map() } }
  )
  const challenges = nobodyReports(facts) === undefined ? yield* readChallenges(facts) : []
  const looks = (known?.looks ?? 0) + 1
  const holders = new Map(holdersIn(facts).neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  // Blocks may have been stored meanwhile, and stream listeners learn of this change with the next block.
  const at = Option.match(yield* explained(cursor), { onNone: () => head.number, onSome: ({ number }) => number })
  const found = { ...examined, findings: [...examined.findings, ...challenges] }
  const rows = rowsOf(found, holders, { looks, at, next: nextLook(examined, looks, at) }, known?.findings ?? [])
  yield* replaceEpoch(rows)
  return facts
})

/** The newest epoch whose reports are counted, and the block at which the next epoch's are. */
interface Newest {
  readonly epoch: number
  readonly until: number
}

const newestAt = Effect.fn("newestSettledEpoch")(function* (head: BlockReference) {
  const subnet = yield* Subnet
  const [{ index, firstBlock, ...timed }, { tempo }] = yield* Effect.all([timedEpochOrPresent(head), subnet.weightRules(head)], {
    concurrency: 2
  })
  const { settling } = epochBlocksOf(firstBlock, timed.tempo)
  const newest: Newest =
    head.number < settling ? { epoch: index - 1, until: settling } : { epoch: index, until: Math.max(firstBlock + tempo, head.number + 1) }
  return newest
})

/** Errors that mean that the chain has no data of an epoch, now or later. */
const NO_DATA_ERRORS = new Set(["EpochPruned", "NoSuchEpoch", "BeforeTheIndex"])
/** Errors that do not concern a single epoch. */
const CONCERNS_EVERY_EPOCH = new Set([
  "ChainUnavailable",
  "DatabaseUnavailable",
  "DatabaseStopped",
  "DatabaseReadOnly",
  "DatabaseFull",
  "DatabaseRefused",
  "DatabaseOlder",
  "DatabaseSchema"
])

/** Blocks until the retry of an epoch whose audit failed. */
const RETRY_AFTER = 25

/** Prepares passes. The memory between passes only saves requests: a new process starts without it. */
export const makeConsensusRefresh = <E extends Failure, R>(otherPools: OtherPools<E, R>) =>
  Effect.gen(function* () {
    const newestKnown = yield* Ref.make<Newest | undefined>(undefined)
    /** The oldest epoch that the chain may still have data of. */
    const oldest = yield* Ref.make(0)
    /** Epochs whose audit failed, with the block of their retry. */
    const postponed = new Map<number, number>()

    /** Audits one epoch. Returns whether that succeeded. Fails with errors that would affect every other epoch too. */
    const attempt = Effect.fn("attemptEpoch")(function* (epoch: number, head: BlockReference, firstBlock: number, newest: number) {
      const failed = ({ _tag, message }: Failure) =>
        Effect.gen(function* () {
          if (!NO_DATA_ERRORS.has(_tag)) {
            postponed.set(epoch, head.number + RETRY_AFTER)
            return yield* Effect.logWarning(`epoch ${epoch} cannot be audited and will be tried again: ${message}`)
          }
          yield* Effect.logDebug(`epoch ${epoch} is not audited: ${message}`)
          yield* explained(closeEpoch(epoch))
          if (epoch < newest) yield* Ref.update(oldest, (one) => Math.max(one, epoch + 1))
          else postponed.set(epoch, head.number + RETRY_AFTER)
        })
      return yield* Effect.gen(function* () {
        const facts = yield* auditAndStore(epoch, head, firstBlock, otherPools)
        if (epoch >= newest - 1) yield* readDivergences(facts)
        return true
      }).pipe(
        Effect.timeout(EPOCH_TIMEOUT),
        Effect.catchIf(
          ({ _tag }) => !CONCERNS_EVERY_EPOCH.has(_tag),
          (error) => Effect.as(failed(error), false)
        )
      )
    })

    /** Audits the newest settled epoch, those that are due, and up to `missed` of those that were missed. Returns the number of audits. */
    return Effect.fn("refreshConsensus")(function* (head: BlockReference, firstBlock: number, missed: number) {
      const before = yield* Ref.get(newestKnown)
      const newest = before !== undefined && head.number < before.until ? before : yield* newestAt(head)
      yield* Ref.set(newestKnown, newest)
      const missing = yield* explained(missingEpochs(newest.epoch, yield* Ref.get(oldest), missed + postponed.size))
      const due = yield* explained(dueEpochs(head.number, DUE_AT_ONCE + postponed.size))
      let looked = 0
      for (const epoch of new Set([...missing.filter((one) => one === newest.epoch), ...due, ...missing])) {
        if ((postponed.get(epoch) ?? 0) > head.number || (missing.includes(epoch) && epoch < (yield* Ref.get(oldest)))) continue
        postponed.delete(epoch)
        if (yield* attempt(epoch, head, firstBlock, newest.epoch)) looked += 1
      }
      return looked
    })
  })
