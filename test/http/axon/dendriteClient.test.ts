import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { AxonTarget } from "../../../src/domain/Metagraph.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import { EnrolmentSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { miners, signed, validators } from "../../support/axon/support.ts"
import { serve } from "../../support/serve.ts"

const [miner] = miners
const [validator] = validators

describe("a dendrite", () => {
  const body = signed(miner)
  const send = (to: AxonTarget) =>
    Effect.flatMap(Dendrite.Dendrite, (dendrite) =>
      Effect.flip(dendrite.send({ from: miner, to, synapse: EnrolmentSynapse, body: { ...body }, timeout: "300 millis" }))
    ).pipe(Effect.provide(Dendrite.layer))

  const listening = (fetch: (request: Request) => Response | Promise<Response>) =>
    serve(fetch).pipe(Effect.map(({ port = 0 }) => ({ ip: "127.0.0.1", port, hotkey: validator.address })))

  it.scopedLive("names an axon where nobody listens", () =>
    Effect.gen(function* () {
      const error = yield* send({ ip: "127.0.0.1", port: 1, hotkey: validator.address })
      assert.strictEqual(error._tag, "AxonUnreachable")
      assert.include(error.message, "127.0.0.1:1")
    })
  )

  it.scopedLive("abandons an axon that never answers", () =>
    Effect.gen(function* () {
      const error = yield* send(yield* listening(() => new Promise<Response>(() => {})))
      assert.strictEqual(error._tag, "AxonTimeout")
    })
  )

  it.scopedLive.each<[string, () => Response, string]>([
    ["a refusal with its reason", () => Response.json({ message: "no place" }, { status: 403 }), "AxonRefused"],
    ["a refusal without one", () => new Response("<html>", { status: 500 }), "AxonRefused"],
    ["a redirection", () => Response.redirect("http://127.0.0.1:1/", 302), "AxonRefused"],
    ["something else than JSON", () => new Response("hello"), "AxonAnswerMalformed"],
    ["two megabytes", () => new Response("1".repeat(2_000_000)), "AxonAnswerMalformed"]
  ])("understands %s", ([_name, respond, tag]) =>
    Effect.gen(function* () {
      const error = yield* send(yield* listening(respond))
      assert.strictEqual(error._tag, tag)
      if (error._tag === "AxonRefused") assert.isTrue(error.reason === "no place" || error.reason.startsWith("status"))
    })
  )
})
