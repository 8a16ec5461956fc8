/** Fetches other validators' consensus data from their axons: `GET /v1/consensus/…`. Answers are text; the caller verifies them. */
import { Context, Effect, Layer, Schema } from "effect"
import type { AccountAddress } from "../../../../domain/Account.ts"
import { MAX_WINDOW_TEXT } from "../../../../domain/Divergence.ts"
import type { AxonTarget } from "../../../../domain/Metagraph.ts"
import { MAX_NESTING } from "../../../../domain/nesting.ts"
import { strangersBytes } from "../../../../domain/strangersBytes.ts"
import type { AnswerLimits } from "../../../machine/http/boundedAnswer.ts"
import { fetchText, NO_TEXT, REQUEST_TIMEOUT } from "../fetchText.ts"

/** The axon gave no report: it is unreachable, has none, or its answer exceeds the limits. */
export class ReportNotFetched extends Schema.TaggedError<ReportNotFetched>()("ReportNotFetched", {
  ip: Schema.String,
  port: Schema.Number,
  reason: Schema.Literal(...NO_TEXT)
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} gave no report: ${this.reason}`
  }
}

const reports = strangersBytes({
  what: "another validator's reports, challenged records, settlements and proofs against others",
  writtenBy: "the axon's operator",
  readIn: "this process",
  limits: { bytes: 1_048_576, time: REQUEST_TIMEOUT, nesting: MAX_NESTING },
  test: "test/http/strangers/peers.test.ts"
})

const divergences = strangersBytes({
  what: "another validator's divergence",
  writtenBy: "the axon's operator",
  readIn: "this process",
  limits: { bytes: MAX_WINDOW_TEXT, time: REQUEST_TIMEOUT, nesting: MAX_NESTING },
  test: "test/http/strangers/peers.test.ts"
})

export class PeerReports extends Context.Tag("gittensor/PeerReports")<
  PeerReports,
  {
    /** A report of an epoch, as text: the axon's own, or another hotkey's that the axon has counted. */
    readonly report: (from: AxonTarget, epoch: number, of?: AccountAddress) => Effect.Effect<string, ReportNotFetched>
    /** The challenged records of a hotkey's report of an epoch, as text: the axon's own, or another's that it received. */
    readonly openings: (from: AxonTarget, epoch: number, of: AccountAddress) => Effect.Effect<string, ReportNotFetched>
    /** An axon's evidence against validators in an epoch, as text. */
    readonly evidence: (from: AxonTarget, epoch: number) => Effect.Effect<string, ReportNotFetched>
    /** An axon's settlement of an epoch, as text. */
    readonly settlement: (from: AxonTarget, epoch: number) => Effect.Effect<string, ReportNotFetched>
    /** The axon's own divergence, as text. */
    readonly divergence: (from: AxonTarget) => Effect.Effect<string, ReportNotFetched>
  }
>() {}

export const reportPath = <Epoch extends number | string>(epoch: Epoch, of?: string) =>
  `/v1/consensus/reports/${epoch}${of === undefined ? "" : `/${of}`}` as const

export const openingsPath = <Epoch extends number | string>(epoch: Epoch, of: string) => `${reportPath(epoch, of)}/openings` as const

export const evidencePath = <Epoch extends number | string>(epoch: Epoch) => `/v1/consensus/evidence/${epoch}` as const

export const settlementPath = <Epoch extends number | string>(epoch: Epoch) => `/v1/consensus/settlements/${epoch}` as const

export const DIVERGENCE_PATH = "/v1/consensus/divergence"

const get = (from: AxonTarget, path: string, limits: AnswerLimits) =>
  Effect.mapError(fetchText(from, path, limits), (reason) => new ReportNotFetched({ ip: from.ip, port: from.port, reason }))

const make = PeerReports.of({
  report: (from, epoch, of) => get(from, reportPath(epoch, of), reports.limits),
  openings: (from, epoch, of) => get(from, openingsPath(epoch, of), reports.limits),
  evidence: (from, epoch) => get(from, evidencePath(epoch), reports.limits),
  settlement: (from, epoch) => get(from, settlementPath(epoch), reports.limits),
  divergence: (from) => get(from, DIVERGENCE_PATH, divergences.limits)
})

export const layer: Layer.Layer<PeerReports> = Layer.succeed(PeerReports, make)
