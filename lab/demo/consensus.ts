/**
 * Aggregates the validators' reports of each epoch from public data (the chain and the axons), and narrates whether the weights on chain follow from
 * the reports.
 */
import { Array as Arrays, Effect, Ref, Schema, Stream } from "effect"
import { rewardsOfChampions } from "../../src/consensus/rewardsOfChampions.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { committedHash } from "../../src/domain/CommitmentSlot.ts"
import type { Epoch } from "../../src/domain/Epoch.ts"
import { Equivocation } from "../../src/domain/Equivocation.ts"
import { type Metagraph, type Neuron, neuronOf } from "../../src/domain/Metagraph.ts"
import { reportHash, reportStatement, signedReport } from "../../src/domain/Report.ts"
import type { RosterDocument } from "../../src/domain/Roster.ts"
import { isDecided, type Settlement } from "../../src/domain/Settlement.ts"
import { toU16 } from "../../src/domain/toU16.ts"
import * as PeerReports from "../../src/layers/chain/axon/reports/PeerReports.ts"
import { type BlockReference, Chain } from "../../src/layers/chain/node/Chain.ts"
import { unsignedRosterOf } from "../../src/layers/chain/roster/Roster.ts"
import { electorateAt } from "../../src/layers/chain/subnet/electorate.ts"
import { Subnet } from "../../src/layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../src/layers/chain/subnet/scoreCommitments.ts"
import { weightsAt } from "../../src/layers/chain/subnet/weightsOnChain.ts"
import { refusalOf } from "../../src/rules/consensus/admission.ts"
import { type EpochBlocks, epochBlocksOf } from "../../src/rules/consensus/epochBlocks.ts"
import { settlementOf } from "../../src/rules/consensus/settlementOf.ts"
import { agreedShares } from "../../src/rules/contributions/rewards.ts"
import { blend } from "../../src/rules/weights/blend.ts"
import { scored } from "../../src/rules/weights/rewards.ts"
import { treasuryReward } from "../../src/rules/weights/treasuryReward.ts"
import { Cast } from "./Cast.ts"
import type { BlockOfEvents } from "./feed.ts"
import { Narrator } from "./Narrator.ts"
import { TEMPO } from "./settings.ts"
import { validatorsIn, weightsLine } from "./weights.ts"
import { joinNames } from "./weightsText.ts"

export interface ConsensusOptions {
  readonly treasuryHotkey: AccountAddress
  readonly roster: RosterDocument
}

/** An epoch whose commitments are final. */
interface OpenedEpoch {
  readonly epoch: Epoch
  readonly blocks: EpochBlocks
  /** The committed hash of each validator's report, by hotkey. */
  readonly committed: ReadonlyMap<AccountAddress, string>
}

type Weights = ReadonlyArray<readonly [uid: number, value: number]>

const committedAt = Effect.fn("demo.committedAt")(function* (block: BlockReference, epoch: Epoch, hotkeys: ReadonlyArray<AccountAddress>) {
  const found = yield* scoreCommitmentsAt(block, hotkeys)
  return new Map(
    [...found].flatMap(([hotkey, scores]) => {
      const sha256 = committedHash(scores, epoch.index)
      return sha256 === null ? [] : [[hotkey, sha256] as const]
    })
  )
})

/** The reports that count, from their authors' axons. */
const reportsOf = Effect.fn("demo.reportsOf")(function* ({ epoch, committed }: OpenedEpoch, roster: string, metagraph: Metagraph) {
  const [{ genesisHash: genesis }, { netuid }, peers] = yield* Effect.all([Chain, Subnet, PeerReports.PeerReports])
  const found = yield* Effect.forEach(
    committed,
    ([hotkey, sha256]) => {
      const axon = neuronOf(metagraph, hotkey)?.axon ?? null
      if (axon === null) return Effect.succeedNone
      return peers.report({ ...axon, hotkey }, epoch.index).pipe(
        Effect.flatMap(Schema.decode(signedReport.Text)),
        Effect.filterOrFail(
          ({ body }) =>
            body.roster === roster && refusalOf(body, reportHash(body), { genesis, netuid, epoch, hotkey, committed: sha256 }) === undefined
        ),
        Effect.map(({ body }) => [hotkey, body] as const),
        Effect.option
      )
    },
    { concurrency: "unbounded" }
  )
  return new Map(Arrays.getSomes(found))
})

const Evidence = Schema.parseJson(Schema.Struct({ equivocations: Schema.Array(Equivocation) }))

/** The validators that signed two different reports of an epoch, by the proofs that these axons serve. */
const equivocatorsIn = Effect.fn("demo.equivocatorsIn")(function* ({ index }: Epoch, validators: ReadonlyArray<Neuron>) {
  const [{ genesisHash: genesis }, { netuid }, peers] = yield* Effect.all([Chain, Subnet, PeerReports.PeerReports])
  const shown = yield* Effect.forEach(
    validators,
    ({ hotkey, axon }) =>
      axon === null
        ? Effect.succeed([])
        : peers.evidence({ ...axon, hotkey }, index).pipe(
            Effect.flatMap(Schema.decode(Evidence)),
            Effect.map(({ equivocations }) => equivocations),
            Effect.orElseSucceed(() => [])
          ),
    { concurrency: "unbounded" }
  )
  const ofEpoch = shown.flat().filter(({ signer, lines }) => {
    const stated = reportStatement({ genesis, netuid, epoch: index, validator: signer })
    return lines.join("\n") === stated.lines.join("\n")
  })
  return [...new Set(ofEpoch.map(({ signer }) => signer))]
})

/** The weights that follow from a settlement; undefined if there are none. */
const weightsFrom = Effect.fn("demo.weightsFrom")(function* (
  settlement: Settlement,
  epoch: Epoch,
  metagraph: Metagraph,
  { treasuryHotkey, roster }: ConsensusOptions
) {
  if (!isDecided(settlement)) return undefined
  const { emission, repositories } = unsignedRosterOf(roster)
  const pools = {
    oss_contributions: scored(agreedShares(settlement, repositories, metagraph)),
    issue_competitions: treasuryReward(metagraph, treasuryHotkey),
    champions: scored(yield* rewardsOfChampions(epoch, metagraph, emission))
  }
  const { uids, values } = toU16(blend(pools, emission))
  return uids.map((uid, index): Weights[number] => [uid, values[index] ?? 0])
})

const areSameWeights = (left: Weights, right: Weights): boolean => JSON.stringify(left) === JSON.stringify(right)

/**
 * The result of an epoch in words, and whether all validators set the weights that follow from the reports. `at`: the block of the epoch at which
 * reports are counted, or a later one.
 */
const outcomeOf = Effect.fn("demo.outcomeOf")(function* (opened: OpenedEpoch, at: BlockReference, options: ConsensusOptions) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const { epoch, blocks, committed } = opened
  const metagraph = yield* subnet.metagraph(at)
  const { sha256 } = unsignedRosterOf(options.roster)
  const reports = yield* reportsOf(opened, sha256, metagraph)
  const first: BlockReference = { number: blocks.first, hash: yield* chain.hashOf(blocks.first) }
  const { settlement } = settlementOf(epoch, sha256, yield* electorateAt(first), reports, undefined)
  const validators = yield* validatorsIn(metagraph)
  const wanted = yield* weightsFrom(settlement, epoch, metagraph, options)
  if (wanted === undefined) {
    const missing = validators.filter(({ hotkey }) => !reports.has(hotkey)).map(({ name }) => name)
    const why =
      committed.size === 0
        ? "nobody committed a report in time"
        : missing.length === 0
          ? "their reports differ"
          : `no report of ${joinNames(missing)} counts`
    return { text: `have no quorum in epoch ${epoch.index}: ${why}`, agreed: false }
  }
  const setters = validators.filter(({ lastUpdate }) => lastUpdate > blocks.settling)
  const weights = yield* weightsAt(
    at,
    setters.map(({ uid }) => uid)
  )
  const set = setters.map(({ name, uid }) => ({ name, follows: areSameWeights(weights.get(uid) ?? [], wanted) }))
  const follow = set.filter(({ follows }) => follows).map(({ name }) => name)
  const others = set.filter(({ follows }) => !follows).map(({ name }) => name)
  const idle = validators.filter(({ name }) => !set.some((one) => one.name === name)).map(({ name }) => name)
  const text = yield* weightsLine(wanted, metagraph, options.treasuryHotkey)
  const names = yield* Effect.flatMap(Cast, (cast) => cast.names)
  const cheats = (yield* equivocatorsIn(epoch, validators)).map((hotkey) => names.get(hotkey) ?? hotkey)
  const agreed = follow.length === validators.length
  const parts = [
    `agree on epoch ${epoch.index} by ${reports.size} reports: ${text}`,
    ...(agreed ? ["their weights on the chain are equal"] : follow.length > 0 ? [`${joinNames(follow)} set these weights`] : []),
    ...(cheats.length > 0 ? [`${joinNames(cheats)} signed two different reports, and neither counts`] : []),
    ...(others.length > 0 ? [`${joinNames(others)} set others`] : []),
    ...(idle.length > 0 ? [`${joinNames(idle)} set none after block ${blocks.settling}`] : [])
  ]
  return { text: parts.join("; "), agreed }
})

/**
 * Narrates the first epoch, and each later one whose result differs from the one before. Returns how many epochs ended with all validators' weights
 * following from their reports.
 */
export const narrateConsensus = (blocks: Stream.Stream<BlockOfEvents>, options: ConsensusOptions) =>
  Effect.gen(function* () {
    const [subnet, narrator, agreed] = yield* Effect.all([Subnet, Narrator, Ref.make(0)])
    const watched = yield* Ref.make<OpenedEpoch | undefined>(undefined)
    const before = yield* Ref.make<BlockReference | undefined>(undefined)
    const lastSaid = yield* Ref.make(new Map<string, string>())

    const say = (kind: string, epoch: Epoch, text: string, at: BlockReference) =>
      Effect.gen(function* () {
        const plain = text.replace(`epoch ${epoch.index}`, "")
        const said = yield* Ref.getAndUpdate(lastSaid, (all) => new Map(all).set(kind, plain))
        if (said.get(kind) !== plain) yield* narrator.step({ actor: "validators", text, at })
      })

    const onOpening = (epoch: Epoch, at: BlockReference) =>
      Effect.gen(function* () {
        const validators = yield* validatorsIn(yield* subnet.metagraph(at))
        const hotkeys = validators.map(({ hotkey }) => hotkey)
        const committed = yield* committedAt(at, epoch, hotkeys)
        yield* Ref.set(watched, { epoch, blocks: epochBlocksOf(epoch.firstBlock, TEMPO), committed })
        const names = validators.filter(({ hotkey }) => committed.has(hotkey)).map(({ name }) => name)
        if (names.length > 0)
          yield* say(
            "opening",
            epoch,
            `${joinNames(names)} committed the hash of a report of epoch ${epoch.index}; now reports are opened`,
            at
          )
      })

    const conclude = (opened: OpenedEpoch, at: BlockReference) =>
      Effect.gen(function* () {
        yield* Ref.set(watched, undefined)
        // Silent before the first reports, because the validators have just started.
        if (opened.committed.size === 0 && (yield* Ref.get(lastSaid)).size === 0) return
        const outcome = yield* outcomeOf(opened, at, options)
        if (outcome.agreed) yield* Ref.update(agreed, (count) => count + 1)
        yield* say("outcome", opened.epoch, outcome.text, at)
      })

    const haveAllSet = (at: BlockReference, settling: number) =>
      Effect.map(Effect.flatMap(subnet.metagraph(at), validatorsIn), (all) => all.every(({ lastUpdate }) => lastUpdate > settling))

    const on = (block: BlockReference) =>
      Effect.gen(function* () {
        const epoch = yield* subnet.epochAt(block)
        const [opened, last] = [yield* Ref.get(watched), yield* Ref.getAndSet(before, block)]
        if (opened !== undefined && opened.epoch.index !== epoch.index) yield* conclude(opened, last ?? block)
        else if (opened !== undefined && block.number > opened.blocks.settling && (yield* haveAllSet(block, opened.blocks.settling)))
          yield* conclude(opened, block)
        if (block.number === epochBlocksOf(epoch.firstBlock, TEMPO).opening) yield* onOpening(epoch, block)
      }).pipe(Effect.catchAll((error) => Effect.logWarning("could not follow the reports", error.message)))

    yield* blocks.pipe(
      Stream.runForEach(({ block }) => on(block)),
      Effect.provide(PeerReports.layer),
      Effect.forkScoped
    )
    return Ref.get(agreed)
  })
