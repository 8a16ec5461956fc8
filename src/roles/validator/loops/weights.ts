/** The weights loop's step: sets weights once an epoch, by the validator's weight source and in the form that the subnet requires. */
import { Effect, Option, Ref } from "effect"
import type { Epoch } from "../../../domain/Epoch.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { neuronOf } from "../../../domain/Metagraph.ts"
import type { ChainWeights } from "../../../domain/toU16.ts"
import { type BlockReference, Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import { refusalOf } from "../../../layers/chain/subnet/refusals.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { timedEpochOrPresent } from "../../../layers/chain/subnet/timedEpoch.ts"
import type { SentWeights } from "../../../layers/chain/subnet/weights.ts"
import { NOTHING_TRIED } from "../../../layers/machine/effects/supervise.ts"
import { epochBlocksOf } from "../../../rules/consensus/epochBlocks.ts"
import { Rosters } from "../../../scoring/rosters/Rosters.ts"
import { Concerns } from "../Concerns.ts"
import { prunedText } from "../prunedText.ts"
import { Sender } from "../Sender.ts"
import { type EpochState, weightSource } from "../weightSource.ts"

/**
 * The subnet rules that this program implements, as a version key: 1,000 per major, 10 per minor version, 1 per patch. Weights carry it; a subnet with a
 * higher key rejects them.
 */
export const VERSION_KEY = 5_000n

/** Blocks until weights that could not be set are retried. */
const RETRY_BLOCKS = 5

/** Every so many blocks a wait looks whether the tempo is another, which moves the next epoch. */
const TEMPO_EVERY = 10

/** Prepares weights for sending. Fails where the subnet would refuse them. */
const sendable = Effect.fn("sendableWeights")(function* (chosen: ChainWeights, { metagraph, rules }: EpochState, ownUid: number) {
  const { netuid } = yield* Subnet
  const weights: SentWeights & { readonly versionKey: bigint } = {
    ...chosen,
    versionKey: VERSION_KEY,
    // On a subnet with several mechanisms, contributions are mechanism 0.
    mechanism: rules.mechanisms > 1 ? 0 : undefined
  }
  const refusal = refusalOf(netuid, ownUid, { ...rules, neurons: metagraph.neurons.length }, weights)
  return refusal === undefined ? weights : yield* refusal
})

/** An epoch without set weights so far, and the reason. */
interface Unsent {
  readonly epoch: number
  readonly why: string
}

/** Remembers why weights were not sent, and reports an epoch that ends without them. */
const makeUnsent = Effect.gen(function* () {
  const concerns = yield* Concerns
  const unsent = yield* Ref.make<Unsent | undefined>(undefined)
  return {
    /** Begins an epoch whose weights are due. Reports an earlier epoch that has none. */
    due: (epoch: number) =>
      Effect.gen(function* () {
        const before = yield* Ref.get(unsent)
        if (before !== undefined && before.epoch < epoch)
          yield* concerns.report("weights", `no weights were set in epoch ${before.epoch}: ${before.why}`)
        if (before?.epoch !== epoch) yield* Ref.set(unsent, { epoch, why: "the step did not end" })
      }),
    /** Weights cannot be set yet in the epoch, for no failure. */
    notYet: Ref.set(unsent, undefined),
    because: (why: string) => Ref.update(unsent, (before) => (before === undefined ? undefined : { ...before, why })),
    sent: Effect.zipRight(Ref.set(unsent, undefined), concerns.report("weights", null))
  }
})

/** Sets weights once an epoch, as soon as the rate limit allows. */
export const make = Effect.fn("weightsStep")(function* (hotkey: KeyPair) {
  const [source, chain, sender, subnet, concerns, unsent] = yield* Effect.all([weightSource, Chain, Sender, Subnet, Concerns, makeUnsent])
  /** There is nothing to do before this block; `hasFailed`: but to try again. */
  const nextLook = yield* Ref.make({ block: 0, hasFailed: false })
  /** The last epoch that was seen, with its length: by it the next ones are known to be due before anything is read. */
  const lastEpoch = yield* Ref.make<{ readonly epoch: Epoch; readonly tempo: number } | undefined>(undefined)

  const dueByNow = (head: BlockReference) =>
    Effect.flatMap(Ref.get(lastEpoch), (last) => {
      const since = last === undefined ? 0 : Math.floor((head.number - last.epoch.firstBlock) / last.tempo)
      return last === undefined || since < 1 ? Effect.void : unsent.due(last.epoch.index + since)
    })

  const stateAt = (at: BlockReference) =>
    Effect.map(Effect.all([subnet.metagraph(at), subnet.weightRules(at)], { concurrency: 2 }), ([metagraph, rules]) => {
      return { head: at, metagraph, rules }
    })

  const waitUntil = (block: number) => Ref.set(nextLook, { block, hasFailed: false })

  const step = Effect.fn("validator.weights")(function* (head: BlockReference) {
    yield* dueByNow(head)
    const [metagraph, rules, epoch] = yield* Effect.all([subnet.metagraph(head), subnet.weightRules(head), timedEpochOrPresent(head)], {
      concurrency: 3
    })
    yield* Ref.set(lastEpoch, { epoch, tempo: rules.tempo })
    const own = neuronOf(metagraph, hotkey.address)
    // A failed attempt is retried after a few blocks. A missing permit can only come with an epoch; a swap may be undone in any block.
    const permitted = own?.validatorPermit === true
    yield* waitUntil(head.number + (permitted || own === undefined ? RETRY_BLOCKS : rules.tempo))
    if (own === undefined || !permitted) {
      yield* unsent.due(epoch.index)
      const why = own === undefined ? "this hotkey is not registered any more" : "this hotkey has no validator permit"
      yield* unsent.because(why)
      return yield* Effect.logDebug(`no weights: ${why}`)
    }
    const nextEpoch = epoch.firstBlock + rules.tempo
    const wait = (until: number) => waitUntil(Math.max(until, head.number + 1))
    const from = source.from(epochBlocksOf(epoch.firstBlock, epoch.tempo))
    // For the rate limit, a registration counts as setting weights.
    if (own.lastUpdate > own.registeredAt && own.lastUpdate >= from) {
      yield* unsent.sent
      return yield* wait(nextEpoch)
    }
    const allowed = own.lastUpdate + rules.rateLimit + 1
    if (own.lastUpdate > 0 && head.number < allowed) return yield* Effect.zipRight(unsent.notYet, wait(allowed))
    if (head.number < from) return yield* Effect.zipRight(unsent.notYet, wait(from))

    yield* unsent.due(epoch.index)
    const ready = yield* source.ready(epoch.index)
    if (ready._tag === "NotYet") {
      yield* unsent.because(ready.why)
      return yield* wait(head.number + 1)
    }
    const found = yield* Effect.gen(function* () {
      const state = ready.block === "head" ? { head, metagraph, rules } : yield* stateAt({ number: from, hash: yield* chain.hashOf(from) })
      const roster = yield* Effect.flatMap(Rosters, ({ at }) => at({ ...epoch, head }))
      const facts: EpochState = { hotkey, epoch, roster, ...state }
      const chosen = yield* ready.weights(facts)
      return Option.some(chosen === undefined ? undefined : yield* sendable(chosen, facts, own.uid))
    }).pipe(
      chain.anywhere,
      Effect.catchIf(isPruned, () => Effect.succeedNone)
    )
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
    if (Option.isNone(sent)) return yield* unsent.because("they were sent, but no block has them yet")
    yield* unsent.sent
    yield* wait(Math.max(nextEpoch, sent.value.number + rules.rateLimit + 1))
  })
  const hasNewTempo = (head: BlockReference) =>
    Effect.gen(function* () {
      const last = yield* Ref.get(lastEpoch)
      return last !== undefined && head.number % TEMPO_EVERY === 0 && (yield* subnet.weightRules(head)).tempo !== last.tempo
    })
  return (head: BlockReference) =>
    Effect.gen(function* () {
      const { block, hasFailed } = yield* Ref.get(nextLook)
      if (head.number < block && !(yield* hasNewTempo(head))) return hasFailed ? NOTHING_TRIED : undefined
      yield* step(head).pipe(
        Effect.tapError(({ message }) =>
          Effect.zipRight(
            unsent.because(message),
            Ref.update(nextLook, (next) => ({ ...next, hasFailed: true }))
          )
        )
      )
    })
})
