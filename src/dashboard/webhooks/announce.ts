/** Turns news of the index into deliveries. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Schema } from "effect"
import { Activity, ShardGroup, Workflow, type WorkflowEngine } from "../../layers/durable/engine.ts"
import { WEBHOOK_START } from "../../layers/durable/executions.ts"
import * as RareLines from "../../layers/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/effects/warnOfFailure.ts"
import { newsAfter } from "../api/queries/sharing.ts"
import { newestBlock } from "../api/stream/changes.ts"
import { Delivery, WEBHOOKS, Webhooks } from "./Delivery.ts"
import { type Addressed, bodyOf, newsMessage, type Origin, pingMessage } from "./message.ts"
import type { ConfiguredWebhook } from "./webhookFile.ts"

/**
 * When a webhook was configured first, in milliseconds since 1970. The engine keeps the result of its first execution, and every later one has the same. So a
 * webhook gets no history: neither its first time, nor when the index is built anew.
 */
const Start = Workflow.make({
  name: WEBHOOK_START,
  payload: { webhook: Schema.String },
  success: Schema.Number,
  idempotencyKey: ({ webhook }) => webhook
}).annotate(ShardGroup, () => WEBHOOKS)

export const layerStart = Start.toLayer(() => Activity.make({ name: "now", success: Schema.Number, execute: Clock.currentTimeMillis }))

/**
 * Older events are no news. A delivery is remembered for longer than this (`retention`), so that after a restart every event of these days can be submitted
 * again, and none is sent again.
 */
const NEWS_FOR = Duration.days(7)
/** The pause between two looks for new blocks. */
const EVERY = Duration.seconds(2)
/** News that are read at once. */
const AT_A_TIME = 100

/** How far a webhook has been told. */
interface Progress {
  readonly webhook: ConfiguredWebhook
  /** Milliseconds since 1970. */
  readonly start: number
  /** Block and index of the last event that was submitted in the life of this process. */
  after: readonly [block: number, index: number]
}

/** Submits a message. The engine knows a message by its id and takes it only once. */
const submit = (webhook: string, { id, message }: Addressed) =>
  Effect.asVoid(Delivery.execute({ webhook, id, body: bodyOf(message) }, { discard: true }))

const begin = (webhook: ConfiguredWebhook, origin: Origin) =>
  Effect.gen(function* () {
    const { name } = webhook
    const start = yield* Start.execute({ webhook: name })
    if ((yield* Clock.currentTimeMillis) - start < Duration.toMillis(NEWS_FOR)) yield* submit(name, pingMessage(origin, name, start))
    const progress: Progress = { webhook, start, after: [-1, -1] }
    return progress
  })

const tell = (progress: Progress, origin: Origin) =>
  Effect.gen(function* () {
    const { webhook, start } = progress
    const since = Math.max(start, (yield* Clock.currentTimeMillis) - Duration.toMillis(NEWS_FOR))
    const { kinds, repository, hotkey } = webhook
    const news = yield* newsAfter({ kind: kinds, repository, hotkey }, { after: progress.after, since: new Date(since), limit: AT_A_TIME })
    for (const one of news) {
      yield* submit(webhook.name, newsMessage(origin, one))
      progress.after = [one.at.block, one.index]
    }
    return news.length
  }).pipe(Effect.repeat({ while: (told) => told === AT_A_TIME }))

/** Tells this process's webhooks of what is new in the index, for ever. What fails is tried again. */
export const announce = (origin: Origin): Effect.Effect<never, never, SqlClient | WorkflowEngine | Webhooks> =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const known = new Map<string, Progress>()
    let seen: number | undefined
    const look = Effect.gen(function* () {
      for (const webhook of (yield* Webhooks).values()) if (!known.has(webhook.name)) known.set(webhook.name, yield* begin(webhook, origin))
      const newest = (yield* newestBlock)?.number
      if (newest === seen) return
      yield* Effect.forEach(known.values(), (progress) => tell(progress, origin), { discard: true })
      seen = newest
    }).pipe(
      Effect.withSpan("webhooks.look"),
      Effect.tap(lines.over("news can be handed to webhooks again")),
      Effect.catchAllCause(warnOfFailure("news could not be handed to webhooks and will be retried", lines))
    )
    return yield* look.pipe(Effect.zipRight(Effect.sleep(EVERY)), Effect.forever)
  })
