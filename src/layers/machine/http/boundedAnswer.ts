/**
 * Sends HTTP requests to strangers' servers, and reads their answers within limits. Bun's own decompression and redirects are off: 200 KB of zstd
 * become gigabytes before a count is possible, and a redirect may lead anywhere.
 *
 * Bun itself takes at most `HEADER_LIMITS` of an answer's header, and refuses a body that ends before its announced length.
 */
import { promisify } from "node:util"
import { gunzip, type ZlibOptions } from "node:zlib"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Duration, Effect, Option, Schema } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { nestsDeeperThan } from "../../../domain/nesting.ts"
import type { Limits } from "../../../domain/strangersBytes.ts"
import { throughProxy } from "./proxies.ts"

/** Bun's limits on an answer's header. A test checks them. */
export const HEADER_LIMITS = { headers: 256, headerBytes: 1_572_864 } as const satisfies Limits

export interface AnswerLimits extends Pick<Limits, "nesting" | "redirects" | "gzip"> {
  readonly bytes: number
  readonly time: Duration.Duration
}

export interface Outgoing {
  readonly url: string
  /** Default GET. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Uses no pooled connection: after a restart of the server the next request on one would fail. */
  readonly ownConnection?: boolean
}

export interface Answer {
  readonly status: number
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

const FAILURES = ["unreachable", "slow", "refused redirect", "too long", "compressed", "too deep", "broken"] as const

/** No answer, or one beyond its limits. The message follows the name of the server: "it cannot be reached: …". */
export class AnswerFailed extends Schema.TaggedError<AnswerFailed>()("AnswerFailed", {
  failure: Schema.Literal(...FAILURES),
  reason: Schema.String,
  /** Set where an answer began. */
  status: Schema.optional(Schema.Number)
}) {
  override get message() {
    return this.failure === "unreachable" ? `it cannot be reached: ${this.reason}` : this.reason
  }
}

const failed = (failure: AnswerFailed["failure"], reason: string) => new AnswerFailed({ failure, reason })

/** A readable size: 4 MB, 64 KB, 1234 bytes. */
const sizeText = (bytes: number): string => {
  if (bytes > 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MB`
  return bytes > 0 && bytes % 1_024 === 0 ? `${bytes / 1_024} KB` : `${bytes} bytes`
}

const tooLong = (limit: number) => failed("too long", `its answer is longer than ${sizeText(limit)}`)

/** Reads at most `limit` bytes of a body. Small pieces take no more memory than large ones. */
const bodyWithin = async (body: ReadableStream<Uint8Array> | null, limit: number): Promise<Buffer> => {
  const sink = new Bun.ArrayBufferSink()
  sink.start({ asUint8Array: true })
  let length = 0
  // A throw out of the loop closes the connection.
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > limit) throw tooLong(limit)
    sink.write(piece)
  }
  const bytes = sink.end()
  return bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)
}

const unpack: (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer> = promisify(gunzip)

const unpackedWithin = (bytes: Buffer, limit: number): Promise<Buffer> =>
  unpack(bytes, { maxOutputLength: limit }).catch((cause: unknown) => {
    throw cause instanceof RangeError ? tooLong(limit) : failed("broken", "its answer is not the gzip that it says it is")
  })

/** The target of a redirect: only http or https, and never from https to http. */
const redirectTarget = (location: string, from: string): string | undefined => {
  const to = URL.parse(location, from)
  return to !== null && (to.protocol === "https:" || (to.protocol === "http:" && !from.startsWith("https:"))) ? to.href : undefined
}

const isRedirect = ({ status, headers }: Response): boolean =>
  [301, 302, 303, 307, 308].includes(status) && headers.get("location") !== null

/** The request that follows a redirect. Only the first server gets credentials. */
const redirected = (asked: Outgoing, response: Response, most: number, followed: number): Outgoing => {
  if (followed === most) throw failed("refused redirect", `it redirects more than ${most} times`)
  const url = redirectTarget(response.headers.get("location") ?? "", asked.url)
  if (url === undefined) throw failed("refused redirect", "it redirects to an address that is not followed")
  const isSameServer = new URL(url).origin === new URL(asked.url).origin
  const headers = Object.entries(asked.headers ?? {}).filter(([name]) => isSameServer || !/^(authorization|cookie)$/i.test(name))
  return { ...asked, url, headers: Object.fromEntries(headers) }
}

const initOf = ({ method, headers, body, ownConnection = false }: Outgoing, gzip: boolean, signal: AbortSignal) =>
  ({
    method: method ?? "GET",
    headers: { ...headers, "accept-encoding": gzip ? "gzip" : "identity" },
    redirect: "manual",
    decompress: false,
    signal,
    ...(body === undefined ? {} : { body }),
    ...(ownConnection ? { keepalive: false } : {})
  }) satisfies RequestInit & { readonly decompress: boolean }

/** The whole body, decompressed. */
const bodyOf = async (response: Response, isHead: boolean, { bytes: limit, gzip = false, nesting }: AnswerLimits): Promise<Buffer> => {
  if (!isHead && Number(response.headers.get("content-length")) > limit) throw tooLong(limit)
  const sent = await bodyWithin(response.body, limit).catch((cause: unknown) => {
    throw cause instanceof AnswerFailed ? cause : failed("broken", "its answer broke off")
  })
  const encoding = (response.headers.get("content-encoding") ?? "").trim().toLowerCase()
  const isPlain = sent.length === 0 || encoding === "" || encoding === "identity"
  if (!isPlain && !(gzip && encoding === "gzip"))
    throw failed("compressed", `its answer is compressed (${encoding.slice(0, 40)}), which nobody asked for`)
  const bytes = isPlain ? sent : await unpackedWithin(sent, limit)
  if (nesting !== undefined && nestsDeeperThan(nesting, bytes))
    throw failed("too deep", `its answer is nested more than ${nesting} levels deep`)
  return bytes
}

const read = async (send: typeof fetch, first: Outgoing, limits: AnswerLimits, signal: AbortSignal): Promise<Answer> => {
  const { redirects = 0, gzip = false } = limits
  let asked = first
  for (let followed = 0; ; followed++) {
    const { method = "GET" } = asked
    const response = await send(asked.url, initOf(asked, gzip, signal)).catch((cause: unknown) => {
      throw failed("unreachable", `${messageOf(cause).split(/\n|\. For more information/, 1)[0] ?? ""}${throughProxy(asked.url)}`)
    })
    const { status, headers } = response
    if (redirects > 0 && method === "GET" && isRedirect(response)) {
      asked = redirected(asked, response, redirects, followed)
      await response.body?.cancel()
      continue
    }
    const bytes = await bodyOf(response, method === "HEAD", limits).catch((cause: unknown) => {
      throw cause instanceof AnswerFailed ? new AnswerFailed({ ...cause, status }) : cause
    })
    return { status, headers: Object.fromEntries(headers), bytes }
  }
}

/** Sends a request once, and returns the whole answer, whatever its status. Failure and interruption end the connection. */
export const answerTo = (asked: Outgoing, limits: AnswerLimits): Effect.Effect<Answer, AnswerFailed> =>
  Effect.flatMap(Effect.serviceOption(FetchHttpClient.Fetch), (other) =>
    Effect.tryPromise({
      try: async (interrupted) => {
        const refusal = new AbortController()
        try {
          return await read(
            Option.getOrElse(other, () => fetch),
            asked,
            limits,
            AbortSignal.any([interrupted, refusal.signal])
          )
        } catch (cause) {
          refusal.abort()
          throw cause
        }
      },
      catch: (cause) => (cause instanceof AnswerFailed ? cause : failed("broken", messageOf(cause)))
    })
  ).pipe(
    Effect.timeoutFail({
      duration: limits.time,
      onTimeout: () => failed("slow", `it did not answer in full within ${Duration.format(limits.time)}`)
    })
  )

export const jsonOf = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.parseJson(schema))
  return ({ bytes }: Pick<Answer, "bytes">) => decode(bytes.toString("utf8"))
}
