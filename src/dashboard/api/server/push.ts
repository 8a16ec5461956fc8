/** Browsers subscribe to notifications here: the one route that takes a body. It is no part of the read-only API. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { readBody } from "../../../layers/machine/http/body.ts"
import { BadRequest, PayloadTooLarge, Unavailable } from "../definition/errors.ts"
import { PUSH } from "../definition/pages.ts"
import { Exchange } from "./Exchange.ts"
import type { withRateLimit } from "./limit.ts"
import { problem } from "./problem.ts"

/** A match, an issue or a miner. */
const Watch = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("competition", "issue"), id: Schema.String.pipe(Schema.pattern(/^[1-9]\d{0,9}$/)) }),
  Schema.Struct({ kind: Schema.Literal("miner"), id: AccountAddress })
)

const Endpoint = Schema.String.pipe(
  Schema.maxLength(1_000),
  Schema.filter((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    return (url?.protocol === "https:" && url.username + url.password === "") || "is no address that begins with https://"
  })
)

/** A browser's subscription (`PushSubscription.toJSON()`), and what it wants to hear of. */
export const Subscription = Schema.Struct({
  endpoint: Endpoint,
  keys: Schema.Struct({
    /** The browser's public key: an uncompressed point of P-256. */
    p256dh: Schema.String.pipe(Schema.pattern(/^B[A-Za-z0-9_-]{86}=?$/)),
    auth: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{22}={0,2}$/))
  }),
  watches: Schema.Array(Watch).pipe(Schema.minItems(1), Schema.maxItems(200))
})
export interface Subscription extends Schema.Schema.Type<typeof Subscription> {}
/** Nothing was changed; `reason` says why. */
export class NotSubscribed extends Schema.TaggedError<NotSubscribed>()("NotSubscribed", {
  why: Schema.Literal("full", "refused", "unavailable"),
  reason: Schema.String
}) {
  override get message() {
    return this.reason
  }
}

/** The service of notifications, as the server needs it. */
export interface PushService {
  /** The server's key, as `PushManager.subscribe` takes it. */
  readonly publicKey: string
  readonly subscribe: (subscription: Subscription) => Effect.Effect<void, NotSubscribed>
  readonly unsubscribe: (endpoint: string) => Effect.Effect<void, NotSubscribed>
}

/** 200 watched miners take 15,000. */
const LARGEST_BODY = 32_768

strangersBytes({
  what: "subscriptions to notifications",
  writtenBy: "anyone on the internet",
  readIn: "this process",
  limits: { bytes: LARGEST_BODY, also: "10,000 subscriptions of 200 subjects; kept only once the push service has accepted a message" },
  test: "test/database/push.test.ts"
})

const decoders = {
  PUT: Schema.decodeUnknown(Schema.parseJson(Subscription)),
  DELETE: Schema.decodeUnknown(Schema.parseJson(Schema.Struct({ endpoint: Schema.String })))
}

const done = HttpServerResponse.empty({ status: 204 })

const answer = (push: PushService, method: "PUT" | "DELETE") =>
  Effect.gen(function* () {
    const text = new TextDecoder().decode(yield* readBody(yield* HttpServerRequest.HttpServerRequest, LARGEST_BODY))
    if (method === "PUT") yield* push.subscribe(yield* decoders.PUT(text))
    else yield* push.unsubscribe((yield* decoders.DELETE(text)).endpoint)
    return done
  }).pipe(
    Effect.catchTags({
      BodyUnread: () =>
        Effect.succeed(
          problem(new PayloadTooLarge({ message: `the body has more than ${LARGEST_BODY} bytes`, details: [] }), { connection: "close" })
        ),
      ParseError: () => Effect.succeed(problem(new BadRequest({ message: "the body is no subscription of a browser", details: [] }))),
      NotSubscribed: ({ why, message }) =>
        Effect.succeed(problem(why === "refused" ? new BadRequest({ message, details: [] }) : new Unavailable({ message, details: [] })))
    })
  )

export const withPush =
  (push: PushService | undefined, limited: ReturnType<typeof withRateLimit>) =>
  <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const [{ method }, { path }] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange])
      return push !== undefined && path === PUSH && (method === "PUT" || method === "DELETE")
        ? yield* limited(answer(push, method))
        : yield* app
    })
