/** A subnet's epochs and what it asks of weights, and the calls that set or commit them. */
import { Clock, Effect, Schema } from "effect"
import { BLOCK_SECONDS } from "../../domain/Blocks.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference, Chain, ChainUnavailable, Inclusion, SendGuard, SubmitError } from "../chain/Chain.ts"
import { COMMIT_REVEAL_VERSION, MAX_COMMITMENT, payloadOf } from "../drand/payload.ts"
import { type EpochSchedule, revealOf, roundOf } from "../drand/revealRound.ts"
import { namingRefusals, WeightsRefused } from "./refusals.ts"

export interface WeightRules {
  /** Blocks from one epoch to the next; one more on a Subtensor that does not count epochs. */
  readonly tempo: number
  /** Blocks that must pass between two weights of one hotkey. */
  readonly rateLimit: number
  readonly versionKey: bigint
  /** Whether weights are committed, encrypted, instead of set. */
  readonly commitReveal: boolean
  /** Of the subnet; the program's weights are the first one's. */
  readonly mechanisms: number
  readonly minimumWeights: number
  /** The most that one UID may get, of 65,535. */
  readonly maximumShare: number
}

/** What decides when a commitment is opened. */
export interface RevealRules {
  readonly schedule: EpochSchedule
  /** Epochs between a commitment and its opening. */
  readonly period: number
  /** Milliseconds. */
  readonly blockTime: number
}

export interface SentWeights {
  readonly uids: ReadonlyArray<number>
  /** u16, the greatest at 65,535. */
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint | number
  /** On a subnet with several mechanisms: which of them. */
  readonly mechanism?: number | undefined
}

/** Weights that are in a block, to be opened there later. */
export interface Committed extends Inclusion {
  /** The block that opens them, unless epochs move. */
  readonly opensAt: number
  /** The beacon's round that opens them. */
  readonly round: number
}

/** The subnet never opens what is committed now: it has no tempo, or the period to wait is out of every range. */
export class NeverRevealed extends Schema.TaggedError<NeverRevealed>()("NeverRevealed", {
  netuid: Schema.Number,
  tempo: Schema.Number,
  period: Schema.Number
}) {
  override get message() {
    return `no weights on subnet ${this.netuid}: with a tempo of ${this.tempo} blocks and a reveal period of ${this.period} epochs they would never be opened`
  }
}

interface Reader<E> {
  readonly netuid: number
  readonly chain: Chain["Type"]
  /** A value of the pallet by the subnet's number; what the chain does not have is `undefined`. */
  readonly value: (item: string, at: BlockReference) => Effect.Effect<unknown, ChainUnavailable>
  readonly integer: (value: unknown) => Effect.Effect<bigint, E>
  readonly unknown: (reason: string) => E
}

export const make = <E>({ netuid, chain, value, integer, unknown }: Reader<E>) => {
  /** `otherwise`: of a chain that does not have the item. */
  const number = (item: string, at: BlockReference, otherwise?: number) =>
    Effect.flatMap(value(item, at), (found): Effect.Effect<bigint, E> => {
      if (found !== undefined) return integer(found)
      return otherwise === undefined ? Effect.fail(unknown(`it has no storage SubtensorModule.${item}`)) : Effect.succeed(BigInt(otherwise))
    })
  const small = (item: string, at: BlockReference, otherwise?: number) => Effect.map(number(item, at, otherwise), Number)

  const weightRules = Effect.fn("Subnet.weightRules")(function* (at: BlockReference) {
    return yield* Effect.all(
      {
        tempo: small("tempo", at),
        rateLimit: small("weightsSetRateLimit", at),
        versionKey: number("weightsVersionKey", at),
        commitReveal: Effect.map(value("commitRevealWeightsEnabled", at), (enabled) => enabled === true),
        mechanisms: small("mechanismCountCurrent", at, 1),
        minimumWeights: small("minAllowedWeights", at, 1),
        maximumShare: small("maxWeightsLimit", at, 65_535)
      } satisfies { readonly [Key in keyof WeightRules]: Effect.Effect<WeightRules[Key], E | ChainUnavailable> },
      { concurrency: "unbounded" }
    )
  })

  const epochAt = Effect.fn("Subnet.epochAt")(function* (at: BlockReference) {
    const [counted, last, tempo] = yield* Effect.all([value("subnetEpochIndex", at), value("lastEpochBlock", at), small("tempo", at)], {
      concurrency: "unbounded"
    })
    if (counted !== undefined && last !== undefined)
      return { index: Number(yield* integer(counted)), firstBlock: Number(yield* integer(last)) } satisfies Epoch
    // Before Subtensor counted them an epoch began wherever this divides.
    const index = Math.floor((at.number + netuid + 1) / (tempo + 1))
    return { index, firstBlock: Math.max(0, index * (tempo + 1) - netuid - 1) } satisfies Epoch
  })

  const bestBlock = chain.read("newest block", async (api): Promise<BlockReference> => {
    const header = await api.rpc.chain.getHeader()
    return { number: header.number.toNumber(), hash: header.hash.toHex() }
  })

  /** A transaction enters a block after the newest one, so this is read there. */
  const revealRules = Effect.gen(function* () {
    const at = yield* bestBlock
    const [{ index, firstBlock }, tempo, pendingEpochAt, since, step, period, slot] = yield* Effect.all(
      [
        epochAt(at),
        small("tempo", at),
        small("pendingEpochAt", at, 0),
        value("blocksSinceLastStep", at),
        small("lastMechansimStepBlock", at, 0),
        small("revealPeriodEpochs", at, 1),
        chain.read("time of a slot", async (api) => api.consts.aura?.slotDuration?.toString())
      ],
      { concurrency: "unbounded" }
    )
    const blocksSinceLastStep = since === undefined ? at.number - step : Number(yield* integer(since))
    const schedule = { block: at.number, epoch: index, lastEpochBlock: firstBlock, pendingEpochAt, tempo, blocksSinceLastStep }
    return { schedule, period, blockTime: slot === undefined ? BLOCK_SECONDS * 1_000 : Number(slot) } satisfies RevealRules
  }).pipe(Effect.withSpan("Subnet.revealRules"))

  const setWeights = (signer: KeyPair, { uids, values, versionKey, mechanism }: SentWeights, guard?: SendGuard) =>
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

  const commitWeights = Effect.fn("Subnet.commitWeights")(function* (
    signer: KeyPair,
    { uids, values, versionKey, mechanism }: SentWeights,
    guard?: SendGuard
  ) {
    const { schedule, period, blockTime } = yield* revealRules
    const reveal = revealOf(schedule, period)
    if (reveal === undefined) return yield* new NeverRevealed({ netuid, tempo: schedule.tempo, period })
    // The curve is loaded when it is needed.
    const { encrypt } = yield* Effect.promise(() => import("../drand/timelock.ts"))
    const round = roundOf(reveal, schedule.block, yield* Clock.currentTimeMillis, blockTime)
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
          const bytes = `0x${Buffer.from(commitment).toString("hex")}`
          return mechanism === undefined
            ? required(plain, "commit_timelocked_weights")(netuid, bytes, round, COMMIT_REVEAL_VERSION)
            : required(ofMechanism, "commit_timelocked_mechanism_weights")(netuid, mechanism, bytes, round, COMMIT_REVEAL_VERSION)
        }
      })
      .pipe(namingRefusals(netuid))
    return { ...inclusion, opensAt: reveal.block, round } satisfies Committed
  })

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
) => Effect.Effect<Committed, SubmitError | WeightsRefused | NeverRevealed | E>

/** A call that the chain's metadata must have; without it the chain is another one, which the submission reports. */
const required = <A>(call: A | undefined, name: string): A => {
  if (call === undefined) throw new Error(`this chain has no SubtensorModule.${name}: is it a Subtensor endpoint?`)
  return call
}
