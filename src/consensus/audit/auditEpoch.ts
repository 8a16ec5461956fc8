/** Audits one epoch of a subnet from the chain and from the reports that validators serve. Needs no key, and a node that still has the epoch's state. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Emission } from "../../domain/Emission.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import { type AxonTarget, type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { type BlockReference, Chain, isForgotten } from "../../layers/chain/Chain.ts"
import { rosterOfEpoch } from "../../layers/roster/committedRoster.ts"
import { Rosters } from "../../layers/roster/Rosters.ts"
import { electorateAt } from "../../layers/subnet/electorate.ts"
import { pastEpoch } from "../../layers/subnet/pastEpoch.ts"
import { Subnet } from "../../layers/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../layers/subnet/scoreCommitments.ts"
import type { WeightRules } from "../../layers/subnet/weights.ts"
import { revealPeriodAt, unrevealedAt, weightsAt } from "../../layers/subnet/weightsOnChain.ts"
import { type EpochBlocks, epochBlocksOf } from "../rules/epochBlocks.ts"
import { examineReports, needsReportBefore, type ReportEvidence } from "./examineReports.ts"
import { examineWeights, type FoundWeights, type WeightEvidence, type WeightFacts } from "./examineWeights.ts"
import type { Finding } from "./findings.ts"
import { gatherReports, giversOf } from "./gatherReports.ts"

/** Reports of the epoch are still being opened and counted. */
class EpochNotSettled extends Schema.TaggedError<EpochNotSettled>()("EpochNotSettled", {
  epoch: Schema.Number,
  settling: Schema.Number,
  head: Schema.Number
}) {
  override get message() {
    return `epoch ${this.epoch} can be audited from block ${this.settling} on, when its reports are counted; the chain is at block ${this.head}`
  }
}

/** The node has pruned the state of the epoch. */
class EpochPruned extends Schema.TaggedError<EpochPruned>()("EpochPruned", { epoch: Schema.Number, endpoint: Schema.String }) {
  override get message() {
    return `${this.endpoint} has pruned blocks that tell of epoch ${this.epoch}: give --endpoint the address of an archive node`
  }
}

/** The hotkey was no voter. */
class NotAVoter extends Schema.TaggedError<NotAVoter>()("NotAVoter", { epoch: Schema.Number, hotkey: Schema.String }) {
  override get message() {
    return `${this.hotkey} was no active validator with a permit when epoch ${this.epoch} began, so its report could not count`
  }
}

/** The subnet at an epoch's block E + D2, and the roster's pools. */
export interface BlendedAt {
  readonly epoch: Epoch
  readonly metagraph: Metagraph
  readonly rules: WeightRules
  readonly emission: Emission
}

/** The text says what there is to give so that weights can be compared. */
interface Unknown {
  readonly missing: string
}

export interface AuditRequest<E, R> {
  readonly epoch: number
  /** Only what concerns this validator is reported, and what concerns the whole epoch. */
  readonly validator: AccountAddress | undefined
  /** How weights follow from the rewards for contributions, which depends on the other pools. */
  readonly blending: (at: BlendedAt) => Effect.Effect<WeightFacts["weightsOf"] | Unknown, E, R>
}

const at = (number: number) =>
  Effect.flatMap(Chain, ({ hashOf }) => Effect.map(hashOf(number), (hash): BlockReference => ({ number, hash })))

/** The last block of an epoch; where it is not over, the newest final block. */
const endOf = Effect.fn("endOf")(function* (epoch: number, head: BlockReference, current: Epoch) {
  if (epoch >= current.index) return head
  const { firstBlock } = yield* pastEpoch(epoch + 1, head)
  return yield* at(firstBlock - 1)
})

/** Where reports may be had: the axons of the epoch's voters, and those that validators publish today. */
const targetsOf = ({ voters }: Electorate, { neurons }: Metagraph): ReadonlyArray<AxonTarget> =>
  [...voters, ...neurons.filter(({ validatorPermit }) => validatorPermit)].flatMap(({ hotkey, axon }) =>
    axon === null ? [] : [{ ...axon, hotkey }]
  )

interface Times {
  readonly epoch: Epoch
  readonly blocks: EpochBlocks
  readonly head: BlockReference
  /** The epoch that the chain is in. */
  readonly current: Epoch
  readonly settling: BlockReference
  readonly end: BlockReference
}

/** The voters' weights for the epoch, as the chain has them at its end, or once they are revealed. */
const foundWeights = Effect.fn("foundWeights")(function* ({ epoch, blocks, head, current, settling, end }: Times, electorate: Electorate) {
  const subnet = yield* Subnet
  const [{ commitReveal }, metagraph] = yield* Effect.all([subnet.weightRules(settling), subnet.metagraph(end)], { concurrency: 2 })
  const setters = electorate.voters.flatMap(({ hotkey }) => {
    const neuron = neuronOf(metagraph, hotkey)
    return neuron === undefined || neuron.lastUpdate < blocks.settling ? [] : [neuron]
  })
  const revealed = commitReveal ? epoch.index + (yield* revealPeriodAt(settling)) : epoch.index
  const none: ReadonlyMap<AccountAddress, FoundWeights> = new Map(setters.map(({ hotkey }) => [hotkey, { _tag: "NotRevealed" }]))
  if (revealed > current.index) return none
  const shown = yield* endOf(revealed, head, current)
  const unrevealed = commitReveal ? yield* unrevealedAt(shown, epoch.index) : new Set<AccountAddress>()
  const weights = yield* weightsAt(
    shown,
    setters.map(({ uid }) => uid)
  )
  const found: ReadonlyMap<AccountAddress, FoundWeights> = new Map(
    setters.map(({ hotkey, uid }): readonly [AccountAddress, FoundWeights] => {
      if (unrevealed.has(hotkey)) return [hotkey, { _tag: "NotRevealed" }]
      const entries = weights.get(uid) ?? []
      return [hotkey, { _tag: "Weights", uids: entries.map(([to]) => to), values: entries.map(([, value]) => value) }]
    })
  )
  return found
})

/** What weights follow from besides reports; or what there is to give so that it is known. */
const factsOf = Effect.fn("factsOf")(function* <E extends { readonly _tag: string }, R>(
  { epoch, settling }: Times,
  inForce: string | null,
  blending: AuditRequest<E, R>["blending"]
) {
  const [subnet, rosters] = yield* Effect.all([Subnet, Rosters])
  const [metagraph, rules] = yield* Effect.all([subnet.metagraph(settling), subnet.weightRules(settling)], { concurrency: 2 })
  const { emission, sha256 } = yield* rosters.at({ firstBlock: epoch.firstBlock, tempo: rules.tempo, head: settling })
  const known = (facts: WeightEvidence["facts"]) => facts
  if (inForce !== null && inForce !== sha256)
    return known({
      missing: `the roster in force has the hash ${inForce}, and the one here ${sha256}: give the one in force with --roster`
    })
  const weightsOf = yield* blending({ epoch, metagraph, rules, emission })
  return known("missing" in weightsOf ? weightsOf : { metagraph, weightsOf })
})

const concerns = (hotkey: AccountAddress | undefined) => (one: Finding) =>
  hotkey === undefined || one.validator === null || one.validator === hotkey || one.giver === hotkey

const audited = Effect.fn("auditEpoch")(function* <E extends { readonly _tag: string }, R>({
  epoch: index,
  validator,
  blending
}: AuditRequest<E, R>) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const head = yield* chain.finalisedHead
  const epoch = yield* pastEpoch(index, head)
  const first = yield* at(epoch.firstBlock)
  const { tempo } = yield* subnet.weightRules(first)
  const blocks = epochBlocksOf(epoch.firstBlock, tempo)
  if (head.number < blocks.settling) return yield* new EpochNotSettled({ epoch: index, settling: blocks.settling, head: head.number })
  const current = yield* subnet.epochAt(head)
  const [electorate, opening, settling, end] = yield* Effect.all([
    electorateAt(first),
    at(blocks.opening),
    at(blocks.settling),
    endOf(index, head, current)
  ])
  const hotkeys = electorate.voters.map(({ hotkey }) => hotkey)
  if (validator !== undefined && !hotkeys.includes(validator)) return yield* new NotAVoter({ epoch: index, hotkey: validator })
  const committedAt = (block: BlockReference) => scoreCommitmentsAt(block, hotkeys)
  const [before, atOpening, atEnd, today, { committed }] = yield* Effect.all(
    [committedAt(first), committedAt(opening), committedAt(end), subnet.metagraph(head), rosterOfEpoch(epoch.firstBlock, head)],
    { concurrency: "unbounded" }
  )
  const givers = yield* giversOf(targetsOf(electorate, today))
  const evidence: Omit<ReportEvidence, "servedBefore"> = {
    genesis: chain.genesisHash,
    netuid: subnet.netuid,
    epoch,
    electorate,
    committedRoster: committed?.sha256,
    before,
    atOpening,
    atEnd,
    served: yield* gatherReports(givers, index, hotkeys, validator)
  }
  const unclear = hotkeys.filter((hotkey) => needsReportBefore(hotkey, evidence))
  const reports = examineReports({ ...evidence, servedBefore: yield* gatherReports(givers, index - 1, unclear, validator) })
  const times = { epoch, blocks, head, current, settling, end }
  const [weights, facts] = yield* Effect.all([foundWeights(times, electorate), factsOf(times, reports.roster, blending)])
  const { settlement, expected, findings } = examineWeights({ epoch, electorate, reports, facts, weights })
  return {
    format: "gittensor/audit/v1",
    genesis: chain.genesisHash,
    netuid: subnet.netuid,
    epoch: index,
    block: epoch.firstBlock,
    opening: blocks.opening,
    settling: blocks.settling,
    /** The last block of the epoch, or the newest final block while the epoch lasts. */
    end: end.number,
    roster: { sha256: reports.roster, committed: committed ?? null },
    quorum: settlement.quorum,
    totalStake: settlement.voters.reduce((sum, { stake }) => sum + stake, 0n),
    reportingStake: settlement.voters.reduce((sum, { stake, report }) => (report === null ? sum : sum + stake), 0n),
    reports: settlement.voters.map(({ hotkey, stake, report }) => ({
      hotkey,
      stake,
      /** The hash of the report that was counted. */
      report,
      givers: report === null ? [] : (reports.voters.find((voter) => voter.hotkey === hotkey)?.givers ?? [])
    })),
    aggregate: settlement.values,
    /** What validators should have set, in the chain's parts of 65,535; null where none follow or it is not known. */
    weights: expected,
    findings: [...reports.findings, ...findings].filter(concerns(validator))
  } as const
})

/** Audits an epoch. What is missing or unknown is a finding too; it fails only where nothing can be said. */
export const auditEpoch = <E extends { readonly _tag: string }, R>(request: AuditRequest<E, R>) =>
  Effect.flatMap(Chain, ({ endpoint }) =>
    Effect.mapError(audited(request), (error) => (isForgotten(error) ? new EpochPruned({ epoch: request.epoch, endpoint }) : error))
  )

export type EpochAudit = Effect.Effect.Success<ReturnType<typeof audited>>
