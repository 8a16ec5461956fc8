/** Asks each validator's axon which of a miner's enrolments it holds. */
import { Effect, Either } from "effect"
import type { ValidatorInfo } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { type Choice, parse } from "../domain/Enrolment.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../domain/Metagraph.ts"
import { verifyText } from "../domain/Signature.ts"
import type { Dendrite } from "../layers/axon/Dendrite.ts"
import { askAt } from "../layers/axon/synapses/HeldEnrolments.ts"

export interface HeldEnrolment {
  readonly issue: number
  readonly choice: Choice
  readonly sequence: number
  readonly validFrom: number
  /** The last block at which the enrolment counts. */
  readonly validUntil: number
}

/** A validator of the contract, and the enrolments that it says it holds. */
export interface ValidatorAnswer {
  readonly validator: AccountAddress
  /** Its voting weight: its stake, or 1. */
  readonly weight: bigint
  /** `ip:port`; `null` if it publishes no axon. */
  readonly axon: string | null
  /** `null` if it was not asked or did not answer; `reason` says why. */
  readonly held: ReadonlyArray<HeldEnrolment> | null
  readonly reason: string | null
}

type Answer = Effect.Effect.Success<ReturnType<typeof askAt>>

/** Keeps only enrolments that the miner itself signed, since a validator may answer anything. */
const ownOf = (hotkey: AccountAddress, { enrolments, block }: Answer): ReadonlyArray<HeldEnrolment> =>
  enrolments
    .flatMap(({ text, signature }): ReadonlyArray<HeldEnrolment> => {
      const enrolment = Either.getOrUndefined(parse(text))
      if (enrolment === undefined || enrolment.hotkey !== hotkey || !verifyText(text, signature, hotkey)) return []
      const { issue, choice, sequence, validFrom, validUntil } = enrolment
      return validUntil < block ? [] : [{ issue, choice, sequence, validFrom, validUntil }]
    })
    .toSorted((a, b) => a.issue - b.issue)

/** Asks every validator at once. */
export const askValidators = Effect.fn("miner.askValidators")(function* (
  hotkey: KeyPair,
  metagraph: Metagraph,
  validators: ReadonlyArray<Pick<ValidatorInfo, "hotkey" | "weight">>
) {
  return yield* Effect.forEach(
    validators,
    ({ hotkey: validator, weight }): Effect.Effect<ValidatorAnswer, never, Dendrite> => {
      const axon = neuronOf(metagraph, validator)?.axon ?? null
      if (axon === null) return Effect.succeed({ validator, weight, axon: null, held: null, reason: "it publishes no axon" })
      const at = { validator, weight, axon: `${axon.ip}:${axon.port}` }
      return Effect.match(askAt(hotkey, { hotkey: validator, ...axon }), {
        onSuccess: (answer): ValidatorAnswer => ({ ...at, held: ownOf(hotkey.address, answer), reason: null }),
        onFailure: ({ message }): ValidatorAnswer => ({ ...at, held: null, reason: message })
      })
    },
    { concurrency: 16 }
  )
})
