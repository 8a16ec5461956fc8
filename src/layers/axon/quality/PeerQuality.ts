/**
 * Fetches from validators' axons what they have found out about competitors' heads: `GET /v1/quality/…` and `GET /v1/artefacts/…`. The caller checks what comes;
 * an artefact is what its name says.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import { Context, Effect, Layer, Schema } from "effect"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { type ArtefactRef, digestOf } from "../../../domain/quality/Artefact.ts"
import { MAX_QUALITY_BYTES } from "../../../domain/quality/QualityDocument.ts"
import { clientLayer, fetchBytes, fetchText } from "../fetchText.ts"

/** The axon gave nothing: nothing listens there, it has nothing to show, or its answer is too slow or too long. */
export class QualityNotFetched extends Schema.TaggedError<QualityNotFetched>()("QualityNotFetched", {
  ip: Schema.String,
  port: Schema.Number,
  reason: Schema.Literal("unreachable", "slow", "refused", "too large", "something else")
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
    /** An artefact that a finding names. Bytes of another hash or length are refused. */
    readonly artefact: (from: AxonTarget, ref: Pick<ArtefactRef, "digest" | "bytes">) => Effect.Effect<Uint8Array, QualityNotFetched>
  }
>() {}

/** The path on which an axon lists the issues about which its validator has records. */
export const QUALITY_PATH = "/v1/quality"

/** The path on which an axon serves its validator's signed records of an issue. */
export const qualityPath = <Issue extends number | string>(issue: Issue) => `${QUALITY_PATH}/${issue}` as const

/** The path on which an axon serves a file that supports one of its validator's findings. */
export const artefactPath = <Digest extends string>(digest: Digest) => `/v1/artefacts/${digest}` as const

const make = Effect.map(HttpClient.HttpClient, (client) => {
  const failed =
    ({ ip, port }: AxonTarget) =>
    (reason: QualityNotFetched["reason"]) =>
      new QualityNotFetched({ ip, port, reason })
  const get = (from: AxonTarget, path: string, limit: number) => Effect.mapError(fetchText(client, from, path, limit), failed(from))
  return PeerQuality.of({
    index: (from) => get(from, QUALITY_PATH, MAX_INDEX_BYTES),
    document: (from, issue) => get(from, qualityPath(issue), MAX_QUALITY_BYTES),
    artefact: (from, { digest, bytes }) =>
      fetchBytes(client, from, artefactPath(digest), bytes).pipe(
        Effect.mapError(failed(from)),
        Effect.filterOrFail(
          (found) => found.length === bytes && digestOf(found) === digest,
          () => failed(from)("something else")
        )
      )
  })
})

export const layer: Layer.Layer<PeerQuality> = Layer.effect(PeerQuality, make).pipe(Layer.provide(clientLayer))
