/** Reads the facts of an epoch from a node that still has the epoch's state. */
import { Effect, Schema } from "effect"
import { Hash32 } from "../../domain/Account.ts"
import type { CommittedScores } from "../../domain/CommitmentSlot.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { EpochState, FoundWeights, HeldWeights } from "../../domain/EpochState.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { toU16 } from "../../domain/toU16.ts"
import { type BlockReference, Chain, isPruned } from "../../layers/chain/node/Chain.ts"
import { rosterOfEpoch } from "../../layers/chain/roster/committedRoster.ts"
import { electorateAt } from "../../layers/chain/subnet/electorate.ts"
import { firstBlockTime } from "../../layers/chain/subnet/firstBlockTime.ts"
import { pastEpoch } from "../../layers/chain/subnet/pastEpoch.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { type ScoreCommitment, scoreCommitmentsAt } from "../../layers/chain/subnet/scoreCommitments.ts"
import { activityCutoffAt } from "../../layers/chain/subnet/selectiveMetagraph.ts"
import { revealPeriodAt, unrevealedAt, weightsAt } from "../../layers/chain/subnet/weightsOnChain.ts"
import { epochBlocksOf } from "../../rules/consensus/epochBlocks.ts"
import { type HoldMoment, holdAt } from "../../rules/consensus/hold.ts"
import { changesBetween } from "./evidence.ts"

/** The node has pruned the state of the epoch. */
class EpochPruned extends Schema.TaggedError<EpochPruned>()("EpochPruned", { epoch: Schema.Number, endpoint: Schema.String }) {
  override get message() {
    return `${this.endpoint} has pruned blocks that the audit of epoch ${this.epoch} needs: give --endpoint the address of an archive node`
  }
}

/** The subnet at an epoch's block E + D2. */
export interface SubnetAt {
  readonly at: BlockReference
  readonly epoch: Epoch
  readonly metagraph: Metagraph
}

/** The rewards of the pools besides the contributions'; null if they are not known. */
export type OtherPools<E, R> = (at: SubnetAt) => Effect.Effect<EpochState["pools"], E, R>

type Voter = EpochState["voters"][number]

const blockAt = (number: number) =>
  Effect.flatMap(Chain, ({ hashOf }) => Effect.map(hashOf(number), (hash): BlockReference => ({ number, hash })))

const lastOf = Effect.fn("lastBlockOfEpoch")(function* (epoch: number, head: BlockReference) {
  const { firstBlock } = yield* pastEpoch(epoch + 1, head)
  return yield* blockAt(firstBlock - 1)
})

const withoutBlock = (committed: ScoreCommitment | undefined): CommittedScores | null => {
  if (committed === undefined) return null
  const { block: _, ...scores } = committed
  return scores
}

/**
 * The weights that a validator holds at block E + D2 if it reaches no consensus, from the chain alone. Only the validator knows how many epochs were
 * without consensus. So this is right only for the first few; after those it sends its own scores.
 */
export const heldWeights = (moment: Omit<HoldMoment, "epochsWithout">): HeldWeights => {
  const held = holdAt({ ...moment, epochsWithout: 1 })
  switch (held._tag) {
    case "Wait":
      return { _tag: "Wait" }
    case "OwnScores":
      return { _tag: "Nothing" }
    case "SendAgain": {
      const kept = new Map(held.weights.map(({ uid, value }) => [uid, value]))
      const changed = moment.onChain.flatMap(([uid, value]) => (value > 0 && !kept.has(uid) ? [uid] : []))
      return { _tag: "SendAgain", ...toU16(kept), changed }
    }
  }
}

/** The weights that each voter holds at block E + D2 if it reaches no consensus. */
const holdsAt = Effect.fn("holdsAt")(function* (
  settling: BlockReference,
  metagraph: Metagraph,
  tempo: number,
  voters: ReadonlyArray<string>
) {
  const hotkeys = new Set(voters)
  const own = metagraph.neurons.filter(({ hotkey }) => hotkeys.has(hotkey))
  const [onChain, activityCutoff] = yield* Effect.all(
    [
      weightsAt(
        settling,
        own.map(({ uid }) => uid)
      ),
      activityCutoffAt(settling)
    ],
    { concurrency: 2 }
  )
  const nextBlock = settling.number + tempo
  return new Map(
    own.map((neuron): readonly [string, HeldWeights] => {
      const onChainOf = onChain.get(neuron.uid) ?? []
      return [neuron.hotkey, heldWeights({ own: neuron, neurons: metagraph.neurons, onChain: onChainOf, activityCutoff, nextBlock })]
    })
  )
})

/** All facts that are fixed at block E + D2. Voters have no weights yet. */
const settledState = Effect.fn("settledState")(function* <E, R>(index: number, head: BlockReference, otherPools: OtherPools<E, R>) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const epoch = yield* pastEpoch(index, head)
  const first = yield* blockAt(epoch.firstBlock)
  const { tempo } = yield* subnet.weightRules(first)
  const blocks = epochBlocksOf(epoch.firstBlock, tempo)
  if (head.number < blocks.settling)
    return yield* new OperationFailed({
      message: `epoch ${index} can be audited from block ${blocks.settling} on, when its reports are counted; the chain is at block ${head.number}`
    })
  const [{ voters, neurons }, opening, settling] = yield* Effect.all([
    electorateAt(first),
    blockAt(blocks.opening),
    blockAt(blocks.settling)
  ])
  const hotkeys = voters.map(({ hotkey }) => hotkey)
  const [before, atOpening, atSettling, metagraph, rules, { signer, committed }] = yield* Effect.all(
    [
      scoreCommitmentsAt(first, hotkeys),
      scoreCommitmentsAt(opening, hotkeys),
      scoreCommitmentsAt(settling, hotkeys),
      subnet.metagraph(settling),
      subnet.weightRules(settling),
      rosterOfEpoch(epoch.firstBlock, head)
    ],
    { concurrency: "unbounded" }
  )
  const holds = yield* holdsAt(settling, metagraph, rules.tempo, hotkeys)
  const time = yield* firstBlockTime(epoch.firstBlock)
  const pools = yield* otherPools({ at: settling, epoch, metagraph })
  const facts: EpochState = {
    format: "gittensor/facts/v1",
    netuid: subnet.netuid,
    genesis: Hash32.make(chain.genesisHash),
    epoch: index,
    block: epoch.firstBlock,
    time,
    opening: blocks.opening,
    settling: blocks.settling,
    end: blocks.settling,
    lasts: true,
    hidden: false,
    roster: { owner: signer, committed: committed ?? null },
    voters: voters.map((voter) => ({
      ...voter,
      before: withoutBlock(before.get(voter.hotkey)),
      atOpening: withoutBlock(atOpening.get(voter.hotkey)),
      atSettling: withoutBlock(atSettling.get(voter.hotkey)),
      atEnd: null,
      held: holds.get(voter.hotkey) ?? { _tag: "Nothing" },
      weights: { _tag: "None" }
    })),
    neurons,
    changed: changesBetween({ neurons }, metagraph),
    rules: {
      tempo,
      minimumWeights: rules.minimumWeights,
      maximumShare: rules.maximumShare,
      revealPeriod: rules.commitReveal ? yield* revealPeriodAt(settling) : null
    },
    pools,
    axons: []
  }
  return facts
})

/** The newest finalised block, with the subnet's epoch and metagraph there. */
interface CurrentState {
  readonly head: BlockReference
  readonly current: Epoch
  readonly metagraph: Metagraph
}

/** The facts at the end of the epoch, or at the newest block while it lasts: commitments, and which voters have set weights since E + D2. */
const endState = Effect.fn("endState")(function* (facts: EpochState, now: CurrentState) {
  const subnet = yield* Subnet
  const lasts = facts.epoch >= now.current.index
  const end = lasts ? now.head : yield* lastOf(facts.epoch, now.head)
  const [metagraph, committed] = yield* Effect.all(
    [
      lasts ? Effect.succeed(now.metagraph) : subnet.metagraph(end),
      scoreCommitmentsAt(
        end,
        facts.voters.map(({ hotkey }) => hotkey)
      )
    ],
    { concurrency: 2 }
  )
  const voters = facts.voters.map((voter): Voter => {
    const hasSet = (neuronOf(metagraph, voter.hotkey)?.lastUpdate ?? -1) >= facts.settling
    return { ...voter, atEnd: withoutBlock(committed.get(voter.hotkey)), weights: { _tag: hasSet ? "NotRevealed" : "None" } }
  })
  return { ...facts, end: end.number, lasts, voters }
})

/** The weights of the voters that have set some, once they are revealed. */
const revealedState = Effect.fn("revealedState")(function* (facts: EpochState, { head, current, metagraph }: CurrentState) {
  const { revealPeriod } = facts.rules
  const revealed = facts.epoch + (revealPeriod ?? 0)
  const hidden = revealPeriod !== null && revealed >= current.index
  const setters = new Set(facts.voters.flatMap(({ hotkey, weights }) => (weights._tag === "NotRevealed" ? [hotkey] : [])))
  if (revealed > current.index || setters.size === 0) return { ...facts, hidden }
  const isPast = revealed < current.index
  const shown = yield* isPast ? lastOf(revealed, head) : Effect.succeed(head)
  const [{ neurons }, unrevealed] = yield* Effect.all([
    isPast ? Effect.flatMap(Subnet, (subnet) => subnet.metagraph(shown)) : Effect.succeed(metagraph),
    revealPeriod === null ? Effect.succeed(new Set<string>()) : unrevealedAt(shown, facts.epoch)
  ])
  const uids = new Map(
    neurons.flatMap(({ hotkey, uid }) => (setters.has(hotkey) && !unrevealed.has(hotkey) ? [[hotkey, uid] as const] : []))
  )
  const found = yield* weightsAt(shown, [...uids.values()])
  const voters = facts.voters.map((voter): Voter => {
    const uid = uids.get(voter.hotkey)
    if (uid === undefined) return voter
    const entries = found.get(uid) ?? []
    const weights: FoundWeights = { _tag: "Weights", uids: entries.map(([to]) => to), values: entries.map(([, value]) => value) }
    return { ...voter, weights }
  })
  return { ...facts, hidden, voters }
})

/**
 * The facts of an epoch as of a finalised block. `known`: facts that were read at an earlier block. Then only new ones are read, so that the node
 * need not keep the whole epoch's state.
 */
export const factsAt = <E extends { readonly _tag: string }, R>(
  epoch: number,
  head: BlockReference,
  otherPools: OtherPools<E, R>,
  known?: EpochState
) =>
  Effect.gen(function* () {
    const subnet = yield* Subnet
    const current = yield* subnet.epochAt(head)
    const settled = known ?? (yield* settledState(epoch, head, otherPools))
    const now: CurrentState = { head, current, metagraph: yield* subnet.metagraph(head) }
    const ended = settled.lasts ? yield* endState(settled, now) : settled
    const facts: EpochState = yield* revealedState(ended, now)
    const axons = now.metagraph.neurons.flatMap(({ hotkey, validatorPermit, axon }) =>
      validatorPermit && axon !== null ? [{ hotkey, ...axon }] : []
    )
    return { ...facts, axons }
  }).pipe(
    Effect.catchIf(
      (error) => isPruned(error),
      () => Effect.flatMap(Chain, ({ endpoint }) => new EpochPruned({ epoch, endpoint }))
    ),
    Effect.withSpan("epochFacts", { attributes: { epoch } })
  )

/** The facts of an epoch from the chain, as of its newest finalised block. */
export const finalisedState = <E extends { readonly _tag: string }, R>(epoch: number, otherPools: OtherPools<E, R>) =>
  Effect.flatMap(Chain, ({ finalisedHead }) => Effect.flatMap(finalisedHead, (head) => factsAt(epoch, head, otherPools)))
