/** A client of the index's API for epochs: `gittensor serve`, on this machine or another. */
import { Context, Duration, Effect, Layer, Option, Schema } from "effect"
import { EpochState } from "../../domain/EpochState.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { MAX_NESTING } from "../../domain/nesting.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { answerTo, jsonOf } from "../../layers/machine/http/boundedAnswer.ts"

export class IndexApi extends Context.Tag("gittensor/IndexApi")<
  IndexApi,
  {
    readonly facts: (epoch: number) => Effect.Effect<EpochState, OperationFailed>
    /** The newest epoch that the index has audited; none if there is none. */
    readonly newestEpoch: Effect.Effect<Option.Option<number>, OperationFailed>
  }
>() {}

const answers = strangersBytes({
  what: "an index's data about epochs, for an audit without a node",
  writtenBy: "the index's operator",
  readIn: "this process",
  limits: { bytes: 8_388_608, time: Duration.seconds(20), redirects: 3, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

const Newest = Schema.Struct({ items: Schema.Array(Schema.Struct({ epoch: Schema.NonNegativeInt })) })

const make = (address: string) => {
  const unavailable = (reason: string) =>
    new OperationFailed({
      message: `the index at ${address} cannot be used (${reason}): is it the address of "gittensor serve", like http://127.0.0.1:8080?`
    })
  const get = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
    Effect.gen(function* () {
      const answer = yield* Effect.mapError(answerTo({ url: `${address}${path}` }, answers.limits), ({ message }) => unavailable(message))
      if (answer.status === 404) return Option.none<A>()
      if (answer.status !== 200) return yield* unavailable(`HTTP ${answer.status}`)
      return Option.some(yield* Effect.mapError(jsonOf(schema)(answer), (error) => unavailable(problemOf(error))))
    })
  return IndexApi.of({
    facts: (epoch) =>
      Effect.flatMap(
        get(`/v1/consensus/epochs/${epoch}/facts`, EpochState),
        Effect.mapError(
          () =>
            new OperationFailed({
              message: `the index at ${address} has no epoch ${epoch}: it has those that were settled while it ran, and before that as far as its node remembers`
            })
        )
      ),
    newestEpoch: Effect.map(
      get("/v1/consensus/epochs?limit=1", Newest),
      Option.flatMapNullable(({ items }) => items[0]?.epoch)
    )
  })
}

/** The index at an address like http://127.0.0.1:8080. */
export const layer = (address: string): Layer.Layer<IndexApi> => Layer.sync(IndexApi, () => make(address.replace(/(?<!\/)\/+$/, "")))
