/**
 * A webhook delivery as a durable workflow, `WebhookDelivery/v1`. The engine stores each attempt and pause, so that the process may die at any time and the
 * next start continues. A receiver gets every message at least once, always with the same id and body.
 */
import { Clock, Duration, Effect, type Either, Redacted, Schema } from "effect"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { Activity, DurableClock, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { post, type SenderOptions } from "./WebhookSender.ts"
import type { ConfiguredWebhook } from "./webhookFile.ts"

/** Shard group of webhooks. Any version of the program may continue a delivery. Only the version that began a judgement continues it. */
export const WEBHOOKS = "webhooks"

export const Delivery = Workflow.make({
  name: "WebhookDelivery/v1",
  payload: {
    /** The webhook's name; each attempt looks up its current URL and secret. */
    webhook: Schema.String,
    id: Schema.String,
    body: Schema.String
  },
  idempotencyKey: ({ webhook, id }) => `${webhook} ${id}`
}).annotate(ShardGroup, () => WEBHOOKS)

type Payload = typeof Delivery.payloadSchema.Type

const Attempt = Schema.Literal("sent", "failed", "ended")

/** Pauses between attempts: each is three times the one before, up to ten hours. All eleven attempts take a day. */
export const PAUSES: ReadonlyArray<Duration.Duration> = Array.from({ length: 10 }, (_, index) =>
  Duration.min(Duration.seconds(5 * 3 ** index), Duration.hours(10))
)

/** Concurrent requests per receiver, so that a slow one does not delay others. */
const AT_ONCE = 4

/** HTTP 410 Gone: the receiver wants no more deliveries. */
const GONE_STATUS = 410

/** The headers of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), with a signature for each secret. `now`: seconds since 1970. */
const signedHeaders = (id: string, now: number, body: string, secrets: ReadonlyArray<Redacted.Redacted>) =>
  Effect.map(
    Effect.promise(() => import("standardwebhooks")),
    ({ Webhook }) => ({
      "webhook-id": id,
      "webhook-timestamp": String(now),
      "webhook-signature": secrets.map((secret) => new Webhook(Redacted.value(secret)).sign(id, new Date(now * 1_000), body)).join(" ")
    })
  )

/** Executes deliveries with this process's webhooks. */
export const layerDelivery = (
  webhooks: ReadonlyArray<ConfiguredWebhook>,
  sender: SenderOptions,
  pauses: ReadonlyArray<Duration.Duration> = PAUSES
) => {
  const byName = new Map(webhooks.map((webhook) => [webhook.name, { ...webhook, turns: Effect.unsafeMakeSemaphore(AT_ONCE) }]))
  const attempts = pauses.length + 1
  const attempt = Effect.fn("webhooks.attempt")(function* ({ webhook, id, body }: Payload, number: number) {
    const found = byName.get(webhook)
    if (found === undefined) {
      yield* Effect.logInfo(`the message ${id} is not sent: there is no webhook ${webhook} any more`)
      return "ended" as const
    }
    const once = Effect.gen(function* () {
      const now = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
      const headers = yield* signedHeaders(id, now, body, found.secrets)
      return yield* Effect.either(post({ url: found.url, headers, body }, sender))
    })
    const answer = yield* found.turns.withPermits(1)(once)
    const reason = failureOf(answer)
    if (reason === undefined) {
      yield* count("gittensor_webhook_deliveries_total", { webhook, result: "sent" })
      return "sent" as const
    }
    yield* count("gittensor_webhook_deliveries_total", { webhook, result: "failed" })
    const isLast = number === attempts || (answer._tag === "Right" && answer.right === GONE_STATUS)
    if (!isLast) {
      const text = `the webhook ${webhook} did not take the message ${id} (attempt ${number} of ${attempts}): ${reason}`
      yield* number === 1 ? Effect.logWarning(text) : Effect.logDebug(text)
      return "failed" as const
    }
    yield* count("gittensor_webhook_deliveries_total", { webhook, result: "given up" })
    yield* Effect.logWarning(`the webhook ${webhook} never gets the message ${id}, after attempt ${number}: ${reason}`)
    return "ended" as const
  })

  return Delivery.toLayer((payload) =>
    Effect.gen(function* () {
      for (let number = 1; ; number++) {
        const outcome = yield* Activity.make({ name: `attempt/${number}`, success: Attempt, execute: attempt(payload, number) })
        const pause = pauses[number - 1]
        if (outcome !== "failed" || pause === undefined) return
        yield* DurableClock.sleep({ name: `pause/${number}`, duration: pause })
      }
    })
  )
}

/** Why an attempt failed; undefined: the receiver accepted the message. */
const failureOf = (answer: Either.Either<number, { readonly message: string }>): string | undefined => {
  if (answer._tag === "Left") return answer.left.message
  const status = answer.right
  if (status >= 200 && status < 300) return undefined
  return status >= 300 && status < 400 ? `it answered ${status}, and redirects are not followed` : `it answered ${status}`
}
