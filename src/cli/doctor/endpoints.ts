/** Checks each of the chain's endpoints, and the clock against the chain and drand. */
import { Effect, Either, Option } from "effect"
import * as DrandBeacon from "../../layers/chain/drand/DrandBeacon.ts"
import { SET_CLOCK, tellBlockAge } from "../../layers/chain/node/blockAge.ts"
import { isEndpoint, shownAddress } from "../../layers/chain/node/endpoint.ts"
import { NO_ANSWER_IN_TIME, type Probe, ProbeFailed, probe } from "../../layers/chain/node/probe.ts"
import { type CheckResult, late, ok, shareOfTimeLimit, silent, warning, wrong } from "./Check.ts"

export interface Probed {
  readonly url: string
  readonly outcome: Either.Either<Probe, ProbeFailed>
}

/** Share of the time limit for endpoints and drand. The checks that need the chain run after them. */
const SHARE = 0.5
/** Warn above these: a request's milliseconds, the finalised block's age in seconds, and the blocks between finalised and best. */
const SLOW_REQUEST = 700
const OLD_BLOCK = { warning: 75, wrong: 120 } as const
const UNFINALISED_BLOCKS = 10
/** A validator switches away from an endpoint that is this many blocks behind another one. */
const MOST_BLOCKS_BEHIND = 10

export const probeAt = (url: string): Effect.Effect<Probed> =>
  isEndpoint(url)
    ? shareOfTimeLimit(SHARE).pipe(
        Effect.flatMap((limit) => Effect.either(probe(url, limit))),
        Effect.map((outcome) => ({ url, outcome }))
      )
    : // A WebSocket of the platform would take http:// for ws://, but no other command does.
      Effect.succeed({ url, outcome: Either.left(new ProbeFailed({ reason: "it is not an endpoint", isSilent: false })) })

const probeText = ({ connected, latency, finalised, best, runtime }: Probe, now: number): string => {
  const age = finalised.at === null ? "" : `, ${Math.round((now - finalised.at) / 1000)} s old`
  const lag = best.number - finalised.number
  return `connected in ${Math.round(connected)} ms, answered in ${Math.round(latency)} ms; finalised block ${finalised.number}${age}, ${lag} behind the best; ${runtime}`
}

const judgeProbe = (url: string, probe: Probe, all: ReadonlyArray<Probe>, now: number): CheckResult => {
  const { latency, finalised, best, isSyncing, isDevelopment } = probe
  const text = `${shownAddress(url)}: ${probeText(probe, now)}`
  const ahead = Math.max(...all.filter(({ genesisHash }) => genesisHash === probe.genesisHash).map((one) => one.finalised.number))
  const age = finalised.at === null || isDevelopment ? 0 : (now - finalised.at) / 1000
  const first = all[0]
  if (first !== undefined && first.genesisHash !== probe.genesisHash)
    return wrong(
      `${text}; it serves a different chain from the first endpoint`,
      "remove it from --endpoint: a validator never switches to it"
    )
  if (isSyncing) return wrong(`${text}; it is still syncing`, "wait until it has caught up, or use another node in --endpoint")
  if (ahead - finalised.number >= MOST_BLOCKS_BEHIND)
    return wrong(
      `${text}; ${ahead - finalised.number} blocks behind another endpoint`,
      "find out why this node is late, or use another one"
    )
  if (age > OLD_BLOCK.wrong)
    return wrong(
      `${text}; its finalised block is old`,
      "the node has lost its peers, or the chain has stopped finalising: compare with another node; if the clock check below fails, set the clock first"
    )
  if (age > OLD_BLOCK.warning || best.number - finalised.number > UNFINALISED_BLOCKS)
    return warning(`${text}; finality is slow`, "run the doctor again in a few minutes; if nothing changes, use another node in --endpoint")
  return latency > SLOW_REQUEST
    ? warning(`${text}; it answers slowly`, "a closer node leaves more time in rounds and for weights")
    : ok(text)
}

export const endpointResult = ({ url, outcome }: Probed, all: ReadonlyArray<Probed>): CheckResult => {
  if (!isEndpoint(url))
    return wrong(
      `"${shownAddress(url)}" is not an endpoint`,
      /^https?:\/\/[^/]/.test(url)
        ? `write ${shownAddress(url).replace(/^http/, "ws")} in --endpoint: a node is asked by WebSocket`
        : "write ws:// or wss:// with a host and a port, such as ws://127.0.0.1:9944"
    )
  const answering = all.flatMap((one) => (Either.isRight(one.outcome) ? [one.outcome.right] : []))
  if (Either.isRight(outcome)) return judgeProbe(url, outcome.right, answering, Date.now())
  const text = `the chain at ${shownAddress(url)} did not answer (${outcome.left.message})`
  const hint = "check the address, that the node runs, and that this machine can reach its port"
  if (answering.length > 0) return warning(text, `${hint}; the other endpoints are used until then`)
  if (outcome.left.reason === NO_ANSWER_IN_TIME) return late(text, hint)
  return outcome.left.isSilent ? silent(text, hint) : wrong(text, hint)
}

/** Clock errors in milliseconds. Peers refuse requests that were signed 4 s ago, and a drand round, for which weights are encrypted, takes 3 s. */
const CLOCK = { warning: 1_000, wrong: 4_000 } as const

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

const byChain = (probes: ReadonlyArray<Probe>, now: number): { readonly text: string; readonly isWrong: boolean } => {
  const real = probes.filter(({ best, isDevelopment }) => best.at !== null && !isDevelopment)
  if (probes.length > 0 && real.length === 0) return { text: "a development chain's clock proves nothing", isWrong: false }
  const ages = real.map(({ best }) => now - (best.at ?? now))
  // The newest block, because a lagging endpoint says nothing about the clock.
  const age = Math.min(...ages)
  if (ages.length === 0) return { text: "no chain to compare with", isWrong: false }
  return tellBlockAge(age)
}

/** Compares this machine's clock with drand's beacon and the chain's newest block. */
export const clockResult = (probed: Effect.Effect<ReadonlyArray<Probed>>) =>
  Effect.gen(function* () {
    const [reading, all] = yield* Effect.all(
      [Effect.flatMap(shareOfTimeLimit(SHARE), (limit) => Effect.option(Effect.timeout(DrandBeacon.read, limit))), probed],
      {
        concurrency: 2
      }
    )
    const probes = all.flatMap(({ outcome }) => (Either.isRight(outcome) ? [outcome.right] : []))
    const chain = byChain(probes, Date.now())
    if (Option.isNone(reading)) {
      const text = `drand did not answer; ${chain.text}`
      if (chain.isWrong) return wrong(text, SET_CLOCK)
      return probes.length === 0
        ? silent(text, "the clock can only be checked against the chain or drand; timedatectl shows whether NTP works")
        : ok(text)
    }
    const { ahead, within: tolerance, round } = reading.value
    const off = Math.max(0, Math.abs(ahead) - tolerance)
    const place = ahead > 0 ? "ahead of" : "behind"
    const text = `${off === 0 ? `right by drand's round ${round} (within ${seconds(tolerance)})` : `at least ${seconds(off)} ${place} drand's round ${round}`}; ${chain.text}`
    if (off > CLOCK.wrong) return wrong(text, SET_CLOCK)
    return off > CLOCK.warning ? warning(text, SET_CLOCK) : ok(text)
  })
