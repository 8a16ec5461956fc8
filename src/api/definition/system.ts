/** How the server is: for monitors, load balancers and Prometheus; and the stream of changes. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { Api, VERSION_PREFIX } from "./Api.ts"
import { describe } from "./describe.ts"
import { Unavailable, UriTooLong } from "./errors.ts"
import { query } from "./parameters.ts"
import { block, count, flag, text, time } from "./values.ts"

const IndexedHead = Schema.Struct({
  block: block("the newest indexed block"),
  hash: text("its hash"),
  time: time("the chain's clock in it")
}).annotations({ identifier: "IndexedHead", description: "How far the index has come" })

const healthFields = {
  healthy: flag("whether nothing is wrong"),
  wrong: Schema.Array(text("what is wrong")),
  index: Schema.NullOr(IndexedHead),
  chainHead: Schema.NullOr(block("the chain's finalised block, where an endpoint was given and answers")),
  behind: Schema.NullOr(count("blocks that the index is behind the chain: by its head, or by the clock at 12 s a block")),
  behindBy: Schema.Literal("chain", "clock").annotations({ description: "what it was measured by" }),
  limit: count("more blocks behind than these are not healthy"),
  database: flag("whether the database answers"),
  streamClients: count("clients that listen to /v1/stream"),
  version: text("the program's version")
}

export const Health = Schema.Struct(healthFields).annotations({ identifier: "Health", description: "How the server and the index are" })
export type Health = typeof Health.Type

/** Every error's shape, and the facts beside it. */
export class Unhealthy extends Schema.TaggedError<Unhealthy>()(
  "Unhealthy",
  { message: text("what is wrong, in a sentence"), details: Unavailable.fields.details, ...healthFields },
  HttpApiSchema.annotations({ status: 503, description: "Something is wrong" })
) {}

const Ready = Schema.Struct({ ready: Schema.Literal(true) }).annotations({
  identifier: "Ready",
  description: "The database answers and has an indexed block"
})

const PlainText = (contentType: string, description: string) =>
  Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType })).annotations({ description })

const BlockNumber = Schema.String.pipe(Schema.pattern(/^\d{1,10}$/, { message: () => "it is not a block's number" }))

export const StreamQuery = query({
  since: Schema.optional(
    BlockNumber.annotations({ description: "begin with what changed after this block; the header Last-Event-ID comes first" })
  )
})

export const system = HttpApiGroup.make("system", { topLevel: true })
  .add(
    HttpApiEndpoint.get("health", "/health")
      .addSuccess(Health)
      .addError(Unhealthy)
      .annotateContext(OpenApi.annotations({ summary: "Whether all is well: 200, else 503 with what is wrong" }))
  )
  .add(
    HttpApiEndpoint.get("ready", "/ready")
      .addSuccess(Ready)
      .annotateContext(OpenApi.annotations({ summary: "Whether requests can be answered: 200, else 503" }))
  )
  .add(
    HttpApiEndpoint.get("metrics", "/metrics")
      .addSuccess(PlainText("text/plain; version=0.0.4; charset=utf-8", "Prometheus' text form"))
      .annotateContext(OpenApi.annotations({ summary: "Figures for Prometheus" }))
  )
  .add(
    HttpApiEndpoint.get("stream", `${VERSION_PREFIX}/stream`)
      .setUrlParams(StreamQuery)
      .addSuccess(PlainText("text/event-stream", "Server-sent events: hello, change, github, reset; comments keep the connection alive"))
      .annotateContext(OpenApi.annotations({ summary: "What changes, as it changes (server-sent events)" }))
  )
  .annotateContext(OpenApi.annotations({ title: "System", description: "How the server is, and what changes" }))

/** All that the server answers. */
export class ServedApi extends Api.add(system).addError(UriTooLong).annotate(OpenApi.Transform, describe) {}
