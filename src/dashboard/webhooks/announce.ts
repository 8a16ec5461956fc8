/** Turns news of the index into webhook deliveries. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Schema } from "effect"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import { Activity, ShardGroup, Workflow, type WorkflowEngine } from "../../layers/storage/durable/engine.ts"
import { WEBHOOK_START } from "../../layers/storage/durable/executions.ts"
import { newsAfter, playsAfter, undecidedAfter } from "../api/queries/sharing.ts"
import { gitHubSeen, newestBlock } from "../api/stream/changes.ts"
import { Delivery, WEBHOOKS } from "./Delivery.ts"
import { type AddressedMessage, bodyOf, newsMessage, type Origin, pingMessage, playMessage, undecidedMessage } from "./message.ts"
import type { ConfiguredWebhook } from "./webhookFile.ts"

/**
 * When a webhook was first configured, in milliseconds since 1970. The engine stores the first execution's result and returns it for all later ones. So a
 * webhook gets no history, neither at first nor after a rebuild of the index.
 */
const Start = Workflow.make({
  name: WEBHOOK_START,
  payload: { webhook: Schema.String },
  success: Schema.Number,
  idempotencyKey: ({ webhook }) => webhook
}).annotate(ShardGroup, () => WEBHOOKS)

export const layerStart = Start.toLayer(() => Activity.make({ name: "now", success: Schema.Number, execute: Clock.currentTimeMillis }))

/**
 * Maximum age of announced events. The engine remembers deliveries for longer (`retention`), so that after a restart all events of these days can be
 * submitted again without being sent twice.
 */
const NEWS_FOR = Duration.days(7)
/** Maximum time between reading and storing plays. Each check overlaps the previous one by this time. */
const STORED_WITHIN = Duration.minutes(10)
/** Interval of checks for news. */
const CHECK_INTERVAL = Duration.seconds(2)
/** News read at once. */
const AT_A_TIME = 100

interface Progress {
  readonly webhook: ConfiguredWebhook
  /** Milliseconds since 1970. */
  readonly start: number
  /** Block and index of the last event that this process submitted. */
  after: readonly [block: number, index: number]
  /** Time of the last check for plays, in milliseconds since 1970. */
  looked: number
  /** Message ids of the plays found by the last check. */
  told: ReadonlySet<string>
  /** Message ids about undecided matches. */
  readonly undecided: Set<string>
}

/** Submits a message. Idempotent by its id. */
const submit = (webhook: string, { id, message }: AddressedMessage) =>
  Effect.asVoid(Delivery.execute({ webhook, id, body: bodyOf(message) }, { discard: true }))

const begin = (webhook: ConfiguredWebhook, origin: Origin) =>
  Effect.gen(function* () {
    const { name } = webhook
    const start = yield* Start.execute({ webhook: name })
    if ((yield* Clock.currentTimeMillis) - start < Duration.toMillis(NEWS_FOR)) yield* submit(name, pingMessage(origin, name, start))
    const progress: Progress = { webhook, start, after: [-1, -1], looked: 0, told: new Set(), undecided: new Set() }
    return progress
  })

const newsSince = ({ start }: Progress, now: number): number => Math.max(start, now - Duration.toMillis(NEWS_FOR))

const tellEvents = (progress: Progress, origin: Origin) =>
  Effect.gen(function* () {
    const { kinds, repository, hotkey, name } = progress.webhook
    const kind = kinds.filter((one) => one !== "play" && one !== "undecided")
    if (kind.length === 0) return 0
    const since = new Date(newsSince(progress, yield* Clock.currentTimeMillis))
    const news = yield* newsAfter({ kind, repository, hotkey }, { after: progress.after, since, limit: AT_A_TIME })
    for (const one of news) {
      yield* submit(name, newsMessage(origin, one))
      progress.after = [one.at.block, one.index]
    }
    return news.length
  }).pipe(Effect.repeat({ while: (told) => told === AT_A_TIME }))

/**
 * Plays have GitHub's timestamps and are found later, so no play's timestamp marks the progress. A play that is found again, for example after a restart, has
 * the same id. After a rebuild of the index, plays from before the webhook's start are read again, but not announced.
 */
const tellPlays = (progress: Progress, origin: Origin) =>
  Effect.gen(function* () {
    const { kinds, repository, hotkey, name } = progress.webhook
    if (!kinds.includes("play")) return
    const now = yield* Clock.currentTimeMillis
    const since = newsSince(progress, now)
    const seenAfter = Math.max(since, Math.min(progress.looked, now) - Duration.toMillis(STORED_WITHIN))
    const plays = yield* playsAfter({ repository, hotkey }, { since: new Date(since), seenAfter: new Date(seenAfter) })
    const messages = plays.map((play) => playMessage(origin, play))
    for (const one of messages) if (!progress.told.has(one.id)) yield* submit(name, one)
    progress.looked = now
    progress.told = new Set(messages.map(({ id }) => id))
  })

/** A match is announced once, even if votes come and go. */
const tellUndecided = (progress: Progress, origin: Origin) =>
  Effect.gen(function* () {
    const { kinds, repository, hotkey, name } = progress.webhook
    if (!kinds.includes("undecided")) return
    const after = new Date(newsSince(progress, yield* Clock.currentTimeMillis))
    for (const one of (yield* undecidedAfter({ repository, hotkey }, after)).map((match) => undecidedMessage(origin, match))) {
      if (!progress.undecided.has(one.id)) yield* submit(name, one)
      progress.undecided.add(one.id)
    }
  })

const tell = (progress: Progress, origin: Origin) =>
  Effect.all([tellEvents(progress, origin), tellPlays(progress, origin), tellUndecided(progress, origin)], { discard: true })

/** Announces news of the index to these webhooks, for ever. Failures are retried. */
export const announce = (
  webhooks: ReadonlyArray<ConfiguredWebhook>,
  origin: Origin
): Effect.Effect<never, never, SqlClient | WorkflowEngine> =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const known = new Map<string, Progress>()
    let seen: string | undefined
    const look = Effect.gen(function* () {
      for (const webhook of webhooks) if (!known.has(webhook.name)) known.set(webhook.name, yield* begin(webhook, origin))
      const newest = `${(yield* newestBlock)?.number} ${(yield* gitHubSeen).issues}`
      if (newest === seen) return
      yield* Effect.forEach(known.values(), (progress) => tell(progress, origin), { discard: true })
      seen = newest
    }).pipe(
      Effect.withSpan("webhooks.look"),
      Effect.tap(lines.over("news can be handed to webhooks again")),
      Effect.catchAllCause(warnOfFailure("news could not be handed to webhooks and will be retried", lines))
    )
    return yield* look.pipe(Effect.zipRight(Effect.sleep(CHECK_INTERVAL)), Effect.forever)
  })
