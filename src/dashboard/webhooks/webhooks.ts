/** Webhooks beside a running index. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, Layer } from "effect"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import * as Database from "../../layers/storage/database/Database.ts"
import { layerAloneInPostgres } from "../../layers/storage/durable/engine.ts"
import { retention } from "../../layers/storage/durable/executions.ts"
import { announce, layerStart } from "./announce.ts"
import { layerDelivery, WEBHOOKS } from "./Delivery.ts"
import type { Origin } from "./message.ts"
import type { SenderOptions } from "./WebhookSender.ts"
import type { ConfiguredWebhook } from "./webhookFile.ts"

export interface WebhooksOptions extends SenderOptions {
  readonly webhooks: ReadonlyArray<ConfiguredWebhook>
  readonly origin: Origin
  /** The index's database, which is already open. */
  readonly database: Pick<Database.DatabaseOptions, "url" | "folder">
  /** Pauses between the attempts of a delivery. */
  readonly pauses?: ReadonlyArray<Duration.Duration>
}

const RETRY_INTERVAL = Duration.seconds(10)

/** Announces and delivers until interrupted. Only one process may: the one that writes the index. */
export const runWebhooks = ({ webhooks, origin, database, pauses, ...sender }: WebhooksOptions): Effect.Effect<never, never, SqlClient> => {
  const work = Layer.mergeAll(layerDelivery(webhooks, sender, pauses), layerStart).pipe(
    Layer.provideMerge(layerAloneInPostgres(WEBHOOKS)),
    Layer.provide(Database.layerForDurableWork(database))
  )
  return Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    Effect.zipRight(retention, announce(webhooks, origin)).pipe(
      Effect.provide(work),
      Effect.scoped,
      Effect.catchAllCause(warnOfFailure("webhooks could not be started and will be retried", lines)),
      Effect.zipRight(Effect.sleep(RETRY_INTERVAL)),
      Effect.forever
    )
  )
}
