/** Webhooks beside a running index. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, Layer } from "effect"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import * as Database from "../../layers/storage/database/Database.ts"
import { layerAloneInPostgres } from "../../layers/storage/durable/engine.ts"
import { retention } from "../../layers/storage/durable/executions.ts"
import { announce, layerStart } from "./announce.ts"
import { layerDelivery, PAUSES, WEBHOOKS, Webhooks } from "./Delivery.ts"
import type { Origin } from "./message.ts"
import * as WebhookSender from "./WebhookSender.ts"
import type { ConfiguredWebhook } from "./webhookFile.ts"

export interface WebhooksOptions extends WebhookSender.SenderOptions {
  readonly webhooks: ReadonlyArray<ConfiguredWebhook>
  readonly origin: Origin
  /** The index's database, which is already open. */
  readonly database: Pick<Database.DatabaseOptions, "url" | "folder">
  /** Pauses between the attempts of a delivery. */
  readonly pauses?: ReadonlyArray<Duration.Duration>
}

const RETRY_INTERVAL = Duration.seconds(10)

/** Announces and delivers until interrupted. Only one process may: the one that writes the index. */
export const runWebhooks = ({
  webhooks,
  origin,
  database,
  pauses = PAUSES,
  ...sender
}: WebhooksOptions): Effect.Effect<never, never, SqlClient> => {
  const work = Layer.mergeAll(layerDelivery(pauses), layerStart).pipe(
    Layer.provideMerge(layerAloneInPostgres(WEBHOOKS)),
    Layer.provide(Database.layerForDurableWork(database)),
    Layer.provide(WebhookSender.layer(sender)),
    Layer.provideMerge(Layer.succeed(Webhooks, new Map(webhooks.map((webhook) => [webhook.name, webhook]))))
  )
  return Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    Effect.zipRight(retention, announce(origin)).pipe(
      Effect.provide(work),
      Effect.scoped,
      Effect.catchAllCause(warnOfFailure("webhooks could not be started and will be retried", lines)),
      Effect.zipRight(Effect.sleep(RETRY_INTERVAL)),
      Effect.forever
    )
  )
}
