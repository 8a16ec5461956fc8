/**
 * Posts webhooks to receivers whose addresses others chose. A name is resolved once, every address that it has must be public, and the connection goes to one of
 * exactly these addresses, so that a name cannot change between the check and the connection. Redirects are not followed, no proxy is used, and of an answer only
 * the status is read.
 */
import { lookup } from "node:dns/promises"
import * as Http from "node:http"
import * as Https from "node:https"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import packageFile from "../../../package.json"
import { messageOf } from "../../domain/messageOf.ts"
import { hostOf, isAddress, isPublicAddress } from "../../domain/publicAddress.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"

/** The receiver could not be reached, or must not be. */
export class NotSent extends Schema.TaggedError<NotSent>()("NotSent", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

export interface WebhookRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body: string
}

export class WebhookSender extends Context.Tag("gittensor/WebhookSender")<
  WebhookSender,
  {
    /** Posts once and returns the HTTP status of the answer, whatever it is. */
    readonly post: (request: WebhookRequest) => Effect.Effect<number, NotSent>
  }
>() {}

/** Finds all addresses of a name. */
export type Resolve = (host: string) => Promise<ReadonlyArray<string>>

const bySystem: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

export interface SenderOptions {
  /** Also sends to addresses that are not public, and without TLS. */
  readonly toPrivateHosts: boolean
  /** The longest that a request may take, from resolving the name to the answer. */
  readonly timeout?: Duration.Duration
  readonly resolve?: Resolve
  /** A certificate authority beside those of the system, in PEM. */
  readonly authority?: string
}

const TIMEOUT = Duration.seconds(15)
const addressesOf = (url: URL, { toPrivateHosts, resolve = bySystem }: SenderOptions) =>
  Effect.gen(function* () {
    const host = hostOf(url)
    if (url.protocol !== "https:" && !toPrivateHosts)
      return yield* new NotSent({ reason: "the receiver's address does not begin with https://" })
    const addresses = isAddress(host)
      ? [host]
      : yield* Effect.tryPromise({
          try: () => resolve(host),
          catch: (cause) => new NotSent({ reason: `the name ${host} can't be resolved (${messageOf(cause)})` })
        })
    if (addresses.length === 0) return yield* new NotSent({ reason: `the name ${host} has no address` })
    const refused = toPrivateHosts ? undefined : addresses.find((address) => !isPublicAddress(address))
    if (refused !== undefined) return yield* new NotSent({ reason: `${host} is at ${refused}, which is not a public address` })
    return addresses
  })

strangersBytes({
  what: "the status of a webhook's answer; its body is not read",
  writtenBy: "whoever runs the webhook's server",
  readIn: "this process",
  limits: { bytes: 0, headerBytes: Http.maxHeaderSize, time: TIMEOUT, redirects: 0 },
  test: "test/http/webhooks/sender.test.ts"
})

/** Sends to one of these addresses. Certificates are checked against the name in the URL. */
const exchange = ({ url, headers, body }: WebhookRequest, addresses: ReadonlyArray<string>, authority: string | undefined) =>
  Effect.async<number, NotSent>((resume, signal) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    const options: Https.RequestOptions = {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      // A connection of its own, which no other request has opened to another address.
      agent: false,
      signal,
      // Called instead of the system's resolver: by some callers for all addresses, by others for the first.
      lookup: (_, { all }, answer) => {
        const [first] = known
        if (all === true) answer(null, known)
        else if (first !== undefined) answer(null, first.address, first.family)
      },
      ...(authority === undefined ? {} : { ca: authority })
    }
    const { request } = url.protocol === "https:" ? Https : Http
    const sent = request(url, options, (answer) => {
      answer.once("error", () => {})
      resume(Effect.succeed(answer.statusCode ?? 0))
      answer.destroy()
      sent.destroy()
    })
    sent.on("error", (cause) => resume(new NotSent({ reason: messageOf(cause) })))
    sent.end(body)
  })

const make = (options: SenderOptions) => {
  const { authority, timeout = TIMEOUT } = options
  return WebhookSender.of({
    post: Effect.fn("WebhookSender.post")(function* (request: WebhookRequest) {
      const named = {
        ...request,
        headers: { "content-type": "application/json", "user-agent": `gittensor/${packageFile.version}`, ...request.headers }
      }
      return yield* addressesOf(request.url, options).pipe(
        Effect.flatMap((addresses) => exchange(named, addresses, authority)),
        Effect.timeoutFail({ duration: timeout, onTimeout: () => new NotSent({ reason: `no answer within ${Duration.format(timeout)}` }) })
      )
    })
  })
}

export const layer = (options: SenderOptions) => Layer.succeed(WebhookSender, make(options))
