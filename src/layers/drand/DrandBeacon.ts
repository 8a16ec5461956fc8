/** drand's Quicknet: a public clock of one round every three seconds, which anybody can ask. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Config, Effect, Schema } from "effect"
import { CHAIN_HASH, GENESIS, PERIOD } from "./quicknet.ts"

/** drand's own relays, asked at once. */
const RELAYS = ["https://api.drand.sh", "https://drand.cloudflare.com"]

const relays = Config.array(Config.nonEmptyString(), "GITTENSOR_DRAND_URL").pipe(Config.withDefault(RELAYS))

const Latest = Schema.Struct({ round: Schema.Int.pipe(Schema.positive()) })

/** Milliseconds since 1970 at which a round is made. */
export const timeOfRound = (round: number): number => (GENESIS + (round - 1) * PERIOD) * 1000

export interface Reading {
  readonly round: number
  /** How far this machine's clock is ahead of the beacon's, in milliseconds, and how far off that may be. */
  readonly ahead: number
  readonly within: number
}

/** A round is made, signed by many and carried to the relays, before it is the latest one there: at most about so many milliseconds. */
const CARRIED = 1_500

const askAt = (relay: string) =>
  Effect.gen(function* () {
    const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
    const before = Date.now()
    const response = yield* client.get(`${relay.replace(/\/+$/, "")}/${CHAIN_HASH}/public/latest`)
    const { round } = yield* HttpClientResponse.schemaBodyJson(Latest)(response)
    const after = Date.now()
    // It was the latest one from its own time to the next one's, by the beacon's clock, at a moment between the question and the answer.
    const [earliest, latest] = [timeOfRound(round), timeOfRound(round + 1) + CARRIED]
    return {
      round,
      ahead: (before + after) / 2 - (earliest + latest) / 2,
      within: (latest - earliest + after - before) / 2
    } satisfies Reading
  })

/** The first relay's answer. */
export const read = Effect.gen(function* () {
  const urls = yield* relays
  return yield* Effect.raceAll(urls.map(askAt))
}).pipe(Effect.provide(FetchHttpClient.layer), Effect.withSpan("DrandBeacon.read"))
