/** A miner's question to a validator: what do you hold of mine? */
import { Effect, Schema } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { AxonAnswerMalformed, Dendrite } from "../Dendrite.ts"
import type { AxonTarget } from "../wire/dendrite.ts"
import { StandingAnswer } from "../wire/synapses.ts"

const decodeAnswer = Schema.decodeUnknown(StandingAnswer)

/** Asks one axon; given up after five seconds. */
export const askAt = Effect.fn("EnrolmentStanding.askAt")(function* (from: KeyPair, to: AxonTarget) {
  const dendrite = yield* Dendrite
  const malformed = () => new AxonAnswerMalformed({ ip: to.ip, port: to.port, reason: "it may run another version" })
  return yield* dendrite
    .send({ from, to, synapse: "StandingSynapse", body: {}, timeout: "5 seconds" })
    .pipe(Effect.flatMap((answer) => Effect.mapError(decodeAnswer(answer), malformed)))
})
