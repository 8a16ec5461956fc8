/** Fetches what an axon shows everybody. What comes was written by a stranger; the caller checks it. */
import { Duration, Effect } from "effect"
import type { AxonAddress, AxonTarget } from "../../../domain/Metagraph.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type AnswerFailed, type AnswerLimits, answerTo } from "../../machine/http/boundedAnswer.ts"

/** Why there is nothing: nothing listens there, it has none, or its answer exceeds the limits. */
export const NO_TEXT = ["unreachable", "slow", "refused", "too large", "compressed", "nested too deeply"] as const
export type NoText = (typeof NO_TEXT)[number]

/** How long one request may take, the body included. */
export const PATIENCE = Duration.seconds(3)

const WHY: Readonly<Record<AnswerFailed["failure"], NoText>> = {
  unreachable: "unreachable",
  broken: "unreachable",
  slow: "slow",
  "refused redirect": "refused",
  "too long": "too large",
  compressed: "compressed",
  "too deep": "nested too deeply"
}

/** Where an axon serves a path, which begins with a slash. */
export const axonUrl = ({ ip, port }: AxonAddress, path: string): string => `http://${ip.includes(":") ? `[${ip}]` : ip}:${port}${path}`

/** Asks an axon for a path. */
export const fetchBytes = Effect.fn("fetchBytes")(function* (from: AxonTarget, path: string, limits: AnswerLimits) {
  yield* Effect.annotateCurrentSpan({ ip: from.ip, port: from.port, hotkey: from.hotkey, path })
  const { status, bytes } = yield* answerTo({ url: axonUrl(from, path), ownConnection: true }, limits).pipe(
    Effect.mapError(({ failure }) => WHY[failure])
  )
  return status === 200 ? bytes : yield* Effect.fail<NoText>("refused")
})

/** The same as text. */
export const fetchText = (...asked: Parameters<typeof fetchBytes>) => Effect.map(fetchBytes(...asked), (bytes) => bytes.toString("utf8"))

const liveness = strangersBytes({
  what: "whether an axon lives, for the doctor",
  writtenBy: "whoever runs the axon",
  readIn: "this process",
  limits: { bytes: 65_536, time: PATIENCE },
  test: "test/http/strangers/peers.test.ts"
})

/** The status of an axon's answer to GET /live. */
export const livenessOf = (axon: AxonAddress, within: Duration.Duration) =>
  answerTo({ url: axonUrl(axon, "/live"), ownConnection: true }, { ...liveness.limits, time: within }).pipe(
    Effect.map(({ status }) => status),
    // Whatever it says, it answers.
    Effect.catchAll((error) => (error.status === undefined ? Effect.fail(error) : Effect.succeed(error.status)))
  )
