/** Fetches from validators' axons what they have found out about competitors' heads: `GET /v1/quality/…`. What comes is text; the caller checks it. */
import * as HttpClient from "@effect/platform/HttpClient"
import { Context, Effect, Layer, Schema } from "effect"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { MAX_QUALITY_BYTES } from "../../../domain/quality/QualityDocument.ts"
import { clientLayer, fetchText } from "../fetchText.ts"

/** The axon gave nothing: nothing listens there, it has nothing to show, or its answer is too slow or too long. */
export class QualityNotFetched extends Schema.TaggedError<QualityNotFetched>()("QualityNotFetched", {
  ip: Schema.String,
  port: Schema.Number,
  reason: Schema.Literal("unreachable", "slow", "refused", "too large")
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} says nothing about pull requests: ${this.reason}`
  }
}

/** The longest index in bytes: a thousand issues take 50 each at most. */
const MAX_INDEX_BYTES = 65_536

export class PeerQuality extends Context.Tag("gittensor/PeerQuality")<
  PeerQuality,
  {
    /** The text of the index of issues about which a validator has records. */
    readonly index: (from: AxonTarget) => Effect.Effect<string, QualityNotFetched>
    /** The text of a validator's signed records of an issue. */
    readonly document: (from: AxonTarget, issue: number) => Effect.Effect<string, QualityNotFetched>
  }
>() {}

/** The path on which an axon lists the issues about which its validator has records. */
export const QUALITY_PATH = "/v1/quality"

/** The path on which an axon serves its validator's signed records of an issue. */
export const qualityPath = <Issue extends number | string>(issue: Issue) => `${QUALITY_PATH}/${issue}` as const

const make = Effect.map(HttpClient.HttpClient, (client) => {
  const get = (from: AxonTarget, path: string, limit: number) =>
    Effect.mapError(fetchText(client, from, path, limit), (reason) => new QualityNotFetched({ ip: from.ip, port: from.port, reason }))
  return PeerQuality.of({
    index: (from) => get(from, QUALITY_PATH, MAX_INDEX_BYTES),
    document: (from, issue) => get(from, qualityPath(issue), MAX_QUALITY_BYTES)
  })
})

export const layer: Layer.Layer<PeerQuality> = Layer.effect(PeerQuality, make).pipe(Layer.provide(clientLayer))
