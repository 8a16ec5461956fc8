/** A validator serves a registered hotkey its ratings of past rounds. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as Axon from "../../../src/layers/chain/axon/Axon.ts"
import * as AxonEndpoints from "../../../src/layers/chain/axon/AxonEndpoints.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import * as PastRatings from "../../../src/layers/chain/axon/synapses/PastRatings.ts"
import { PastRatingsSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import * as RatingHistory from "../../../src/layers/storage/dataFolder/RatingHistory.ts"
import { chain, miners, stranger, subnet, validators, viewOf } from "../../support/axon/support.ts"

const [miner, other] = miners
const [validator] = validators

const ratingOf = (hotkey: string, rating: number, games: number) =>
  [hotkey, { hotkey, rating, games, provisional: true, eligible: true, reasons: [] }] as const

const contract = Layer.mock(Contract, {
  address: chain.contract,
  encode: () => assert.fail("nothing is sent"),
  config: Effect.succeed({ roundLength: 100 } as never)
})

describe("past ratings", () => {
  it.scopedLive("are the newest rounds that changed a hotkey's rating, up to a limit, for whoever is registered", () =>
    Effect.gen(function* () {
      const context = yield* Layer.build(
        Axon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0 }).pipe(
          Layer.provide(PastRatings.layer),
          Layer.provide([AxonEndpoints.layer, contract, viewOf(subnet())]),
          Layer.provideMerge(RatingHistory.layer({ file: ":memory:", chain: "test" }))
        )
      )
      const history = Context.get(context, RatingHistory.RatingHistory)
      const to = { ip: "127.0.0.1", port: Context.get(context, Axon.Axon).port, hotkey: validator.address }
      const asked = PastRatings.askAt(miner, to, miner.address)
      assert.deepStrictEqual((yield* asked).ratings, [])
      for (let round = 1; round <= 20; round++)
        yield* history.record(
          chain.contract,
          100 * round,
          new Map([ratingOf(miner.address, 1_500_000 + 1_000 * round, round), ratingOf(other.address, 1_400_000, 0)])
        )
      const { ratings } = yield* asked
      assert.deepStrictEqual(
        ratings.map(({ round }) => round),
        Array.from({ length: 16 }, (_, index) => index + 5)
      )
      assert.deepStrictEqual(ratings.at(-1), { block: 2_000, round: 20, rating: 1_520_000, games: 20, provisional: true })
      assert.deepStrictEqual(
        (yield* PastRatings.askAt(miner, to, other.address)).ratings.map(({ block, rating }) => [block, rating]),
        [[100, 1_400_000]],
        "another's, which changed once"
      )
      const refused = yield* Effect.flip(PastRatings.askAt(stranger, to, miner.address))
      assert.include(refused.message, "403")
      const dendrite = yield* Dendrite.Dendrite
      const wrong = yield* Effect.flip(dendrite.send({ from: miner, to, synapse: PastRatingsSynapse, body: { hotkey: "nobody" } }))
      assert.include(wrong.message, "not in the form of a PastRatingsSynapse")
    }).pipe(Effect.provide(Dendrite.layer))
  )
})
