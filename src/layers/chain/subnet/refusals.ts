/** The chain's reasons for refusing weights, with advice for each, and what it would refuse of an unregistered hotkey. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Chain } from "../node/Chain.ts"
import { type SubmitError, TransactionWithheld } from "../node/errors.ts"

/** The meaning of each of Subtensor's errors about weights, and what to do. */
const ADVICE = {
  WeightVecNotEqualSize: "the number of UIDs differs from the number of weights: this is a bug in gittensor, please report it",
  InputLengthsUnequal: "the number of UIDs differs from the number of weights: this is a bug in gittensor, please report it",
  SubnetNotExists: "the subnet does not exist: check --netuid and --endpoint",
  MechanismDoesNotExist: "the subnet or the mechanism does not exist: check --netuid and --endpoint",
  CanNotSetRootNetworkWeights: "the root network accepts no weights: give another --netuid",
  HotKeyNotRegisteredInSubNet: "the hotkey has no UID on the subnet: register it, or use the wallet that is registered",
  NotEnoughStakeToSetWeights: "the hotkey has too little stake on the subnet: stake more on it",
  IncorrectWeightVersionKey: "the subnet requires a newer version of gittensor: update it",
  SettingWeightsTooFast: "the subnet's rate limit allows no weights yet: the next attempt follows when it does",
  CommittingWeightsTooFast: "the subnet's rate limit allows no commitment yet: the next attempt follows when it does",
  RateLimitExceeded: "the subnet's rate limit allows no weights yet: the next attempt follows when it does",
  NeuronNoValidatorPermit:
    "the hotkey has no validator permit: it needs more stake than other validators of the subnet, and receives the permit at the next epoch",
  DuplicateUids: "a UID occurs twice: this is a bug in gittensor, please report it",
  UidVecContainInvalidOne: "no neuron has one of these UIDs: the next attempt reads the metagraph again",
  UidsLengthExceedUidsInSubNet: "there are more UIDs than the subnet has: the next attempt reads the metagraph again",
  WeightVecLengthIsLow:
    "the subnet requires weights for more UIDs (min_allowed_weights): its owner must lower that, or more miners must earn",
  MaxWeightExceeded: "one UID would get more than the subnet allows (max_weights_limit): its owner must raise that",
  CommitRevealEnabled: "the subnet has switched to committed weights: the next attempt commits them",
  CommitRevealDisabled: "the subnet has switched to plain weights: the next attempt sets them",
  IncorrectCommitRevealVersion: "the subnet uses another commit-reveal version than 4: update gittensor",
  InvalidRevealRound: "the beacon's round for the reveal has passed: check this machine's clock",
  TooManyUnrevealedCommits: "ten commitments of this hotkey are not revealed yet: wait for the next epochs",
  CommitPayloadTooLarge: "the commitment is longer than the subnet accepts: please report this",
  CommitQueueFull: "the subnet accepts no more commitments in this epoch: the next attempt commits them"
} as const

export type WeightRefusal = keyof typeof ADVICE

const isRefusal = (name: string): name is WeightRefusal => Object.hasOwn(ADVICE, name)

/** The chain refuses these weights. `refusal` is Subtensor's name for the reason. */
export class WeightsRefused extends Schema.TaggedError<WeightsRefused>()("WeightsRefused", {
  netuid: Schema.Number,
  refusal: Schema.Literal(...(Object.keys(ADVICE) as ReadonlyArray<WeightRefusal>)),
  /** Figures behind the refusal; may be empty. */
  detail: Schema.String
}) {
  override get message() {
    const detail = this.detail === "" ? "" : ` (${this.detail})`
    return `subnet ${this.netuid} refuses these weights: ${this.refusal}${detail}: ${ADVICE[this.refusal]}`
  }
}

/** Refusals before inclusion in a block, for which Subtensor gives a number instead of a name: its `CustomTransactionError`. */
const REFUSALS_BY_NUMBER: Readonly<Record<string, WeightRefusal>> = {
  1: "NotEnoughStakeToSetWeights",
  3: "SubnetNotExists",
  6: "RateLimitExceeded",
  10: "HotKeyNotRegisteredInSubNet",
  15: "InvalidRevealRound",
  18: "InputLengthsUnequal",
  19: "HotKeyNotRegisteredInSubNet"
}

/** The refusal behind a failed transaction, if it concerns weights. */
const refusalIn = (error: SubmitError): WeightRefusal | undefined => {
  switch (error._tag) {
    case "TransactionFailed": {
      // Two pallets of Subtensor name the same refusal differently.
      const name = error.name === "HotKeyNotRegisteredInNetwork" ? "HotKeyNotRegisteredInSubNet" : error.name
      return isRefusal(name) ? name : undefined
    }
    case "TransactionRefused":
      return REFUSALS_BY_NUMBER[/Custom error: (\d+)/.exec(error.reason)?.[1] ?? ""]
    default:
      return undefined
  }
}

/** Turns the chain's refusals of weights into `WeightsRefused`; other errors pass through. */
export const namingRefusals =
  (netuid: number) =>
  <A, R>(submitted: Effect.Effect<A, SubmitError, R>): Effect.Effect<A, SubmitError | WeightsRefused, R> =>
    Effect.mapError(submitted, (error) => {
      const refusal = refusalIn(error)
      return refusal === undefined ? error : new WeightsRefused({ netuid, refusal, detail: "" })
    })

/** The subnet's limits on weights and on who may set them. */
export interface WeightLimits {
  readonly versionKey: bigint
  readonly minimumWeights: number
  /** The largest share of one UID, in 1/65,535. */
  readonly maximumShare: number
  /** Neurons on the subnet; their UIDs are 0 to `neurons` − 1. */
  readonly neurons: number
}

interface Weights {
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
  readonly versionKey: bigint
}

/**
 * The chain's refusal of these weights of UID `own`, if any, by the chain's rules in their order. Checked before sending, because the chain checks a
 * commitment only when it is revealed, and then reports nothing.
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
    return refused("IncorrectWeightVersionKey", `the subnet's version key is ${limits.versionKey}, this program's is ${versionKey}`)
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

/**
 * Fails where a hotkey is not registered on the subnet. What it says about itself, such as a commitment or its axon's address, would fail in its block and cost the
 * fee, at each try.
 */
export const sentIfRegistered = (chain: Chain["Type"], netuid: number, hotkey: AccountAddress, label: string) =>
  chain
    .read("registration of a hotkey", async (api) => (await api.query.subtensorModule?.uids?.(netuid, hotkey))?.isEmpty !== true)
    .pipe(
      Effect.filterOrFail(
        (isRegistered) => isRegistered,
        () =>
          new TransactionWithheld({
            label,
            reason: `the hotkey ${hotkey} is not registered on subnet ${netuid}, so the chain would refuse it`
          })
      )
    )
