/**
 * Fetches validators' findings about competitors' heads from their axons: `GET /v1/quality/…` and `GET /v1/artefacts/…`. The caller verifies them; an
 * artefact's name is its hash.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { type ArtefactRef, digestOf, MAX_ARTEFACT_BYTES } from "../../../domain/quality/Artefact.ts"
import { MAX_QUALITY_BYTES } from "../../../domain/quality/QualityDocument.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { fetchBytes, fetchText, NO_TEXT, REQUEST_TIMEOUT } from "./fetchText.ts"

/** The axon gave nothing: it is unreachable, has no such record, or its answer exceeds the limits. */
export class QualityNotFetched extends Schema.TaggedError<QualityNotFetched>()("QualityNotFetched", {
  ip: Schema.String,
  port: Schema.Number,
  reason: Schema.Literal(...NO_TEXT, "something else")
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} says nothing about pull requests: ${this.reason}`
  }
}

const indexes = strangersBytes({
  what: "another validator's list of issues with records",
  writtenBy: "the axon's operator",
  readIn: "this process",
  // A thousand issues take 50 bytes each at most.
  limits: { bytes: 65_536, time: REQUEST_TIMEOUT, nesting: MAX_NESTING },
  test: "test/http/strangers/peers.test.ts"
})

const documents = strangersBytes({
  what: "another validator's signed records of an issue",
  writtenBy: "the axon's operator",
  readIn: "this process",
  limits: { bytes: MAX_QUALITY_BYTES, time: REQUEST_TIMEOUT, nesting: MAX_NESTING },
  test: "test/http/strangers/peers.test.ts"
})

const artefacts = strangersBytes({
  what: "another validator's artefact, checked against its hash",
  writtenBy: "the axon's operator, and the pull request's author",
  readIn: "this process",
  limits: { bytes: MAX_ARTEFACT_BYTES, time: REQUEST_TIMEOUT },
  test: "test/http/strangers/peers.test.ts"
})

export class PeerQuality extends Context.Tag("gittensor/PeerQuality")<
  PeerQuality,
  {
    /** The index of issues about which a validator has records, as text. */
    readonly index: (from: AxonTarget) => Effect.Effect<string, QualityNotFetched>
    /** A validator's signed records of an issue, as text. */
    readonly document: (from: AxonTarget, issue: number) => Effect.Effect<string, QualityNotFetched>
    /** The artefact of a finding. Bytes of another hash or length are refused. */
    readonly artefact: (from: AxonTarget, ref: Pick<ArtefactRef, "digest" | "bytes">) => Effect.Effect<Uint8Array, QualityNotFetched>
  }
>() {}

export const QUALITY_PATH = "/v1/quality"

/** The path of a validator's signed records of an issue. */
export const qualityPath = <Issue extends number | string>(issue: Issue) => `${QUALITY_PATH}/${issue}` as const

export const artefactPath = <Digest extends string>(digest: Digest) => `/v1/artefacts/${digest}` as const

const failed =
  ({ ip, port }: AxonTarget) =>
  (reason: QualityNotFetched["reason"]) =>
    new QualityNotFetched({ ip, port, reason })

const make = PeerQuality.of({
  index: (from) => Effect.mapError(fetchText(from, QUALITY_PATH, indexes.limits), failed(from)),
  document: (from, issue) => Effect.mapError(fetchText(from, qualityPath(issue), documents.limits), failed(from)),
  artefact: (from, { digest, bytes }) =>
    fetchBytes(from, artefactPath(digest), { ...artefacts.limits, bytes: Math.min(bytes, artefacts.limits.bytes) }).pipe(
      Effect.mapError(failed(from)),
      Effect.filterOrFail(
        (found) => found.length === bytes && digestOf(found) === digest,
        () => failed(from)("something else")
      )
    )
})

export const layer: Layer.Layer<PeerQuality> = Layer.succeed(PeerQuality, make)
