/** A process that delivers one event and one play in an embedded database to a receiver, until it is killed. */

import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { recordTimeline } from "../../../src/dashboard/indexer/refresh/plays.ts"
import { WEBHOOK_KINDS } from "../../../src/dashboard/webhooks/message.ts"
import { ISSUE, STANDING, seed } from "../api/seed.ts"
import { block, migrated, opened, running, STARTED } from "./index.ts"
import { webhook } from "./receiver.ts"

export const WebhookProcess = Schema.Struct({
  folder: Schema.String,
  url: Schema.String,
  /** Whether to fill the tables and store the events. */
  isFirst: Schema.Boolean
})

const tell = ({ folder, url, isFirst }: typeof WebhookProcess.Type) => {
  const database = { url: Option.none(), folder }
  return Effect.gen(function* () {
    yield* migrated
    yield* Effect.fork(running(database, [webhook("hook", url, { kinds: WEBHOOK_KINDS })]))
    if (isFirst) {
      yield* seed
      const sql = yield* SqlClient
      // Deliveries begin with the webhook's start, so the event must come after the start is recorded.
      const begun = sql`SELECT 1 FROM cluster_replies LIMIT 1`.pipe(Effect.orElseSucceed(() => []))
      yield* Effect.repeat(Effect.delay(begun, "50 millis"), { until: (rows) => rows.length > 0 })
      yield* block([STARTED])
      const now = Date.now()
      const merged = { kind: "merged", at: now, by: null, commit: null, times: 1 } as const
      yield* recordTimeline({ issue: ISSUE, repository: "acme/widgets", number: 77 }, { standing: STANDING, plays: [merged] }, now)
    }
    return yield* Effect.never
  }).pipe(Effect.scoped, Effect.provide(opened(database)))
}

if (import.meta.main) {
  const { runMain } = await import("@effect/platform-bun/BunRuntime")
  runMain(Effect.flatMap(Schema.decodeUnknown(Schema.parseJson(WebhookProcess))(process.argv[2]), tell))
}
