/** Asks each validator's axon for a miner's enrolments and past ratings. */
import { Effect, Either, Option } from "effect"
import type { ValidatorInfo } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { type Choice, parse } from "../../domain/Enrolment.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type AxonTarget, type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { verifyText } from "../../domain/Signature.ts"
import type { Dendrite } from "../../layers/chain/axon/Dendrite.ts"
import * as PastRatings from "../../layers/chain/axon/synapses/PastRatings.ts"
import type { PastRating } from "../../layers/chain/axon/wire/synapses.ts"
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
  /** Ratings that the validator reports, oldest first, without proof; `null`: it was not asked or did not answer. */
  readonly ratings: ReadonlyArray<PastRating> | null
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

/** What a validator says of past ratings, without rounds that have not begun. */
const ratingsAt = (hotkey: KeyPair, axon: AxonTarget, head: number) =>
  Effect.map(Effect.option(PastRatings.askAt(hotkey, axon, hotkey.address)), (given) =>
    Option.match(given, { onNone: () => null, onSome: ({ ratings }) => ratings.filter(({ block }) => block <= head) })
  )

/** Asks all validators concurrently. `head`: the finalised block. */
export const askValidators = Effect.fn("miner.askValidators")(function* (
  hotkey: KeyPair,
  metagraph: Metagraph,
  validators: ReadonlyArray<Pick<ValidatorInfo, "hotkey" | "weight">>,
  head: number
) {
  return yield* Effect.forEach(
    validators,
    ({ hotkey: validator, weight }): Effect.Effect<ValidatorAnswer, never, Dendrite> => {
      const axon = neuronOf(metagraph, validator)?.axon ?? null
      if (axon === null) return Effect.succeed({ validator, weight, axon: null, held: null, reason: "it publishes no axon", ratings: null })
      const at = { validator, weight, axon: `${axon.ip}:${axon.port}` }
      const to = { hotkey: validator, ...axon }
      return Effect.all([Effect.either(askAt(hotkey, to)), ratingsAt(hotkey, to, head)], { concurrency: 2 }).pipe(
        Effect.map(([answer, ratings]) =>
          Either.match(answer, {
            onRight: (right): ValidatorAnswer => ({ ...at, held: ownOf(hotkey.address, right), reason: null, ratings }),
            onLeft: ({ message }): ValidatorAnswer => ({ ...at, held: null, reason: message, ratings })
          })
        )
      )
    },
    { concurrency: 16 }
  )
})
