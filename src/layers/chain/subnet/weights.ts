/** A subnet's epochs, its rules for weights, and the calls that set or commit them. */
import { Effect } from "effect"
import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"
import type { Epoch } from "../../../domain/Epoch.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { toHex } from "../../../domain/hex.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { COMMIT_REVEAL_VERSION, MAX_COMMITMENT, payloadOf } from "../drand/payload.ts"
import { timeOfRound } from "../drand/quicknet.ts"
import { type EpochSchedule, revealOf, roundOf } from "../drand/revealRound.ts"
import type { BlockReference, Chain, ChainUnavailable, Inclusion, SendGuard, SubmitError } from "../node/Chain.ts"
import { newestBlock } from "../node/newestBlock.ts"
import { namingRefusals, WeightsRefused } from "./refusals.ts"

export interface WeightRules {
  /** Blocks from one epoch to the next. On a Subtensor that does not count epochs, an epoch has one block more. */
  readonly tempo: number
  /** Blocks that must pass before a hotkey may set weights again. */
  readonly rateLimit: number
  readonly versionKey: bigint
  /** Whether weights are committed (encrypted) instead of set. */
  readonly commitReveal: boolean
  /** How many mechanisms the subnet has; this program sets weights for the first. */
  readonly mechanisms: number
  readonly minimumWeights: number
  /** The largest share of one UID, in 1/65,535. */
  readonly maximumShare: number
}

/** The inputs for when a commitment is revealed. */
export interface RevealRules {
  readonly schedule: EpochSchedule
  /** Epochs between a commitment and its reveal. */
  readonly period: number
  /** Milliseconds. */
  readonly blockTime: number
  /** The schedule block's timestamp, or the time of the chain's newest pulse of the beacon where pulses come late. In milliseconds since 1970. */
  readonly time: number
}

export interface SentWeights {
  readonly uids: ReadonlyArray<number>
  /** u16; the largest is 65,535. */
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint | number
  /** On a subnet with several mechanisms, the one that these weights are for. */
  readonly mechanism?: number | undefined
}

/** Committed weights that are in a block, to be revealed later. */
export interface Committed extends Inclusion {
  /** The block that reveals them, unless the epoch is moved. */
  readonly opensAt: number
  /** The beacon's round whose pulse decrypts them. */
  readonly round: number
}

interface Reader<E> {
  readonly netuid: number
  readonly chain: Chain["Type"]
  /** The pallet's values for this subnet, with one request; `undefined` where the chain has no such item. */
  readonly values: (
    operation: string,
    items: ReadonlyArray<string>,
    at: BlockReference
  ) => Effect.Effect<ReadonlyArray<unknown>, ChainUnavailable>
  readonly integer: (value: unknown) => Effect.Effect<bigint, E>
  /** The newest round of the beacon that the chain has stored; 0 where it stores none. */
  readonly newestPulse: (at: BlockReference) => Effect.Effect<number, ChainUnavailable>
  readonly unknown: (reason: string) => E
}

type Destination = Pick<Reader<unknown>, "netuid" | "chain">

const submitWeights = (
  { netuid, chain }: Destination,
  signer: KeyPair,
  { uids, values, versionKey, mechanism }: SentWeights,
  guard?: SendGuard
) =>
  chain
    .submit({
      label: mechanism === undefined ? "set_weights" : "set_mechanism_weights",
      signer,
      guard,
      until: "finalised",
      call: (api) => {
        const { setWeights: plain, setMechanismWeights: ofMechanism } = api.tx.subtensorModule ?? {}
        return mechanism === undefined
          ? required(plain, "set_weights")(netuid, [...uids], [...values], versionKey)
          : required(ofMechanism, "set_mechanism_weights")(netuid, mechanism, [...uids], [...values], versionKey)
      }
    })
    .pipe(namingRefusals(netuid))

const submitCommitment = Effect.fn("Subnet.commitWeights")(function* <E>(
  { netuid, chain }: Destination,
  rules: Effect.Effect<RevealRules, E>,
  signer: KeyPair,
  { uids, values, versionKey, mechanism }: SentWeights,
  guard?: SendGuard
) {
  const { schedule, period, blockTime, time } = yield* rules
  const reveal = revealOf(schedule, period)
  if (reveal === undefined)
    return yield* new OperationFailed({
      message: `no weights were sent to subnet ${netuid}: with a tempo of ${schedule.tempo} blocks and a reveal period of ${period} epochs they would never be revealed`
    })
  // Loaded when needed, because the elliptic curve's module is large.
  const { encrypt } = yield* Effect.promise(() => import("../drand/timelock.ts"))
  const round = roundOf(reveal, schedule.block, time, blockTime)
  const commitment = encrypt(payloadOf({ hotkey: signer.publicKey, uids, values, versionKey: BigInt(versionKey) }), round)
  if (commitment.length > MAX_COMMITMENT)
    return yield* new WeightsRefused({
      netuid,
      refusal: "CommitPayloadTooLarge",
      detail: `${commitment.length} of ${MAX_COMMITMENT} bytes`
    })
  const inclusion = yield* chain
    .submit({
      label: mechanism === undefined ? "commit_timelocked_weights" : "commit_timelocked_mechanism_weights",
      signer,
      guard,
      until: "finalised",
      call: (api) => {
        const { commitTimelockedWeights: plain, commitTimelockedMechanismWeights: ofMechanism } = api.tx.subtensorModule ?? {}
        const bytes = toHex(commitment)
        return mechanism === undefined
          ? required(plain, "commit_timelocked_weights")(netuid, bytes, round, COMMIT_REVEAL_VERSION)
          : required(ofMechanism, "commit_timelocked_mechanism_weights")(netuid, mechanism, bytes, round, COMMIT_REVEAL_VERSION)
      }
    })
    .pipe(namingRefusals(netuid))
  return { ...inclusion, opensAt: reveal.block, round } satisfies Committed
})

/** A chain stores drand pulses in time if the newest one is at most this many milliseconds older than the block. */
const USUAL_LAG = 60_000

/**
 * The time by which commitments open. The chain decrypts a commitment with a pulse that it has stored. So where pulses come late, or early, the
 * newest pulse is the clock.
 */
const timeBy = (block: number, pulse: number): number =>
  pulse > 0 && Math.abs(block - timeOfRound(pulse)) > USUAL_LAG ? timeOfRound(pulse) : block

export const make = <E>({ netuid, chain, values, integer, newestPulse, unknown }: Reader<E>) => {
  /** Reads items, for accessors that return one each. `otherwise`: the value on a chain that lacks the item. */
  const read = <Item extends string>(operation: string, items: ReadonlyArray<Item>, at: BlockReference) =>
    Effect.map(values(operation, items, at), (found) => {
      const value = (item: Item): unknown => found[items.indexOf(item)]
      const number = (item: Item, otherwise?: number): Effect.Effect<bigint, E> => {
        if (value(item) !== undefined) return integer(value(item))
        return otherwise === undefined
          ? Effect.fail(unknown(`it has no storage SubtensorModule.${item}`))
          : Effect.succeed(BigInt(otherwise))
      }
      return { value, number, small: (item: Item, otherwise?: number) => Effect.map(number(item, otherwise), Number) }
    })

  const weightRules = Effect.fn("Subnet.weightRules")(function* (at: BlockReference) {
    const { value, number, small } = yield* read(
      "rules for weights",
      [
        "tempo",
        "weightsSetRateLimit",
        "weightsVersionKey",
        "commitRevealWeightsEnabled",
        "mechanismCountCurrent",
        "minAllowedWeights",
        "maxWeightsLimit"
      ],
      at
    )
    return {
      tempo: yield* small("tempo"),
      rateLimit: yield* small("weightsSetRateLimit"),
      versionKey: yield* number("weightsVersionKey"),
      commitReveal: value("commitRevealWeightsEnabled") === true,
      mechanisms: yield* small("mechanismCountCurrent", 1),
      minimumWeights: yield* small("minAllowedWeights", 1),
      maximumShare: yield* small("maxWeightsLimit", 65_535)
    } satisfies WeightRules
  })

  const epochAt = Effect.fn("Subnet.epochAt")(function* (at: BlockReference) {
    const { value, small } = yield* read("epoch", ["subnetEpochIndex", "lastEpochBlock", "tempo"], at)
    const tempo = yield* small("tempo")
    if (value("subnetEpochIndex") !== undefined && value("lastEpochBlock") !== undefined)
      return { index: yield* small("subnetEpochIndex"), firstBlock: yield* small("lastEpochBlock") } satisfies Epoch
    // A Subtensor that does not count epochs begins one wherever block + netuid + 1 is divisible by tempo + 1.
    const index = Math.floor((at.number + netuid + 1) / (tempo + 1))
    return { index, firstBlock: Math.max(0, index * (tempo + 1) - netuid - 1) } satisfies Epoch
  })

  /** Read at the newest block, because a transaction enters a block after it. */
  const revealRules = Effect.gen(function* () {
    const at = yield* newestBlock(chain)
    const [{ index, firstBlock }, { small }, slot, time, pulse] = yield* Effect.all(
      [
        epochAt(at),
        read("rules for reveals", ["tempo", "pendingEpochAt", "blocksSinceLastStep", "lastMechansimStepBlock", "revealPeriodEpochs"], at),
        chain.read("time of a slot", async (api) => api.consts.aura?.slotDuration?.toString()),
        chain.timeAt(at.hash),
        newestPulse(at)
      ],
      { concurrency: "unbounded" }
    )
    const schedule = {
      block: at.number,
      epoch: index,
      lastEpochBlock: firstBlock,
      pendingEpochAt: yield* small("pendingEpochAt", 0),
      tempo: yield* small("tempo"),
      blocksSinceLastStep: yield* small("blocksSinceLastStep", at.number - (yield* small("lastMechansimStepBlock", 0)))
    }
    const period = yield* small("revealPeriodEpochs", 1)
    const blockTime = slot === undefined ? BLOCK_SECONDS * 1_000 : Number(slot)
    return { schedule, period, blockTime, time: timeBy(time, pulse) } satisfies RevealRules
  }).pipe(Effect.withSpan("Subnet.revealRules"))

  const setWeights: SetWeights = (signer, weights, guard) => submitWeights({ netuid, chain }, signer, weights, guard)
  const commitWeights: CommitWeights<E> = (signer, weights, guard) =>
    submitCommitment({ netuid, chain }, revealRules, signer, weights, guard)
  return { weightRules, epochAt, revealRules, setWeights, commitWeights }
}

export type SetWeights = (
  signer: KeyPair,
  weights: SentWeights,
  guard?: SendGuard
) => Effect.Effect<Inclusion, SubmitError | WeightsRefused>
export type CommitWeights<E> = (
  signer: KeyPair,
  weights: SentWeights,
  guard?: SendGuard
) => Effect.Effect<Committed, SubmitError | WeightsRefused | OperationFailed | E>

/** A call that any Subtensor has. If it is missing, `Chain.submit` reports the thrown error. */
const required = <A>(call: A | undefined, name: string): A => {
  if (call === undefined) throw new Error(`this chain has no SubtensorModule.${name}: is --endpoint a Subtensor node?`)
  return call
}
