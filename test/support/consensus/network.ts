/**
 * Validators that agree on scores, without a chain and without sockets: each runs the real consensus step with its own files and the real routes. The
 * test chooses the chain's answers and which validators reach each other.
 */
import * as HttpApp from "@effect/platform/HttpApp"
import { Context, Effect, Either, Exit, Layer, Logger, Scope } from "effect"
import { layerTakingPart } from "../../../src/consensus/WeightMode.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { type CommittedScores, withText } from "../../../src/domain/CommitmentSlot.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { AxonTarget } from "../../../src/domain/Metagraph.ts"
import { REPORT_FORMAT, type Report } from "../../../src/domain/Report.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import * as OpenEpoch from "../../../src/layers/chain/axon/reports/OpenEpoch.ts"
import {
  evidencePath,
  openingsPath,
  PeerReports,
  ReportNotFetched,
  reportPath,
  settlementPath
} from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { reportRoutes } from "../../../src/layers/chain/axon/reports/reportRoutes.ts"
import { type BlockReference, Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import * as Challenges from "../../../src/layers/storage/dataFolder/Challenges.ts"
import * as Divergences from "../../../src/layers/storage/dataFolder/Divergences.ts"
import * as Equivocations from "../../../src/layers/storage/dataFolder/Equivocations.ts"
import type { Result } from "../../../src/layers/storage/dataFolder/failure.ts"
import * as Openings from "../../../src/layers/storage/dataFolder/Openings.ts"
import * as PeerArchive from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import * as Reports from "../../../src/layers/storage/dataFolder/Reports.ts"
import * as Settlements from "../../../src/layers/storage/dataFolder/Settlements.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as Consensus from "../../../src/roles/validator/loops/consensus.ts"
import { Sender } from "../../../src/roles/validator/Sender.ts"
import { ContributionScoring } from "../../../src/scoring/oss_contributions/ContributionScoring.ts"
import { Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { folder } from "../folder.ts"
import { genesisHash, silentChain } from "../github/silentChain.ts"
import { parityRoster } from "../roster/parity.ts"
import { hotkey } from "../rules/world.ts"
import { minersBehind, minersWith, recordsBehind, retention, rooted } from "../validator/reports.ts"
import { placesBehind } from "./placesBehind.ts"
import { pullRequests, REPOSITORY } from "./pullRequests.ts"

const NETUID = 74
/** With this tempo, reports open 10 blocks after the epoch's first block (D1), are seen by block 15, and are counted 20 blocks after it (D2). */
export const TEMPO = 36
export const OPENING = 10
export const SEEING = 15
export const SETTLING = 20

/** A validator of the network. Honest ones run; of others there is only what the test serves and commits. */
export interface Member {
  readonly key: KeyPair
  readonly stake: bigint
  readonly port: number
}

/** `stakes` in rao; the first member has port 1. */
const membersOf = (stakes: ReadonlyArray<number>): ReadonlyArray<Member> =>
  stakes.map((stake, index) => ({ key: fromSeed(new Uint8Array(32).fill(index + 1)), stake: BigInt(stake), port: index + 1 }))

/** An axon's response; undefined: none. */
type Axon = (path: string, asker: AccountAddress) => Effect.Effect<string | undefined>

interface Written {
  readonly block: number
  readonly hotkey: AccountAddress
  readonly scores: CommittedScores
}

/** UID 0 recycles, the next UIDs are miners, and validators follow. */
const MINERS = 10

/** Millionths of a point by UID; null: not measured. */
export type Values = ReadonlyMap<number, number | null>

const minersOf = (values: Values): Report["miners"] =>
  minersWith(
    [...values]
      .toSorted(([left], [right]) => left - right)
      .flatMap(([uid, value]) => (value === 0 || uid === 0 ? [] : [{ uid, hotkey: hotkey(uid), value }]))
  )

/** A report of these values, or of what these records come to. */
export const reportOf = (
  validator: AccountAddress,
  epoch: number,
  values: Values,
  roster: string,
  records?: ReadonlyArray<ScoredRecord>
): Report => ({
  format: REPORT_FORMAT,
  netuid: NETUID,
  genesis: genesisHash,
  epoch,
  block: epoch * TEMPO,
  roster,
  // Another release than the judges', of the same edition of the rules.
  program: "9.9.9",
  validator,
  ...rooted(records === undefined ? minersOf(values) : minersBehind(records), validator, records)
})

const numberOf = (hash: string): number => Number.parseInt(hash.slice(2), 16)
const blockOf = (number: number): BlockReference => ({ number, hash: `0x${number.toString(16)}` })

/** A network of validators with these stakes, and this many miners. */
export const makeNetwork = (stakes: ReadonlyArray<number>, minerCount = MINERS, document = parityRoster) =>
  Effect.gen(function* () {
    const members = membersOf(stakes)
    const miners = Array.from({ length: minerCount }, (_, uid) => ({ uid, hotkey: hotkey(uid) }))
    const written: Array<Written> = []
    const axons = new Map<number, Axon>()
    const unreachable = new Set<string>()
    let pruned = 0
    const discarded = (operation: string, hash: string) => {
      const reason = `4003: Client error: UnknownBlock: State already discarded for ${hash}`
      return new ChainUnavailable({ endpoint: "test", operation, reason })
    }
    let changed = { from: Number.POSITIVE_INFINITY, tempo: TEMPO }
    const roster = unsignedRosterOf(document)
    /** The roster before: validators that reach no mirror go on with it. */
    const rosterBefore = { ...roster, sha256: "0b".repeat(32) }
    const withoutMirrors = new Set<number>()
    const rosterFor = (index: number) => (withoutMirrors.has(index) ? rosterBefore : roster)

    /** The answer of `get_selective_metagraph`, in polkadot.js's form. */
    const metagraph = {
      activityCutoff: 1_000_000,
      hotkeys: [...miners.map((miner) => miner.hotkey), ...members.map(({ key }) => key.address)],
      axons: [
        ...miners.map(() => ({ block: 0, version: 0, ip: 0, port: 0, ipType: 0, protocol: 0 })),
        ...members.map(({ port }) => ({ block: 1, version: 1, ip: 0x7f000001, port, ipType: 4, protocol: 4 }))
      ],
      validatorPermit: [...miners.map(() => false), ...members.map(() => true)],
      lastUpdate: [...miners, ...members].map(() => 0),
      consensus: [...miners, ...members].map(() => 0),
      totalStake: [...miners.map(() => 0), ...members.map(({ stake }) => stake.toString())]
    }
    const answered = { call: { subnetInfoRuntimeApi: { getSelectiveMetagraph: async () => ({ toJSON: () => metagraph }) } } }
    let head = 0
    const chain = silentChain({
      finalisedHead: Effect.sync(() => blockOf(head)),
      hashOf: (block) => Effect.succeed(blockOf(block).hash),
      timeAt: (hash) => Effect.succeed(1_785_000_000_000 + numberOf(hash) * 12_000),
      // The part of polkadot.js that the electorate reads.
      readAt: (operation, hash, read) => {
        if (numberOf(hash) < pruned) return Effect.fail(discarded(operation, hash))
        const [api, full] = [answered, {}] as unknown as Parameters<typeof read>
        return Effect.promise(() => read(api, full))
      }
    })
    const commitments = ({ hash }: Pick<BlockReference, "hash">, hotkeys: ReadonlyArray<AccountAddress>) =>
      Effect.succeed(
        hotkeys.flatMap((account) => {
          const last = written.findLast((one) => one.hotkey === account && one.block <= numberOf(hash))
          if (last === undefined) return []
          return [{ account, block: last.block, fields: Either.getOrThrow(withText([], { _tag: "Scores", scores: last.scores })) }]
        })
      )
    const subnet = Layer.mock(Subnet, {
      netuid: NETUID,
      commitments,
      seedAfter: (block) => Effect.succeed(`0x${block.toString(16).padStart(64, "0")}`),
      metagraph: (at) => Effect.succeed({ netuid: NETUID, block: at.number, neurons: [] }),
      weightRules: ({ number, hash }) =>
        number < pruned
          ? Effect.fail(discarded("weightRules", hash))
          : Effect.succeed({
              tempo: number < changed.from ? TEMPO : changed.tempo,
              rateLimit: 5,
              versionKey: 0n,
              commitReveal: false,
              mechanisms: 1,
              minimumWeights: 1,
              maximumShare: 65_535
            }),
      epochAt: ({ number }) => Effect.succeed({ index: Math.floor(number / TEMPO), firstBlock: number - (number % TEMPO) })
    })

    const commit = (key: Pick<KeyPair, "address">, scores: CommittedScores) =>
      Effect.sync(() => void written.push({ block: head, hotkey: key.address, scores }))

    const peerReports = (asker: Member) => {
      const get = ({ ip, port }: AxonTarget, path: string) => {
        const failed = new ReportNotFetched({ ip, port, reason: "unreachable" })
        if (unreachable.has(`${asker.port} ${port}`)) return Effect.fail(failed)
        const answer = axons.get(port)?.(path, asker.key.address)
        return Effect.flatMap(answer ?? Effect.succeed(undefined), (text) =>
          text === undefined ? Effect.fail(failed) : Effect.succeed(text)
        )
      }
      return Layer.mock(PeerReports, {
        report: (from, epoch, of) => get(from, reportPath(epoch, of)),
        openings: (from, epoch, of) => get(from, openingsPath(epoch, of)),
        evidence: (from, epoch) => get(from, evidencePath(epoch)),
        settlement: (from, epoch) => get(from, settlementPath(epoch))
      })
    }

    /** Starts a validator on a folder, as a process would. `close` ends it, even in the middle of a step. */
    const startOn = (member: Member, path: string) =>
      Effect.gen(function* () {
        const { key, port } = member
        const scope = yield* Scope.make()
        const consensusLayer = Layer.mergeAll(
          OpenEpoch.layer,
          peerReports(member),
          PeerArchive.layer(`${path}/peers`, retention.reports),
          Challenges.layer(`${path}/challenges`, retention.reports),
          Openings.layer(`${path}/openings`, retention.reports),
          Equivocations.layer(`${path}/equivocations`, retention.reports),
          Settlements.layer(`${path}/settlements`, retention.reports),
          Divergences.layer(`${path}/divergence`)
        )
        const sender = Layer.mock(Sender, {
          commitScores: (scores) => {
            const last = written.findLast((one) => one.hotkey === key.address)
            return JSON.stringify(last?.scores) === JSON.stringify(scores) ? Effect.void : commit(key, scores)
          }
        })
        const scoring = Layer.succeed(ContributionScoring, {
          _tag: "ScoringEnabled",
          program: "1.0.0",
          // Only other validators' records are scored.
          services: yield* Layer.buildWithScope(pullRequests, scope)
        })
        const layer = layerTakingPart({ sets: true, rescoredRecords: 2 }).pipe(
          Layer.provideMerge(consensusLayer),
          Layer.provideMerge(
            Layer.mergeAll(
              Reports.layer(`${path}/scores`, key, retention),
              Concerns.layer,
              Layer.mock(Rosters, {
                at: () => Effect.sync(() => rosterFor(port - 1)),
                inForce: () => Effect.succeed(roster.sha256),
                named: (sha256) => Effect.succeed([roster, rosterBefore].find((one) => one.sha256 === sha256))
              }),
              Layer.succeed(Chain, chain),
              subnet,
              sender,
              scoring,
              // Reports are archived before the step looks for them. Without one, measuring never ends.
              Layer.mock(GitHubAccounts, { linkedAt: () => Effect.never }),
              Logger.replace(Logger.defaultLogger, Logger.none)
            )
          )
        )
        const context = yield* Layer.buildWithScope(layer, scope)
        const step = yield* Effect.flatten(Consensus.make(key)).pipe(Effect.provide(context), Scope.extend(scope), Effect.orDie)
        const handler = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(
          Effect.provide(yield* Effect.provide(reportRoutes(key.address), context), context)
        )
        axons.set(port, (requested) =>
          Effect.promise(async () => {
            const response = await handler(new Request(`http://axon${requested}`))
            return response.status === 200 ? await response.text() : undefined
          })
        )
        const [reports, settlements, concerns] = [
          Context.get(context, Reports.Reports),
          Context.get(context, Settlements.Settlements),
          Context.get(context, Concerns.Concerns)
        ]
        return {
          key,
          step: Effect.suspend(() => Effect.provide(step(blockOf(head)), context)),
          /** `lacking`: UIDs of which it could not read all. */
          measures: (epoch: number, values: Values, records?: ReadonlyArray<ScoredRecord>, lacking: ReadonlyArray<number> = []) =>
            Effect.flatMap(Settlements.newestSettlement(epoch - 1), (settlement) =>
              reports.keep(
                { ...reportOf(key.address, epoch, values, rosterFor(port - 1).sha256, records), settlement },
                {
                  records: records ?? recordsBehind(minersOf(values)),
                  kept: lacking.map((uid) => ({ uid, hotkey: hotkey(uid), repository: REPOSITORY, measuredIn: null, why: "no answer" })),
                  miners: miners.slice(1).map((miner) => ({
                    ...miner,
                    account: String(miner.uid),
                    repositories: placesBehind(records ?? [], miner.uid, 1)
                  }))
                }
              )
            ).pipe(Effect.provideService(Settlements.Settlements, settlements)),
          /** Its findings on others for an epoch. */
          findings: (epoch: number) => Effect.map(Context.get(context, Challenges.Challenges).of(epoch), (found) => [...found.values()]),
          settlement: (epoch: number): Result<Settlement | undefined> => settlements.read(epoch),
          concerns: concerns.all,
          divergence: Effect.map(Context.get(context, Divergences.Divergences).current, (kept) => kept?.window),
          close: Effect.zipRight(
            Effect.sync(() => axons.delete(port)),
            Scope.close(scope, Exit.void)
          )
        }
      })

    return {
      members,
      roster: roster.sha256,
      rosterBefore: rosterBefore.sha256,
      /** The indexes of members that reach no mirror, so that they score by the roster before. */
      withoutMirrors,
      axons,
      commit,
      /** Commits these members to have the reports that another one committed to have. */
      seeLike: (index: number, others: ReadonlyArray<number>) =>
        Effect.forEach(others, (other) => {
          const last = (one: number) => written.findLast(({ hotkey: writer }) => writer === members[one]?.key.address)?.scores
          const [key, scores, seen] = [members[other]?.key, last(other), last(index)?.seen]
          return key === undefined || scores === undefined || seen === undefined
            ? Effect.dieMessage(`member ${index} or ${other} has not committed`)
            : commit(key, { ...scores, seen })
        }),
      /** Starts the member with this index on a folder, by default a new one. */
      start: (index: number, path?: string) =>
        Effect.flatMap(path === undefined ? folder : Effect.succeed(path), (found) => {
          const member = members[index]
          return member === undefined ? Effect.dieMessage(`there is no member ${index}`) : startOn(member, found)
        }),
      at: (block: number) =>
        Effect.sync(() => {
          head = block
        }),
      /** Cuts the connections between two groups of ports, in both directions. */
      cut: (left: ReadonlyArray<number>, right: ReadonlyArray<number>) =>
        Effect.sync(() => {
          for (const one of left)
            for (const other of right) {
              unreachable.add(`${one} ${other}`)
              unreachable.add(`${other} ${one}`)
            }
        }),
      /** Prunes the chain's state before a block. */
      prune: (before: number) =>
        Effect.sync(() => {
          pruned = before
        }),
      /** Sets another tempo from a block on. */
      changeTempo: (from: number, tempo: number) =>
        Effect.sync(() => {
          changed = { from, tempo }
        }),
      heal: Effect.sync(() => unreachable.clear())
    }
  })

export type Network = Effect.Effect.Success<ReturnType<typeof makeNetwork>>
export type Running = Effect.Effect.Success<ReturnType<Network["start"]>>
