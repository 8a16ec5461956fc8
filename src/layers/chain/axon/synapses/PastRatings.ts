/**
 * Answers registered hotkeys how a hotkey was rated in past rounds. The answer is that validator's word: nothing proves it, and nothing depends on
 * it.
 */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../../domain/Account.ts"
import type { KeyPair } from "../../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../../domain/Metagraph.ts"
import { RatingHistory } from "../../../storage/dataFolder/RatingHistory.ts"
import { Contract } from "../../contract/Contract.ts"
import { RequestRefused, synapse } from "../AxonEndpoints.ts"
import { AxonAnswerMalformed, Dendrite } from "../Dendrite.ts"
import { MAX_PAST_RATINGS, PastRatingsAnswer, PastRatingsQuestion, PastRatingsSynapse } from "../wire/synapses.ts"

const decodeQuestion = Schema.decodeUnknown(PastRatingsQuestion)
const encodeAnswer = Schema.encode(PastRatingsAnswer)
const decodeAnswer = Schema.decodeUnknown(PastRatingsAnswer)

const failed = ({ message }: { readonly message: string }) =>
  Effect.zipRight(Effect.logWarning(message), new RequestRefused({ status: 503, text: "past ratings cannot be read at the moment" }))

/** Computes a round's number from its first block and the present round length. */
export const layer = synapse({
  synapse: PastRatingsSynapse,
  callers: "registered",
  handle: (body) =>
    Effect.gen(function* () {
      const { hotkey } = yield* Effect.mapError(
        decodeQuestion(body),
        () => new RequestRefused({ status: 422, text: "the question is not in the form of a PastRatingsSynapse" })
      )
      const [contract, { history }] = yield* Effect.all([Contract, RatingHistory])
      const { roundLength } = yield* Effect.catchAll(contract.config, failed)
      const points = yield* Effect.catchAll(history(contract.address, hotkey, MAX_PAST_RATINGS), failed)
      const ratings = points.map(({ block, rating, games, provisional }) => ({
        block,
        round: Math.floor(block / roundLength),
        rating,
        games,
        provisional
      }))
      return yield* Effect.orDie(encodeAnswer({ ratings }))
    })
})

/** Asks one axon about a hotkey; gives up after five seconds. */
export const askAt = Effect.fn("PastRatings.askAt")(function* (from: KeyPair, to: AxonTarget, hotkey: AccountAddress) {
  const dendrite = yield* Dendrite
  const malformed = () => new AxonAnswerMalformed({ ip: to.ip, port: to.port, reason: "it may run another version" })
  const answer = yield* dendrite.send({ from, to, synapse: PastRatingsSynapse, body: { hotkey }, timeout: "5 seconds" })
  return yield* Effect.mapError(decodeAnswer(answer), malformed)
})
