/** Asks each validator's axon which of a miner's enrolments it holds, and how it remembers the miner's past ratings. */
import { Effect, Either, Option } from "effect"
import type { ValidatorInfo } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { type Choice, parse } from "../../domain/Enrolment.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type AxonTarget, type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { verifyText } from "../../domain/Signature.ts"
import type { Dendrite } from "../../layers/axon/Dendrite.ts"
import * as PastRatings from "../../layers/axon/synapses/PastRatings.ts"
import type { PastRating } from "../../layers/axon/wire/synapses.ts"
import { askAt } from "../../scoring/issue_competitions/enrolments/HeldEnrolments.ts"

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
  /** What its vote weighs, in rao. */
  readonly weight: bigint
  /** `ip:port`; `null` if it publishes no axon. */
  readonly axon: string | null
  /** `null` if it was not asked or did not answer; `reason` says why. */
  readonly held: ReadonlyArray<HeldEnrolment> | null
  readonly reason: string | null
  /** How it says the miner was rated, oldest first; `null` if it was not asked or did not say. Nothing proves it. */
  readonly ratings: ReadonlyArray<PastRating> | null
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

/** What a validator says of past ratings, without rounds that have not begun. */
const ratingsAt = (hotkey: KeyPair, axon: AxonTarget, head: number) =>
  Effect.map(Effect.option(PastRatings.askAt(hotkey, axon, hotkey.address)), (given) =>
    Option.match(given, { onNone: () => null, onSome: ({ ratings }) => ratings.filter(({ block }) => block <= head) })
  )

/** Asks every validator at once. `head`: the finalised block. */
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
