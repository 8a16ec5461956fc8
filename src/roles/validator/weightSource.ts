/** The source of an epoch's weights: the validator's own scores, or all validators' reports. The weight mode chooses once, at start. */
import { Effect } from "effect"
import { consensusWeights } from "../../consensus/consensusWeights.ts"
import { rewardsOfChampions } from "../../consensus/rewardsOfChampions.ts"
import { type TakingPart, WeightMode } from "../../consensus/WeightMode.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { type ChainWeights, toU16 } from "../../domain/toU16.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { Roster } from "../../layers/chain/roster/Roster.ts"
import type { TimedEpoch } from "../../layers/chain/subnet/timedEpoch.ts"
import type { WeightRules } from "../../layers/chain/subnet/weights.ts"
import { Settlements } from "../../layers/storage/dataFolder/Settlements.ts"
import type { EpochBlocks } from "../../rules/consensus/epochBlocks.ts"
import { agreedShares } from "../../rules/contributions/rewards.ts"
import { blend } from "../../rules/weights/blend.ts"
import { fittingWeights } from "../../rules/weights/conform.ts"
import { recycledPoolsText } from "../../rules/weights/pools.ts"
import { type Scoring, scored } from "../../rules/weights/rewards.ts"
import { getRewardsForIssueCompetitions } from "../../scoring/issue_competitions/IssueCompetitions.ts"
import { getRewardsForOssContributions } from "../../scoring/oss_contributions/OssContributions.ts"
import { RosterMissing, Rosters } from "../../scoring/rosters/Rosters.ts"
import { Concerns } from "./Concerns.ts"

export interface EpochState {
  readonly hotkey: KeyPair
  /** The block at which the other facts were read. */
  readonly head: BlockReference
  readonly metagraph: Metagraph
  readonly rules: WeightRules
  readonly epoch: TimedEpoch
  readonly roster: Roster["Type"]
}

/** Converts rewards for contributions into weights. */
const blended = Effect.fn("blendedWeights")(function* (
  { epoch, head, metagraph, rules, roster: { emission } }: EpochState,
  ossContributions: Scoring
) {
  if (ossContributions._tag === "NothingScored")
    yield* Effect.logInfo(`contributions are not scored, and their share is recycled: ${ossContributions.why}`)
  const issueCompetitions = yield* getRewardsForIssueCompetitions(metagraph, head)
  const champions = scored(yield* rewardsOfChampions(epoch, metagraph, emission))
  const notComputed = recycledPoolsText(emission)
  if (notComputed !== undefined) yield* Effect.logWarning(notComputed)
  const limits = { ...rules, neurons: metagraph.neurons.length }
  return fittingWeights(blend({ oss_contributions: ossContributions, issue_competitions: issueCompetitions, champions }, emission), limits)
})

const ownWeights = (facts: EpochState) =>
  getRewardsForOssContributions(facts.metagraph, { ...facts.epoch, head: facts.head }, facts.hotkey.address).pipe(
    Effect.flatMap((scoring) => blended(facts, scoring)),
    Effect.provideService(Roster, facts.roster)
  )

/** Weights from all validators' reports; undefined: the weights on chain stay. */
const weightsByConsensus = Effect.fn("weightsByConsensus")(function* (facts: EpochState, settlement: Settlement) {
  const concerns = yield* Concerns
  const { epoch, head, hotkey, metagraph, rules } = facts
  const found = yield* consensusWeights({ epoch, settlement, tempo: rules.tempo, metagraph, at: head }, hotkey.address)
  yield* concerns.report("own weights", found._tag === "Own" ? `this validator sets weights by its own scores: ${found.why}` : null)
  switch (found._tag) {
    case "Left":
      return undefined
    case "Own":
      return yield* ownWeights(facts)
    case "Agreed": {
      const roster = yield* (yield* Rosters).named(settlement.roster, { ...epoch, head })
      if (roster === undefined)
        return yield* new RosterMissing({
          firstBlock: epoch.firstBlock,
          why: `the epoch is settled by the roster with the hash ${settlement.roster}, which is not here yet`
        })
      return yield* blended({ ...facts, roster }, scored(agreedShares(settlement, roster.repositories, metagraph)))
    }
    case "Held":
      return toU16(new Map(found.weights.map(({ uid, value }) => [uid, value])))
  }
})

type OwnWeights = ReturnType<typeof ownWeights>

/** How an epoch's weights are found. */
interface Ready {
  readonly _tag: "Ready"
  /** The block whose state decides: `head`, or the first block of `from`, which gives all validators the same state whenever they read it. */
  readonly block: "head" | "from"
  /** Undefined: the weights on chain stay. */
  readonly weights: (
    facts: EpochState
  ) => Effect.Effect<
    ChainWeights | undefined,
    Effect.Effect.Error<OwnWeights> | Effect.Effect.Error<ReturnType<typeof weightsByConsensus>>,
    Effect.Effect.Context<OwnWeights> | Concerns | Rosters
  >
}

interface NotYet {
  readonly _tag: "NotYet"
  readonly why: string
}

interface WeightSource {
  /** The first block of an epoch at which its weights can be set. Weights set earlier in the epoch are those of the previous epoch. */
  readonly from: (blocks: EpochBlocks) => number
  /** Call at or after `from`, with the epoch's number. */
  readonly ready: (epoch: number) => Effect.Effect<Ready | NotYet, Effect.Effect.Error<ReturnType<Settlements["Type"]["read"]>>>
}

const ownScores: WeightSource = {
  from: ({ first }) => first,
  ready: () => Effect.succeed({ _tag: "Ready", block: "head", weights: ownWeights })
}

const byConsensus = ({ services }: TakingPart): WeightSource => ({
  from: ({ settling }) => settling,
  ready: (epoch) =>
    Settlements.pipe(
      Effect.flatMap(({ read }) => read(epoch)),
      Effect.map((settlement): Ready | NotYet =>
        settlement === undefined
          ? { _tag: "NotYet", why: "this validator could not count the validators' reports" }
          : { _tag: "Ready", block: "from", weights: (facts) => Effect.provide(weightsByConsensus(facts, settlement), services) }
      ),
      Effect.provide(services)
    )
})

export const weightSource = Effect.map(WeightMode, (mode) => (mode._tag === "TakingPart" && mode.sets ? byConsensus(mode) : ownScores))
