import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Axon from "../../src/layers/Axon.ts"
import * as Dendrite from "../../src/layers/Dendrite.ts"
import * as Gossip from "../../src/layers/EnrolmentGossip.ts"
import { Enrolments } from "../../src/layers/Enrolments.ts"
import { miners, signed, storeOf, subnet, validators } from "./support.ts"

describe("axon", () => {
  it.scopedLive("stores an enrolment", () =>
    Effect.gen(function* () {
      const state = subnet()
      const context = yield* Layer.build(
        Axon.layer({ hotkey: validators[0], hostname: "127.0.0.1", port: 0 }).pipe(
          Layer.provideMerge(storeOf(state)),
          Layer.provideMerge(Dendrite.layer)
        )
      )
      yield* Effect.gen(function* () {
        const { port } = yield* Axon.Axon
        const dendrite = yield* Dendrite.Dendrite
        const to = { ip: "127.0.0.1", port, hotkey: validators[0].address }
        const answer = yield* dendrite.send({ from: miners[0], to, synapse: "EnrolmentSynapse", body: signed(miners[0]) })
        assert.deepInclude(answer as object, { accepted: true })
        const error = yield* Effect.flip(dendrite.send({ from: miners[0], to, synapse: "EnrolmentSynapse", body: signed(miners[0]) }))
        console.log(error.message)
        const g = yield* Gossip.exchangeWith(validators[1], to)
        console.log(g)
        console.log(yield* (yield* Enrolments).snapshot(1000))
      }).pipe(Effect.provide(context))
    })
  )
})
