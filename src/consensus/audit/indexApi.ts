/** A client of the index's API for epochs: `gittensor serve`, on this machine or another. */
import { Duration, Effect, Option, Schema } from "effect"
import { EpochState } from "../../domain/EpochState.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { MAX_NESTING } from "../../domain/nesting.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { answerTo, jsonOf } from "../../layers/machine/http/boundedAnswer.ts"

const answers = strangersBytes({
  what: "an index's data about epochs, for an audit without a node",
  writtenBy: "the index's operator",
  readIn: "this process",
  limits: { bytes: 8_388_608, time: Duration.seconds(20), redirects: 3, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

const Newest = Schema.Struct({ items: Schema.Array(Schema.Struct({ epoch: Schema.NonNegativeInt })) })

/** The index at an address like http://127.0.0.1:8080. */
export const indexAt = (written: string) => {
  const address = written.replace(/(?<!\/)\/+$/, "")
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
  return {
    facts: (epoch: number) =>
      Effect.flatMap(
        get(`/v1/consensus/epochs/${epoch}/facts`, EpochState),
        Effect.mapError(
          () =>
            new OperationFailed({
              message: `the index at ${address} has no epoch ${epoch}: it has only epochs that were settled while it ran, and earlier ones that its node had not pruned`
            })
        )
      ).pipe(
        Effect.filterOrFail(
          (found) => found.epoch === epoch,
          (found) => unavailable(`it answered a request for epoch ${epoch} with epoch ${found.epoch}`)
        )
      ),
    /** The newest epoch that the index has audited; none if there is none. */
    newestEpoch: Effect.map(
      get("/v1/consensus/epochs?limit=1", Newest),
      Option.flatMapNullable(({ items }) => items[0]?.epoch)
    )
  }
}

/** Facts of an epoch from an index that recorded them. Its facts of the chain are trusted; reports are judged as always. */
export const indexedState = Effect.fn("indexedState")(function* (address: string, epoch: number) {
  const { facts, newestEpoch } = indexAt(address)
  const [found, newest] = yield* Effect.all([facts(epoch), newestEpoch], { concurrency: 2 })
  // Validators may have moved since the index recorded the epoch.
  const now = Option.isSome(newest) && newest.value > epoch ? yield* facts(newest.value) : found
  return { ...found, axons: [...now.axons, ...found.axons] }
})
