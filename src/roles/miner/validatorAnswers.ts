/** Asks each validator's axon for a miner's enrolments. */
import { Effect, Either } from "effect"
import type { ValidatorInfo } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { type Choice, parse } from "../../domain/Enrolment.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { verifyText } from "../../domain/Signature.ts"
import type { Dendrite } from "../../layers/chain/axon/Dendrite.ts"
import { askAt } from "../../scoring/issue_competitions/enrolments/HeldEnrolments.ts"

export interface HeldEnrolment {
  readonly issue: number
  readonly choice: Choice
  readonly sequence: number
  readonly validFrom: number
  /** The last block at which the enrolment is valid. */
  readonly validUntil: number
}

/** A validator of the contract, and the enrolments that it reports for the miner. */
export interface ValidatorAnswer {
  readonly validator: AccountAddress
  /** Weight of its vote, in rao. */
  readonly weight: bigint
  /** `ip:port`; `null`: the validator publishes no axon. */
  readonly axon: string | null
  /** `null`: the validator was not asked or did not answer; `reason` says why. */
  readonly held: ReadonlyArray<HeldEnrolment> | null
  readonly reason: string | null
}

type Answer = Effect.Effect.Success<ReturnType<typeof askAt>>

/** Keeps only enrolments that the miner itself signed, because a validator may return anything. */
const ownOf = (hotkey: AccountAddress, { enrolments, block }: Answer): ReadonlyArray<HeldEnrolment> =>
  enrolments
    .flatMap(({ text, signature }): ReadonlyArray<HeldEnrolment> => {
      const enrolment = Either.getOrUndefined(parse(text))
      if (enrolment === undefined || enrolment.hotkey !== hotkey || !verifyText(text, signature, hotkey)) return []
      const { issue, choice, sequence, validFrom, validUntil } = enrolment
      return validUntil < block ? [] : [{ issue, choice, sequence, validFrom, validUntil }]
    })
    .toSorted((a, b) => a.issue - b.issue)

/** Asks all validators concurrently. */
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
      return Effect.map(
        Effect.either(askAt(hotkey, { hotkey: validator, ...axon })),
        Either.match({
          onRight: (answer): ValidatorAnswer => ({ ...at, held: ownOf(hotkey.address, answer), reason: null }),
          onLeft: ({ message }): ValidatorAnswer => ({ ...at, held: null, reason: message })
        })
      )
    },
    { concurrency: 16 }
  )
})
