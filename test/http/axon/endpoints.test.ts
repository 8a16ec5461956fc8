/** An axon serves the endpoints of services that it has no code for. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as Axon from "../../../src/layers/chain/axon/Axon.ts"
import * as AxonEndpoints from "../../../src/layers/chain/axon/AxonEndpoints.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import type { Synapse } from "../../../src/layers/chain/axon/wire/Synapse.ts"
import { miners, subnet, validators, viewOf } from "../../support/axon/support.ts"

const [miner] = miners
const [validator] = validators

/** A service unknown to the axon, and its endpoints. */
class Weather extends Context.Tag("test/Weather")<Weather, { readonly today: Effect.Effect<string> }>() {}

const WeatherSynapse: Synapse = { name: "WeatherSynapse", fields: ["place"] }

const askable = AxonEndpoints.synapse({
  synapse: WeatherSynapse,
  callers: "registered",
  handle: ({ place }) =>
    Effect.map(
      Effect.flatMap(Weather, ({ today }) => today),
      (today) => ({ place, today })
    )
})

const showing = (path: `/${string}`) =>
  AxonEndpoints.routes(
    Effect.map(Weather, ({ today }) =>
      HttpRouter.empty.pipe(
        HttpRouter.get(
          path,
          Effect.map(today, (text) => HttpServerResponse.text(text))
        )
      )
    )
  )

const weather = Layer.succeed(Weather, { today: Effect.succeed("rain") })

const axonWith = <E>(endpoints: Layer.Layer<never, E, Weather | AxonEndpoints.AxonEndpoints>) =>
  Axon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0 }).pipe(
    Layer.provide(endpoints),
    Layer.provide([AxonEndpoints.layer, weather, viewOf(subnet())])
  )

describe("an axon's endpoints", () => {
  it.scopedLive("are those that services bring along, with the services that these need", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(axonWith(Layer.merge(askable, showing("/weather"))))
      const { port } = Context.get(context, Axon.Axon)
      const { send } = yield* Dendrite.make
      const to = { ip: "127.0.0.1", port, hotkey: validator.address }
      assert.deepInclude(yield* send({ from: miner, to, synapse: WeatherSynapse, body: { place: "here" } }), {
        place: "here",
        today: "rain"
      })
      const shown = yield* Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}/weather`)).text())
      assert.strictEqual(shown, "rain")
      const unknown = yield* Effect.flip(send({ from: miner, to, synapse: { name: "SnowSynapse", fields: [] }, body: {} }))
      assert.include(unknown.message, "Available synapses: WeatherSynapse")
    })
  )

  it.scopedLive("are a defect where two have one name", () =>
    Effect.gen(function* () {
      for (const [endpoints, twice] of [
        [Layer.merge(askable, Layer.fresh(askable)), "two handlers for WeatherSynapse"],
        [Layer.merge(showing("/weather"), showing("/weather")), "two routes for GET /weather"]
      ] as const) {
        const defect = yield* Layer.build(axonWith(endpoints)).pipe(
          Effect.as("it listens"),
          Effect.catchAllDefect((thrown) => Effect.succeed(String(thrown)))
        )
        assert.include(defect, twice)
      }
      yield* Layer.build(axonWith(Layer.merge(showing("/weather"), showing("/weather/tomorrow"))))
    })
  )
})
