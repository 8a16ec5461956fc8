/** Fetches an axon's public routes. Strangers wrote the answers; the caller verifies them. */
import { Duration, Effect } from "effect"
import type { AxonAddress, AxonTarget } from "../../../domain/Metagraph.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type AnswerFailed, type AnswerLimits, answerTo } from "../../machine/http/boundedAnswer.ts"

/** Why a fetch failed. */
export const NO_TEXT = ["unreachable", "slow", "refused", "too large", "compressed", "nested too deeply"] as const
export type NoText = (typeof NO_TEXT)[number]

/** How long one request may take, the body included. */
export const REQUEST_TIMEOUT = Duration.seconds(3)

const FAILURE_REASONS: Readonly<Record<AnswerFailed["failure"], NoText>> = {
  unreachable: "unreachable",
  broken: "unreachable",
  slow: "slow",
  "refused redirect": "refused",
  "too long": "too large",
  compressed: "compressed",
  "too deep": "nested too deeply"
}

/** The URL of a path, which begins with a slash, on an axon. */
export const axonUrl = ({ ip, port }: AxonAddress, path: string): string => `http://${ip.includes(":") ? `[${ip}]` : ip}:${port}${path}`

/** GETs a path from an axon. */
export const fetchBytes = Effect.fn("fetchBytes")(function* (from: AxonTarget, path: string, limits: AnswerLimits) {
  yield* Effect.annotateCurrentSpan({ ip: from.ip, port: from.port, hotkey: from.hotkey, path })
  const { status, bytes } = yield* answerTo({ url: axonUrl(from, path), ownConnection: true }, limits).pipe(
    Effect.mapError(({ failure }) => FAILURE_REASONS[failure])
  )
  return status === 200 ? bytes : yield* Effect.fail<NoText>("refused")
})

/** As `fetchBytes`, as text. */
export const fetchText = (...asked: Parameters<typeof fetchBytes>) => Effect.map(fetchBytes(...asked), (bytes) => bytes.toString("utf8"))

const liveness = strangersBytes({
  what: "an axon's sign of life, for `doctor`",
  writtenBy: "the axon's operator",
  readIn: "this process",
  limits: { bytes: 65_536, time: REQUEST_TIMEOUT },
  test: "test/http/strangers/peers.test.ts"
})

/** The status of an axon's answer to GET /live. */
export const livenessOf = (axon: AxonAddress, within: Duration.Duration) =>
  answerTo({ url: axonUrl(axon, "/live"), ownConnection: true }, { ...liveness.limits, time: within }).pipe(
    Effect.map(({ status }) => status),
    // Any status shows that it is alive.
    Effect.catchAll((error) => (error.status === undefined ? Effect.fail(error) : Effect.succeed(error.status)))
  )
