/** Health and readiness of the server, and the stream of changes. */
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { Api, VERSION_PREFIX } from "./Api.ts"
import { get } from "./endpoint.ts"
import { Unavailable, UriTooLong } from "./errors.ts"
import { listsOf } from "./lists.ts"
import { describe } from "./openApi.ts"
import { query } from "./parameters.ts"
import { sharing } from "./sharing.ts"
import { block, count, flag, gitHubTrouble, pace, text, time } from "./values.ts"

const IndexedHead = Schema.Struct({
  block: block("the newest indexed block"),
  hash: text(tables.blocks.columns.hash.meaning),
  time: time(tables.blocks.columns.time.meaning)
}).annotations({ identifier: "IndexedHead", description: "The newest indexed block" })

const ChainTrouble = Schema.Struct({
  trouble: Schema.Literal("silent", "standing").annotations({
    description: "silent: no endpoint answers; standing: the finalised head does not move"
  }),
  seconds: count("how long that has been so")
}).annotations({ identifier: "ChainTrouble", description: "What is wrong with the chain" })

const healthFields = {
  healthy: flag("whether the server and the index are healthy"),
  wrong: Schema.Array(text("a problem")),
  index: Schema.NullOr(IndexedHead),
  chainHead: Schema.NullOr(block("the chain's finalised block; null without a configured endpoint that answers")),
  chain: Schema.NullOr(ChainTrouble).annotations({ description: "what is wrong with the chain; null if nothing is known to be wrong" }),
  behind: Schema.NullOr(count("the number of blocks by which the index is behind the chain")),
  behindBy: Schema.Literal("chain", "clock").annotations({
    description: "what `behind` is measured by: the chain's head, or the clock and the pace"
  }),
  pace,
  limit: count("the largest healthy value of `behind`"),
  database: flag("whether the database answers"),
  github: gitHubTrouble,
  push: Schema.NullOr(text("the server's key, for `PushManager.subscribe`")).annotations({
    description: "the server's key for notifications with the page closed, as `PushManager.subscribe` takes it; null: it sends none"
  }),
  streamClients: count("the number of clients listening to /v1/stream"),
  version: text("the program's version")
}

export const Health = Schema.Struct(healthFields).annotations({
  identifier: "Health",
  description: "The health of the server and the index"
})
export type Health = typeof Health.Type

/** The shape of all errors, plus the fields of `Health`. */
export class Unhealthy extends Schema.TaggedError<Unhealthy>()(
  "Unhealthy",
  { message: text("the problems in one sentence"), details: Unavailable.fields.details, ...healthFields },
  HttpApiSchema.annotations({ status: 503, description: "The server or the index is unhealthy" })
) {}

const Ready = Schema.Struct({ ready: Schema.Literal(true) }).annotations({
  identifier: "Ready",
  description: "The database answers and holds an indexed block"
})

const PlainText = (contentType: string, description: string) =>
  Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType })).annotations({ description })

const BlockNumber = Schema.String.pipe(Schema.pattern(/^\d{1,10}$/, { message: () => "not a block number" }))

const StreamQuery = query({
  since: Schema.optional(
    BlockNumber.annotations({ description: "start with the changes after this block; the header Last-Event-ID takes precedence" })
  )
})

const system = HttpApiGroup.make("system", { topLevel: true })
  .add(get("health", "/health", "Health: 200, or 503 with the problems").addSuccess(Health).addError(Unhealthy))
  .add(get("ready", "/ready", "Readiness: 200 once requests can be answered, before that 503").addSuccess(Ready))
  .add(
    get("stream", `${VERSION_PREFIX}/stream`, "Changes as they happen (server-sent events)")
      .setUrlParams(StreamQuery)
      .addSuccess(PlainText("text/event-stream", "Server-sent events: hello, change, github, reset; comments keep the connection alive"))
  )
  .annotateContext(OpenApi.annotations({ title: "System", description: "Health and the stream of changes" }))

export class ServedApi extends Api.add(system)
  .add(sharing)
  .addError(UriTooLong)
  .annotate(OpenApi.Transform, describe(listsOf(Api).map(({ path }) => path))) {}
