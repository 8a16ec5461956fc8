/** The weights of a validator: once an epoch, from what was measured in it, in the form that the subnet asks for. */
import { Effect, Ref } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { VERSION_KEY } from "../domain/versionKey.ts"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { Outgoing } from "../layers/chain/Outgoing.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { type Ballot, Journal } from "../layers/store/Journal.ts"
import { refusalOf } from "../layers/subnet/refusals.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"
import type { SentWeights, WeightRules } from "../layers/subnet/weights.ts"
import { getRewardsForIssueCompetitions } from "../scoring/issue_competitions/getRewardsForIssueCompetitions.ts"
import { getRewardsForOssContributions } from "../scoring/oss_contributions/reward/getRewardsForOssContributions.ts"
import { blend } from "../scoring/weights/blend.ts"
import { fitting } from "../scoring/weights/conform.ts"
import { count, set } from "../telemetry/metrics.ts"

/** Weights that could not be set are tried again after so many blocks. */
const RETRY_BLOCKS = 5

/** For so many blocks a transaction may still come into a block: as long it keeps others for the epoch from being sent. */
const LIFE_BLOCKS = 64

/** An epoch has one choice of weights, whatever they are. */
const CHOICE = "weights"

export const make = (hotkey: KeyPair, mode: "send" | "dry-run") =>
  Effect.gen(function* () {
    /** Nothing to do before this block. */
    const nextLook = yield* Ref.make(0)

    /** Sends unless weights for this epoch are in flight, from this process or one before it; answers the block they are in. */
    const send = Effect.fn("sendWeights")(function* (weights: SentWeights, rules: WeightRules, epoch: number, head: BlockReference) {
      const [chain, contract, journal, subnet, outgoing] = yield* Effect.all([Chain, Contract, Journal, Subnet, Outgoing])
      const ballot: Ballot = {
        chain: chain.genesisHash,
        contract: contract.address,
        hotkey: hotkey.address,
        kind: "weights",
        issue: weights.mechanism ?? 0,
        round: epoch
      }
      const claim = yield* journal.claim(ballot, CHOICE, { at: head.number, expiresAt: head.number + LIFE_BLOCKS })
      if (claim._tag === "InFlight") return yield* Effect.logDebug("weights in flight already").pipe(Effect.annotateLogs({ epoch }))
      const sent = rules.commitReveal
        ? Effect.map(subnet.commitWeights(hotkey, weights), ({ block, opensAt, round }) => ({
            block,
            words: "weights committed",
            opensAt,
            round
          }))
        : Effect.map(subnet.setWeights(hotkey, weights), ({ block }) => ({ block, words: "weights set" }))
      const { block, words, ...opening } = yield* sent.pipe(
        Effect.provideService(Outgoing, { ...outgoing, vote: { ballot, choice: CHOICE } }),
        // Without an answer they may be on their way; refused they are not.
        Effect.tapError((error) => (error._tag === "ChainUnavailable" ? Effect.void : journal.release(ballot, CHOICE)))
      )
      yield* count("gittensor_weights_set_total")
      yield* set("gittensor_weights_last_block", block.number)
      const { uids, values } = weights
      yield* Effect.logInfo(words).pipe(Effect.annotateLogs({ uids, values, epoch, block: block.number, ...opening }))
      return block
    })

    /** Sets weights once an epoch, as soon as the rate limit allows. */
    return Effect.fn("validator.weights")(function* (head: BlockReference) {
      if (head.number < (yield* Ref.get(nextLook))) return
      const subnet = yield* Subnet
      const [metagraph, rules, epoch] = yield* Effect.all([subnet.metagraph(head), subnet.weightRules(head), subnet.epochAt(head)], {
        concurrency: 3
      })
      const own = neuronOf(metagraph, hotkey.address)
      // Where it fails it is tried again after a few blocks; a permit comes only with an epoch.
      const permitted = own?.validatorPermit === true
      yield* Ref.set(nextLook, head.number + (permitted ? RETRY_BLOCKS : rules.tempo))
      if (own === undefined || !permitted) return yield* Effect.logDebug("no weights: this hotkey has no validator permit")
      const nextEpoch = epoch.firstBlock + rules.tempo
      const wait = (until: number) => Ref.set(nextLook, Math.max(until, head.number + 1))
      // A registration counts for the rate limit like weights.
      if (own.lastUpdate > own.registeredAt && own.lastUpdate >= epoch.firstBlock) return yield* wait(nextEpoch)
      const allowed = own.lastUpdate + rules.rateLimit + 1
      if (own.lastUpdate > 0 && head.number < allowed) return yield* wait(allowed)

      const ossContributions = yield* getRewardsForOssContributions(metagraph, { ...epoch, tempo: rules.tempo, head }, hotkey.address)
      if (ossContributions._tag === "NothingScored")
        yield* Effect.logInfo(`contributions are not scored, and their share is recycled: ${ossContributions.why}`)
      const issueCompetitions = yield* getRewardsForIssueCompetitions(metagraph, head.number)
      const weights: SentWeights & { readonly versionKey: bigint } = {
        ...fitting(blend({ ossContributions, issueCompetitions }), { ...rules, neurons: metagraph.neurons.length }),
        versionKey: VERSION_KEY,
        // On a subnet with several mechanisms the contributions are the first one.
        mechanism: rules.mechanisms > 1 ? 0 : undefined
      }
      const refusal = refusalOf(subnet.netuid, own.uid, { ...rules, neurons: metagraph.neurons.length }, weights)
      if (refusal !== undefined) return yield* refusal
      const { uids, values } = weights
      if (mode === "dry-run") {
        yield* Effect.logInfo(rules.commitReveal ? "would commit weights" : "would set weights").pipe(
          Effect.annotateLogs({ uids, values, epoch: epoch.index })
        )
        return yield* wait(nextEpoch)
      }
      const block = yield* send(weights, rules, epoch.index, head)
      if (block !== undefined) yield* wait(Math.max(nextEpoch, block.number + rules.rateLimit + 1))
    })
  })
