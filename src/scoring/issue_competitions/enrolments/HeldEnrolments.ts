/** The axon's endpoint, and its client, that tell a miner which of its enrolments a validator holds. */
import { Effect, Schema } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { synapse } from "../../../layers/chain/axon/AxonEndpoints.ts"
import { AxonAnswerMalformed, Dendrite } from "../../../layers/chain/axon/Dendrite.ts"
import { HeldEnrolmentsAnswer, MAX_HELD, StandingSynapse } from "../../../layers/chain/axon/wire/synapses.ts"
import { SubnetView } from "../../../layers/chain/subnet/SubnetView.ts"
import { Enrolments } from "./Enrolments.ts"

const encodeAnswer = Schema.encode(HeldEnrolmentsAnswer)
const decodeAnswer = Schema.decodeUnknown(HeldEnrolmentsAnswer)

export const layer = synapse({
  synapse: StandingSynapse,
  callers: "registered",
  handle: (_, sender) =>
    Effect.gen(function* () {
      const [store, { current }] = yield* Effect.all([Enrolments, SubnetView])
      const [{ currentBlock }, enrolments] = yield* Effect.all([current, store.of(sender)])
      return yield* Effect.orDie(encodeAnswer({ block: currentBlock, enrolments: enrolments.slice(0, MAX_HELD) }))
    })
})

/** Asks one axon; gives up after five seconds. */
export const askAt = Effect.fn("HeldEnrolments.askAt")(function* (from: KeyPair, to: AxonTarget) {
  const dendrite = yield* Dendrite
  const malformed = () => new AxonAnswerMalformed({ ip: to.ip, port: to.port, reason: "it may run another version" })
  return yield* dendrite
    .send({ from, to, synapse: StandingSynapse, body: {}, timeout: "5 seconds" })
    .pipe(Effect.flatMap((answer) => Effect.mapError(decodeAnswer(answer), malformed)))
})
