/** Fetches from the axons of other validators what they show of consensus: `GET /v1/consensus/…`. What comes is text; the caller checks it. */
import * as HttpClient from "@effect/platform/HttpClient"
import { Context, Effect, Layer, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { MAX_WINDOW_TEXT } from "../../../domain/Divergence.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { clientLayer, fetchText } from "../fetchText.ts"

/** The axon gave no report: nothing listens there, it has none, or its answer is too slow or too long. */
export class ReportNotFetched extends Schema.TaggedError<ReportNotFetched>()("ReportNotFetched", {
  ip: Schema.String,
  port: Schema.Number,
  reason: Schema.Literal("unreachable", "slow", "refused", "too large")
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} gave no report: ${this.reason}`
  }
}

/** The longest answer in bytes. */
const MAX_REPORT_BYTES = 1_048_576

export class PeerReports extends Context.Tag("gittensor/PeerReports")<
  PeerReports,
  {
    /** The text of a report of an epoch: that of the axon's own hotkey, or one of another hotkey that the axon has counted. */
    readonly report: (from: AxonTarget, epoch: number, of?: AccountAddress) => Effect.Effect<string, ReportNotFetched>
    /** The text of the challenged records of a hotkey's report of an epoch: the axon's own, or another's that it was shown. */
    readonly openings: (from: AxonTarget, epoch: number, of: AccountAddress) => Effect.Effect<string, ReportNotFetched>
    /** The text of what an axon knows against validators in an epoch. */
    readonly evidence: (from: AxonTarget, epoch: number) => Effect.Effect<string, ReportNotFetched>
    /** The text of the axon's own divergence. */
    readonly divergence: (from: AxonTarget) => Effect.Effect<string, ReportNotFetched>
  }
>() {}

/** The path on which an axon serves reports of an epoch. */
export const reportPath = <Epoch extends number | string>(epoch: Epoch, of?: string) =>
  `/v1/consensus/reports/${epoch}${of === undefined ? "" : `/${of}`}` as const

/** The path on which an axon shows the challenged records of a report of an epoch. */
export const openingsPath = <Epoch extends number | string>(epoch: Epoch, of: string) => `${reportPath(epoch, of)}/openings` as const

/** The path on which an axon serves what it knows against validators in an epoch. */
export const evidencePath = <Epoch extends number | string>(epoch: Epoch) => `/v1/consensus/evidence/${epoch}` as const

/** The path on which an axon serves its divergence. */
export const DIVERGENCE_PATH = "/v1/consensus/divergence"

const make = Effect.map(HttpClient.HttpClient, (client) => {
  const get = (from: AxonTarget, path: string, limit: number) =>
    Effect.mapError(fetchText(client, from, path, limit), (reason) => new ReportNotFetched({ ip: from.ip, port: from.port, reason }))
  return PeerReports.of({
    report: (from, epoch, of) => get(from, reportPath(epoch, of), MAX_REPORT_BYTES),
    openings: (from, epoch, of) => get(from, openingsPath(epoch, of), MAX_REPORT_BYTES),
    evidence: (from, epoch) => get(from, evidencePath(epoch), MAX_REPORT_BYTES),
    divergence: (from) => get(from, DIVERGENCE_PATH, MAX_WINDOW_TEXT)
  })
})

export const layer: Layer.Layer<PeerReports> = Layer.effect(PeerReports, make).pipe(Layer.provide(clientLayer))
