/** Compares this machine's clock with drand's Quicknet, a public beacon with a round every three seconds. */
import { Config, Duration, Effect, Schema } from "effect"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { answerTo, jsonOf } from "../../machine/http/boundedAnswer.ts"
import { CHAIN_HASH, timeOfRound } from "./quicknet.ts"

/** drand's relays, requested in parallel. */
const RELAYS = ["https://api.drand.sh", "https://drand.cloudflare.com"]

const relays = Config.array(Config.nonEmptyString(), "GITTENSOR_DRAND_URL").pipe(Config.withDefault(RELAYS))

const beacon = strangersBytes({
  what: "drand's newest round",
  writtenBy: "the relay's operator",
  readIn: "this process",
  limits: { bytes: 65_536, time: Duration.seconds(20), redirects: 3, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

const Latest = Schema.Struct({ round: Schema.Int.pipe(Schema.positive()) })

export interface Reading {
  readonly round: number
  /** How far this machine's clock is ahead of the beacon's, in milliseconds. `within`: the error of that figure. */
  readonly ahead: number
  readonly within: number
}

/** The most time from a round's start until the relays serve it, in milliseconds. */
const MOST_RELAY_DELAY = 1_500

const askAt = (relay: string) =>
  Effect.gen(function* () {
    const before = Date.now()
    const answer = yield* answerTo({ url: `${relay.replace(/(?<!\/)\/+$/, "")}/${CHAIN_HASH}/public/latest` }, beacon.limits)
    const { round } = yield* jsonOf(Latest)(answer)
    const after = Date.now()
    // At some time between request and answer, the beacon's clock was between this round's time and the next one's.
    const [earliest, latest] = [timeOfRound(round), timeOfRound(round + 1) + MOST_RELAY_DELAY]
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
}).pipe(Effect.withSpan("DrandBeacon.read"))
