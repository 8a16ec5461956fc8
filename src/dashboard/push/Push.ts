/**
 * Notifications for browsers whose page is closed, by Web Push (RFC 8030), encrypted for the browser (RFC 8291), with the server's own key (RFC 8292).
 * Endpoints are strangers' addresses: `WebhookSender.ts` checks them, and one is only kept after its push service has accepted a first message.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import type { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Context, Duration, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { hostOf } from "../../domain/publicAddress.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { newsAfter, playsAfter } from "../api/queries/sharing.ts"
import { Exchange } from "../api/server/Exchange.ts"
import { NotSubscribed, type PushService } from "../api/server/push.ts"
import { gitHubSeen, newestBlock } from "../api/stream/changes.ts"
import { PAUSES } from "../webhooks/Delivery.ts"
import { type AddressedMessage, newsMessage, playMessage } from "../webhooks/message.ts"
import { post as postOnce, type SenderOptions } from "../webhooks/WebhookSender.ts"
import { Subscriptions, SubscriptionsUnavailable, type Target } from "./Subscriptions.ts"

export class Push extends Context.Tag("gittensor/push/Push")<Push, PushService>() {}

export interface PushOptions extends SenderOptions {
  /** The file of the server's key, which the first start makes. */
  readonly keyFile: string
  /** The address at which a push service can reach the host: `mailto:` or `https:`. */
  readonly contact: string
  readonly most?: number
  readonly pauses?: ReadonlyArray<Duration.Duration>
  readonly every?: Duration.DurationInput
}

const MOST = 10_000
/** Subscriptions that one client makes, by its address. */
const MOST_OF_A_CLIENT = 50
/** Messages that wait, requests at once, and those to one host. */
const [WAITING, AT_ONCE, AT_A_HOST] = [5_000, 256, 16]
/** For how long a request counts for its host. A slower one goes on, and others have its turn: all browsers of one maker share a host. */
const TURN = Duration.millis(500)
/** How long a push service keeps a message for a browser that is off, in seconds. */
const KEPT_FOR = 86_400
const CHECK_INTERVAL = Duration.seconds(2)
/** News read at once; and how much later than its time a play may be stored. */
const [AT_A_TIME, STORED_WITHIN] = [100, Duration.toMillis("10 minutes")]
const LONGEST_TEXT = 400

const KeyFile = Schema.parseJson(Schema.Struct({ publicKey: Schema.String, privateKey: Schema.Redacted(Schema.String) }))

const newKey = () => {
  const { x = "", y = "", d = "" } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
  return { publicKey: point.toString("base64url"), privateKey: Redacted.make(d) }
}

/** The server's key. Of several processes that start together, the first makes it, whole. */
const keyOf = (file: string) =>
  Effect.gen(function* () {
    const made = yield* Effect.orDie(Schema.encode(KeyFile)(newKey()))
    const text = yield* Effect.tryPromise({
      try: async () => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        const own = `${file}.${randomUUID()}.new`
        await writeFile(own, made, { flag: "wx", mode: 0o600, flush: true })
        // Unlike a rename, a link leaves a key that is there.
        await link(own, file)
          .catch((cause: NodeJS.ErrnoException) => {
            if (cause.code !== "EEXIST") throw cause
          })
          .finally(() => rm(own, { force: true }))
        return readFile(file, "utf8")
      },
      catch: (cause) => new OperationFailed({ message: `the key of notifications ${file} cannot be used: ${messageOf(cause)}` })
    })
    return yield* Effect.mapError(
      Schema.decode(KeyFile)(text),
      () =>
        new OperationFailed({
          message: `the key of notifications ${file} is not one: restore it, or remove it, and browsers subscribe again when their page is opened`
        })
    )
  })

interface Job {
  readonly to: Target
  readonly data: { readonly title: string; readonly body: string; readonly url: string; readonly tag: string }
  readonly attempt: number
}

/** A message's subjects, in the words by which subscriptions name them ("issue 7"). */
const aboutsOf = ({ message }: AddressedMessage): ReadonlyArray<string> => {
  if (message.type === "ping") return []
  const { competition, issue, miners } = message.data
  return [
    ...(competition === null ? [] : [`competition ${competition}`]),
    ...(issue === null ? [] : [`issue ${issue.id}`]),
    ...miners.map(({ hotkey }) => `miner ${hotkey}`)
  ]
}

const dataOf = ({ id, message }: AddressedMessage): Job["data"] => ({
  title: "Gittensor",
  body: message.data.text.slice(0, LONGEST_TEXT),
  url: message.type === "ping" ? "/me" : message.data.api.replace(/^\/v1/, ""),
  tag: id
})

/** A file that cannot be used is the operator's to mend, so the reason is in the log. */
const unstored = <A, E>(effect: Effect.Effect<A, E | SubscriptionsUnavailable>) =>
  Effect.catchIf(
    effect,
    (error): error is SubscriptionsUnavailable => error instanceof SubscriptionsUnavailable,
    ({ message }) =>
      Effect.zipRight(
        Effect.logError(message),
        Effect.fail(new NotSubscribed({ why: "unavailable", reason: "subscriptions cannot be stored now: try again later" }))
      )
  )

const GONE_STATUSES: ReadonlySet<number> = new Set([404, 410])

const make = ({ keyFile, contact, most = MOST, pauses = PAUSES.slice(0, 5), every = CHECK_INTERVAL, ...sender }: PushOptions) =>
  Effect.gen(function* () {
    const key = yield* keyOf(keyFile)
    const subscriptions = yield* Subscriptions
    const lines = yield* RareLines.make("1 hour")
    const scope = yield* Effect.scope
    const requests = yield* Effect.makeSemaphore(AT_ONCE)
    const hosts = new Map<string, { readonly share: Effect.Semaphore; waiting: number }>()
    const clients = new Map<string, Set<string>>()
    let waiting = 0
    const vapid = { subject: contact, publicKey: key.publicKey, privateKey: Redacted.value(key.privateKey) }

    /** The push service's status; a text: why there is none. */
    const post = ({ to, data }: Job) =>
      Effect.gen(function* () {
        const { default: library } = yield* Effect.promise(() => import("web-push"))
        const options = { vapidDetails: vapid, TTL: KEPT_FOR, contentEncoding: "aes128gcm" as const }
        const { headers, body } = yield* Effect.try({
          try: () => library.generateRequestDetails(to, JSON.stringify(data), options),
          catch: (cause) => ({ message: messageOf(cause) })
        })
        const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
        return yield* postOnce({ url: new URL(to.endpoint), headers: named, body: body ?? "" }, sender)
      }).pipe(Effect.catchAll(({ message }) => Effect.succeed(message)))

    const isTaken = (status: number | string) => typeof status === "number" && status >= 200 && status < 300

    const send = (job: Job): Effect.Effect<void> =>
      Effect.gen(function* () {
        const status = yield* post(job)
        if (isTaken(status)) return yield* count("gittensor_push_messages_total", { result: "sent" })
        if (typeof status === "number" && GONE_STATUSES.has(status)) {
          yield* count("gittensor_push_messages_total", { result: "gone" })
          return yield* subscriptions.remove(job.to.endpoint)
        }
        const pause = pauses[job.attempt]
        yield* count("gittensor_push_messages_total", { result: pause === undefined ? "given up" : "failed" })
        if (pause !== undefined) return yield* Effect.forkIn(Effect.delay(offer({ ...job, attempt: job.attempt + 1 }), pause), scope)
        // Only the host: the rest of an endpoint is the browser's secret.
        const { host } = new URL(job.to.endpoint)
        yield* lines.warn(host, `a notification is given up, because the push service ${host} did not take it (${status})`)
      }).pipe(Effect.catchAllCause(warnOfFailure("a notification could not be sent", lines)))

    /** Sends a message when its host has a turn. */
    const offer = (job: Job): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (waiting >= WAITING)
          return Effect.zipRight(
            count("gittensor_push_messages_total", { result: "dropped" }),
            lines.warn("dropped", `more than ${WAITING} notifications wait, so some are dropped`)
          )
        const name = hostOf(new URL(job.to.endpoint))
        const host = hosts.get(name) ?? { share: Effect.unsafeMakeSemaphore(AT_A_HOST), waiting: 0 }
        hosts.set(name, host)
        waiting++
        host.waiting++
        const leave = Effect.sync(() => {
          waiting--
          host.waiting--
          if (host.waiting === 0) hosts.delete(name)
        })
        const request = Effect.forkIn(requests.withPermits(1)(send(job)), scope)
        const turn = Effect.flatMap(request, (fiber) => Effect.timeoutOption(Fiber.await(fiber), TURN))
        return turn.pipe(host.share.withPermits(1), Effect.ensuring(leave), Effect.forkIn(scope), Effect.asVoid)
      })

    const tell = (message: AddressedMessage) =>
      Effect.flatMap(subscriptions.watching(aboutsOf(message)), (targets) =>
        Effect.forEach(targets, (to) => offer({ to, data: dataOf(message), attempt: 0 }), { discard: true })
      )

    yield* Effect.forkScoped(announce(tell, every, lines))

    return Push.of({
      publicKey: key.publicKey,
      subscribe: Effect.fn("push.subscribe")(function* (subscription) {
        const { endpoint, keys } = subscription
        const { client } = yield* Exchange
        if (!clients.has(client) && clients.size >= most) clients.clear()
        const own = clients.get(client) ?? new Set()
        clients.set(client, own)
        if (client !== "" && own.size >= MOST_OF_A_CLIENT && !own.has(endpoint))
          return yield* new NotSubscribed({
            why: "full",
            reason: `${MOST_OF_A_CLIENT} browsers at this address have notifications from this server: it takes no more`
          })
        const before = yield* subscriptions.find(endpoint)
        if (before?.keys.auth !== keys.auth || before.keys.p256dh !== keys.p256dh) {
          if (before === undefined && (yield* subscriptions.count) >= most)
            return yield* new NotSubscribed({
              why: "full",
              reason: `${most} browsers have notifications from this server: it takes no more`
            })
          const data = { title: "Gittensor", body: "Notifications are on, also while the page is closed", url: "/me", tag: "on" }
          const status = yield* post({ to: { endpoint, keys }, data, attempt: 0 })
          if (!isTaken(status))
            return yield* new NotSubscribed({
              why: "refused",
              reason: "the push service did not accept a first message, so nothing is kept"
            })
        }
        yield* subscriptions.keep(subscription)
        own.add(endpoint)
      }, unstored),
      unsubscribe: (endpoint) =>
        Effect.zipRight(
          Effect.map(Exchange, ({ client }) => clients.get(client)?.delete(endpoint)),
          unstored(subscriptions.remove(endpoint))
        )
    })
  })

/** Tells of news that the index has from now on, for ever. What happens while the server is off is not told. */
const announce = (
  tell: (message: AddressedMessage) => Effect.Effect<void, SubscriptionsUnavailable>,
  every: Duration.DurationInput,
  lines: Effect.Effect.Success<ReturnType<typeof RareLines.make>>
): Effect.Effect<never, never, SqlClient> =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const origin = { chain: "", contract: "", publicUrl: undefined }
    let after: readonly [block: number, index: number] = [-1, -1]
    let [looked, seen, told] = [start, "", new Set<string>()]
    const events = Effect.gen(function* () {
      const news = yield* newsAfter({}, { after, since: new Date(start), limit: AT_A_TIME })
      for (const one of news) {
        yield* tell(newsMessage(origin, one))
        after = [one.at.block, one.index]
      }
      return news.length
    }).pipe(Effect.repeat({ while: (found) => found === AT_A_TIME }))
    const plays = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const seenAfter = new Date(Math.max(start, looked - STORED_WITHIN))
      const messages = (yield* playsAfter({}, { since: new Date(start), seenAfter })).map((play) => playMessage(origin, play))
      for (const one of messages) if (!told.has(one.id)) yield* tell(one)
      looked = now
      told = new Set(messages.map(({ id }) => id))
    })
    const look = Effect.gen(function* () {
      const newest = `${(yield* newestBlock)?.number} ${(yield* gitHubSeen).issues}`
      if (newest === seen) return
      yield* events
      yield* plays
      seen = newest
    }).pipe(Effect.catchAllCause(warnOfFailure("news could not be handed to notifications and will be retried", lines)))
    return yield* look.pipe(Effect.zipRight(Effect.sleep(every)), Effect.forever)
  })

export const layer = (options: PushOptions) => Layer.scoped(Push, make(options))
