/**
 * Posts webhooks to URLs that others chose. Against SSRF and DNS rebinding, a host name is resolved once, all its addresses must be public, and the
 * connection goes to one of exactly these. Redirects are not followed, no proxy is used, and only the response's status is read.
 */
import { lookup } from "node:dns/promises"
import * as Http from "node:http"
import * as Https from "node:https"
import { Duration, Effect } from "effect"
import packageFile from "../../../package.json"
import { OperationFailed } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { hostOf, isAddress, isPublicAddress } from "../../domain/publicAddress.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"

export interface WebhookRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** JSON, unless the headers say otherwise. */
  readonly body: string | Uint8Array
}

/** Resolves a host name to all its addresses. */
export type Resolve = (host: string) => Promise<ReadonlyArray<string>>

const bySystem: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

export interface SenderOptions {
  /** Also allows non-public addresses and plain HTTP. */
  readonly toPrivateHosts: boolean
  /** Timeout of a request, from resolving the name to the response. */
  readonly timeout?: Duration.Duration
  readonly resolve?: Resolve
  /** An additional certificate authority in PEM. */
  readonly authority?: string
}

const TIMEOUT = Duration.seconds(15)
const addressesOf = (url: URL, { toPrivateHosts, resolve = bySystem }: SenderOptions) =>
  Effect.gen(function* () {
    const host = hostOf(url)
    if (url.protocol !== "https:" && !toPrivateHosts)
      return yield* new OperationFailed({ message: "the receiver's address does not begin with https://" })
    const addresses = isAddress(host)
      ? [host]
      : yield* Effect.tryPromise({
          try: () => resolve(host),
          catch: (cause) => new OperationFailed({ message: `the name ${host} can't be resolved (${messageOf(cause)})` })
        })
    if (addresses.length === 0) return yield* new OperationFailed({ message: `the name ${host} has no address` })
    const refused = toPrivateHosts ? undefined : addresses.find((address) => !isPublicAddress(address))
    if (refused !== undefined) return yield* new OperationFailed({ message: `${host} is at ${refused}, which is not a public address` })
    return addresses
  })

strangersBytes({
  what: "the status of a webhook's answer; its body is not read",
  writtenBy: "the webhook's operator",
  readIn: "this process",
  limits: { bytes: 0, headerBytes: Http.maxHeaderSize, time: TIMEOUT, redirects: 0 },
  test: "test/http/webhooks/sender.test.ts"
})

/** Sends to one of these addresses. The certificate must match the URL's host name. */
const exchange = ({ url, headers, body }: WebhookRequest, addresses: ReadonlyArray<string>, authority: string | undefined) =>
  Effect.async<number, OperationFailed>((resume, signal) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
    const options: Https.RequestOptions = {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      // A new connection, because a pooled one might lead to another address.
      agent: false,
      signal,
      // Replaces the system's resolver: some callers want all addresses, others the first.
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
    sent.on("error", (cause) => resume(new OperationFailed({ message: messageOf(cause) })))
    sent.end(body)
  })

/** Posts once and returns the response's HTTP status. */
export const post = Effect.fn("webhooks.post")((request: WebhookRequest, options: SenderOptions) => {
  const { authority, timeout = TIMEOUT } = options
  const named = {
    ...request,
    headers: { "content-type": "application/json", "user-agent": `gittensor/${packageFile.version}`, ...request.headers }
  }
  return addressesOf(request.url, options).pipe(
    Effect.flatMap((addresses) => exchange(named, addresses, authority)),
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () => new OperationFailed({ message: `no answer within ${Duration.format(timeout)}` })
    })
  )
})
