/** The weights loop's step: sets weights once an epoch, from its scores and in the form that the subnet requires. */
import { Effect, Option, Ref } from "effect"
import { consensusWeights } from "../../consensus/consensusWeights.ts"
import { rewardsOfChampions } from "../../consensus/rewardsOfChampions.ts"
import { epochBlocksOf } from "../../consensus/rules/epochBlocks.ts"
import { setsByConsensus, WeightMode } from "../../consensus/WeightMode.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { toU16 } from "../../domain/toU16.ts"
import { type BlockReference, Chain, isForgotten } from "../../layers/chain/Chain.ts"
import { Roster } from "../../layers/roster/Roster.ts"
import { Rosters } from "../../layers/roster/Rosters.ts"
import { Settlements } from "../../layers/store/Settlements.ts"
import { refusalOf } from "../../layers/subnet/refusals.ts"
import { Subnet } from "../../layers/subnet/Subnet.ts"
import type { SentWeights, WeightRules } from "../../layers/subnet/weights.ts"
import { getRewardsForIssueCompetitions } from "../../scoring/issue_competitions/getRewardsForIssueCompetitions.ts"
import { getRewardsForOssContributions } from "../../scoring/oss_contributions/reward/getRewardsForOssContributions.ts"
import { blend } from "../../scoring/weights/blend.ts"
import { fitting } from "../../scoring/weights/conform.ts"
import { recycledPoolsText } from "../../scoring/weights/pools.ts"
import { type Scoring, scored } from "../../scoring/weights/rewards.ts"
import { Concerns } from "../Concerns.ts"
import { prunedText } from "../prunedText.ts"
import { Sender } from "../Sender.ts"

/**
 * The version of the subnet's rules that this program implements, as a version key: 1,000 for each major version, 10 for each minor one, 1 for each
 * patch. It is sent with weights; a subnet with a higher key rejects them.
 */
export const VERSION_KEY = 5_000n

/** Weights that could not be set are tried again after this many blocks. */
const RETRY_BLOCKS = 5

interface EpochFacts {
  readonly hotkey: KeyPair
  /** The block of which the other facts are. */
  readonly head: BlockReference
  readonly metagraph: Metagraph
  readonly rules: WeightRules
  readonly epoch: Epoch
  /** The roster that the epoch is scored by. */
  readonly roster: Roster["Type"]
  /** What the validators measured together; undefined where weights follow from this validator's own scores. */
  readonly settlement: Settlement | undefined
}

/** The weights that follow from the rewards for contributions. */
const blended = Effect.fn("blendedWeights")(function* (
  { epoch, head, metagraph, rules, roster: { emission } }: EpochFacts,
  ossContributions: Scoring
) {
  if (ossContributions._tag === "NothingScored")
    yield* Effect.logInfo(`contributions are not scored, and their share is recycled: ${ossContributions.why}`)
  const issueCompetitions = yield* getRewardsForIssueCompetitions(metagraph, head.number)
  const champions = scored(yield* rewardsOfChampions(epoch, metagraph, emission))
  const notComputed = recycledPoolsText(emission)
  if (notComputed !== undefined) yield* Effect.logWarning(notComputed)
  const limits = { ...rules, neurons: metagraph.neurons.length }
  return fitting(blend({ oss_contributions: ossContributions, issue_competitions: issueCompetitions, champions }, emission), limits)
})

/** Weights by this validator's own scores. */
const ownWeights = (facts: EpochFacts) =>
  getRewardsForOssContributions(facts.metagraph, { ...facts.epoch, tempo: facts.rules.tempo, head: facts.head }, facts.hotkey.address).pipe(
    Effect.flatMap((scoring) => blended(facts, scoring)),
    Effect.provideService(Roster, facts.roster)
  )

/** Weights by all validators' reports; undefined where those on the chain are left alone. */
const weightsByConsensus = Effect.fn("weightsByConsensus")(function* (facts: EpochFacts, settlement: Settlement) {
  const concerns = yield* Concerns
  const { epoch, head, hotkey, metagraph, rules } = facts
  const found = yield* consensusWeights({ epoch, settlement, tempo: rules.tempo, metagraph, at: head }, hotkey.address)
  yield* concerns.report("own weights", found._tag === "Own" ? `weights are set by this validator's own scores: ${found.why}` : null)
  switch (found._tag) {
    case "Left":
      return undefined
    case "Own":
      return yield* ownWeights(facts)
    case "Agreed":
      return yield* blended(facts, scored(found.rewards))
    case "Held":
      return toU16(new Map(found.weights.map(({ uid, value }) => [uid, value])))
  }
})

/** The weights of an epoch; undefined where those on the chain are left alone. Fails where the subnet would refuse them. */
const weightsOf = Effect.fn("weightsOf")(function* (facts: EpochFacts, ownUid: number) {
  const [{ netuid }, mode] = yield* Effect.all([Subnet, WeightMode])
  const { metagraph, rules, settlement } = facts
  const chosen = yield* settlement !== undefined && setsByConsensus(mode)
    ? Effect.provide(weightsByConsensus(facts, settlement), mode.services)
    : ownWeights(facts)
  if (chosen === undefined) return undefined
  const weights: SentWeights & { readonly versionKey: bigint } = {
    ...chosen,
    versionKey: VERSION_KEY,
    // On a subnet with several mechanisms the contributions are the first one.
    mechanism: rules.mechanisms > 1 ? 0 : undefined
  }
  const refusal = refusalOf(netuid, ownUid, { ...rules, neurons: metagraph.neurons.length }, weights)
  return refusal === undefined ? weights : yield* refusal
})

/** The epoch in which this process has wanted to set weights and has not, and why not. */
interface Unsent {
  readonly epoch: number
  readonly why: string
}

/** Remembers why weights were not sent, and reports when an epoch ends without them. */
const makeUnsent = Effect.gen(function* () {
  const concerns = yield* Concerns
  const unsent = yield* Ref.make<Unsent | undefined>(undefined)
  return {
    /** Weights are due in an epoch. An earlier one that is still unsent is over. */
    due: (epoch: number) =>
      Effect.gen(function* () {
        const before = yield* Ref.get(unsent)
        if (before !== undefined && before.epoch < epoch)
          yield* concerns.report("weights", `no weights were set in epoch ${before.epoch}: ${before.why}`)
        if (before?.epoch !== epoch) yield* Ref.set(unsent, { epoch, why: "the step did not end" })
      }),
    because: (why: string) => Ref.update(unsent, (before) => (before === undefined ? undefined : { ...before, why })),
    sent: Effect.zipRight(Ref.set(unsent, undefined), concerns.report("weights", null))
  }
})

const readSettlement = (epoch: number) => Effect.flatMap(Settlements, ({ read }) => read(epoch))

/** Sets weights once an epoch, as soon as the rate limit allows. */
export const make = Effect.fn("weightsStep")(function* (hotkey: KeyPair) {
  const [mode, chain, sender, subnet, concerns, unsent] = yield* Effect.all([WeightMode, Chain, Sender, Subnet, Concerns, makeUnsent])
  /** There is nothing to do before this block. */
  const nextLook = yield* Ref.make(0)

  const factsAt = (block: number) =>
    Effect.gen(function* () {
      const at: BlockReference = { number: block, hash: yield* chain.hashOf(block) }
      const [metagraph, rules] = yield* Effect.all([subnet.metagraph(at), subnet.weightRules(at)], { concurrency: 2 })
      return { head: at, metagraph, rules }
    })

  const step = Effect.fn("validator.weights")(function* (head: BlockReference) {
    const [metagraph, rules, epoch] = yield* Effect.all([subnet.metagraph(head), subnet.weightRules(head), subnet.epochAt(head)], {
      concurrency: 3
    })
    const own = neuronOf(metagraph, hotkey.address)
    // A failed attempt is repeated after a few blocks. A permit comes only with an epoch.
    const permitted = own?.validatorPermit === true
    yield* Ref.set(nextLook, head.number + (permitted ? RETRY_BLOCKS : rules.tempo))
    if (own === undefined || !permitted) {
      yield* unsent.due(epoch.index)
      yield* unsent.because("this hotkey has no validator permit")
      return yield* Effect.logDebug("no weights: this hotkey has no validator permit")
    }
    const nextEpoch = epoch.firstBlock + rules.tempo
    const wait = (until: number) => Ref.set(nextLook, Math.max(until, head.number + 1))
    const { settling } = epochBlocksOf(epoch.firstBlock, rules.tempo)
    // Weights of the epoch before may be in one of this epoch's first blocks. By consensus, an epoch's own ones come later.
    const from = setsByConsensus(mode) ? settling : epoch.firstBlock
    // A registration counts for the rate limit like weights.
    if (own.lastUpdate > own.registeredAt && own.lastUpdate >= from) {
      yield* unsent.sent
      return yield* wait(nextEpoch)
    }
    const allowed = own.lastUpdate + rules.rateLimit + 1
    if (own.lastUpdate > 0 && head.number < allowed) return yield* wait(allowed)

    if (setsByConsensus(mode) && head.number < settling) return yield* wait(settling)

    yield* unsent.due(epoch.index)
    const settlement = setsByConsensus(mode) ? yield* Effect.provide(readSettlement(epoch.index), mode.services) : undefined
    if (setsByConsensus(mode) && settlement === undefined) {
      yield* unsent.because("the validators' reports were not counted")
      return yield* wait(head.number + 1)
    }
    const found = yield* Effect.gen(function* () {
      // In consensus, all validators decide by the same block, whenever each of them looks.
      const facts = settlement === undefined ? { head, metagraph, rules } : yield* factsAt(settling)
      const roster = yield* Effect.flatMap(Rosters, ({ at }) => at({ ...epoch, tempo: facts.rules.tempo, head }))
      return Option.some(yield* weightsOf({ hotkey, epoch, roster, settlement, ...facts }, own.uid))
    }).pipe(Effect.catchIf(isForgotten, () => Effect.succeedNone))
    if (Option.isNone(found)) {
      const why = prunedText(chain.endpoint, epoch)
      yield* concerns.report("not weighed", `no weights are set in epoch ${epoch.index}: ${why}`)
      return yield* unsent.because(why)
    }
    yield* concerns.report("not weighed", null)
    const weights = found.value
    if (weights === undefined) {
      yield* unsent.sent
      return yield* wait(nextEpoch)
    }
    const sent = yield* sender.setWeights({ weights, epoch: epoch.index, commitReveal: rules.commitReveal }, head)
    if (Option.isNone(sent)) return yield* unsent.because("they are on their way and in no block")
    yield* unsent.sent
    yield* wait(Math.max(nextEpoch, sent.value.number + rules.rateLimit + 1))
  })
  return (head: BlockReference) =>
    Effect.gen(function* () {
      if (head.number < (yield* Ref.get(nextLook))) return
      yield* step(head).pipe(Effect.tapError(({ message }) => unsent.because(message)))
    })
})
