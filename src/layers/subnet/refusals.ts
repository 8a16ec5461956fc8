/** Why the chain takes no weights, by its own names, with what to do about each. */
import { Effect, Schema } from "effect"
import type { SubmitError } from "../chain/errors.ts"

/** Subtensor's names of what it refuses about weights: what each means, and what to do. */
const ADVICE = {
  WeightVecNotEqualSize: "there are not as many UIDs as weights: this is a defect of the program, report it",
  InputLengthsUnequal: "there are not as many UIDs as weights: this is a defect of the program, report it",
  SubnetNotExists: "there is no such subnet: check --netuid and --endpoint",
  MechanismDoesNotExist: "the subnet has no such mechanism, or there is no such subnet: check --netuid and --endpoint",
  CanNotSetRootNetworkWeights: "the root network takes no weights: give another --netuid",
  HotKeyNotRegisteredInSubNet: "the hotkey holds no UID on the subnet: register it, or give the wallet that is registered",
  NotEnoughStakeToSetWeights: "the hotkey has too little stake on the subnet: stake more on it",
  IncorrectWeightVersionKey: "the subnet asks for a newer version of the program: update gittensor",
  SettingWeightsTooFast: "weights were set not long ago: they are set again when the subnet's rate limit allows",
  CommittingWeightsTooFast: "weights were committed not long ago: they are committed again when the subnet's rate limit allows",
  RateLimitExceeded: "weights were set not long ago: they are set again when the subnet's rate limit allows",
  NeuronNoValidatorPermit:
    "the hotkey has no validator permit: it needs more stake than other validators of the subnet, and gets the permit with an epoch",
  DuplicateUids: "a UID is named twice: this is a defect of the program, report it",
  UidVecContainInvalidOne: "a UID is named that nobody holds: the metagraph is read anew for the next try",
  UidsLengthExceedUidsInSubNet: "more UIDs are named than the subnet has: the metagraph is read anew for the next try",
  WeightVecLengthIsLow: "the subnet wants weights for more UIDs (min_allowed_weights): its owner must lower that, or more miners must earn",
  MaxWeightExceeded: "one UID would get more than the subnet allows (max_weights_limit): its owner must raise that",
  CommitRevealEnabled: "the subnet has switched to committed weights: they are committed with the next try",
  CommitRevealDisabled: "the subnet has switched to plain weights: they are set with the next try",
  IncorrectCommitRevealVersion: "the subnet commits weights in another version than 4: update gittensor",
  InvalidRevealRound: "the beacon's round to reveal in has passed: check this machine's clock",
  TooManyUnrevealedCommits: "ten commitments of this hotkey wait to be revealed: wait for the next epochs",
  CommitPayloadTooLarge: "the commitment is longer than the subnet takes: report it",
  CommitQueueFull: "the subnet takes no more commitments in this epoch: they are committed with the next try"
} as const

export type WeightRefusal = keyof typeof ADVICE

const isRefusal = (name: string): name is WeightRefusal => Object.hasOwn(ADVICE, name)

/** The chain refuses these weights. `refusal` is Subtensor's name of why. */
export class WeightsRefused extends Schema.TaggedError<WeightsRefused>()("WeightsRefused", {
  netuid: Schema.Number,
  refusal: Schema.Literal(...(Object.keys(ADVICE) as ReadonlyArray<WeightRefusal>)),
  /** What is known beyond the name: figures. */
  detail: Schema.String
}) {
  override get message() {
    const detail = this.detail === "" ? "" : ` (${this.detail})`
    return `no weights on subnet ${this.netuid}: ${this.refusal}${detail}: ${ADVICE[this.refusal]}`
  }
}

/** What Subtensor refuses before a block, where it gives a number and no name. */
const BY_NUMBER: Readonly<Record<string, WeightRefusal>> = {
  1: "NotEnoughStakeToSetWeights",
  3: "SubnetNotExists",
  6: "RateLimitExceeded",
  10: "HotKeyNotRegisteredInSubNet",
  15: "InvalidRevealRound",
  18: "InputLengthsUnequal",
  19: "HotKeyNotRegisteredInSubNet"
}

/** Why a transaction with weights was refused, where the chain gave a reason about the weights. */
const refusalIn = (error: SubmitError): WeightRefusal | undefined => {
  switch (error._tag) {
    case "TransactionFailed": {
      // Subtensor has this name of two pallets for one thing.
      const name = error.name === "HotKeyNotRegisteredInNetwork" ? "HotKeyNotRegisteredInSubNet" : error.name
      return isRefusal(name) ? name : undefined
    }
    case "TransactionRefused":
      return BY_NUMBER[/Custom error: (\d+)/.exec(error.reason)?.[1] ?? ""]
    default:
      return undefined
  }
}

/** Names what the chain says about weights; all other errors stay as they are. */
export const namingRefusals =
  (netuid: number) =>
  <A, R>(submitted: Effect.Effect<A, SubmitError, R>): Effect.Effect<A, SubmitError | WeightsRefused, R> =>
    Effect.mapError(submitted, (error) => {
      const refusal = refusalIn(error)
      return refusal === undefined ? error : new WeightsRefused({ netuid, refusal, detail: "" })
    })

/** What the subnet asks of weights, and of who sets them. */
export interface WeightLimits {
  readonly versionKey: bigint
  readonly minimumWeights: number
  /** The most that one UID may get, of 65,535. */
  readonly maximumShare: number
  /** UIDs from 0 on that somebody holds. */
  readonly neurons: number
}

interface Weights {
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint
}

/**
 * What the chain would refuse about these weights of a hotkey with the UID `own`, by its own rules in its order. A commitment is refused only when it is opened, where
 * nobody tells; so this is asked before.
 */
export const refusalOf = (
  netuid: number,
  own: number,
  limits: WeightLimits,
  { uids, values, versionKey }: Weights
): WeightsRefused | undefined => {
  const refused = (refusal: WeightRefusal, detail: string) => new WeightsRefused({ netuid, refusal, detail })
  if (netuid === 0) return refused("CanNotSetRootNetworkWeights", "")
  if (uids.length !== values.length) return refused("WeightVecNotEqualSize", `${uids.length} UIDs, ${values.length} weights`)
  if (uids.length > limits.neurons) return refused("UidsLengthExceedUidsInSubNet", `${uids.length} of ${limits.neurons}`)
  if (versionKey < limits.versionKey)
    return refused("IncorrectWeightVersionKey", `the subnet's version key is ${limits.versionKey}, this program's ${versionKey}`)
  const seen = new Set(uids)
  if (seen.size !== uids.length) return refused("DuplicateUids", `${uids.length - seen.size} of ${uids.length}`)
  const unknown = uids.find((uid) => uid >= limits.neurons)
  if (unknown !== undefined) return refused("UidVecContainInvalidOne", `UID ${unknown} of ${limits.neurons}`)
  if (uids.length === 1 && uids[0] === own) return undefined
  const needed = Math.min(limits.minimumWeights, limits.neurons)
  if (uids.length < needed) return refused("WeightVecLengthIsLow", `${uids.length} of ${needed}`)
  const sum = values.reduce((total, value) => total + value, 0)
  const most = Math.max(0, ...values)
  // most / sum > maximumShare / 65,535, in integers.
  if (most * 65_535 > limits.maximumShare * sum)
    return refused("MaxWeightExceeded", `${most} of ${sum}, allowed ${limits.maximumShare} of 65535`)
  return undefined
}
