/**
 * An HTTP server for the open internet. It bounds the number of connections in total and per client, the time of each, and the rate of one client's
 * requests. When it is full, idle connections make room for new ones. Node's server parses the requests.
 */
import { readFileSync } from "node:fs"
import { createServer as createHttpServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from "node:http"
import { type AddressInfo, createServer, type Socket } from "node:net"
import * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Data, Effect, type Either, Schedule } from "effect"
import type { Limits } from "../../../domain/strangersBytes.ts"
import { countMany, set } from "../telemetry/metrics.ts"
import { unmapped } from "./addresses.ts"
import * as ConnectionLimits from "./connectionLimits.ts"
import * as FairQueue from "./fairQueue.ts"
import * as RateLimit from "./rateLimit.ts"

/** The most connections by default. */
const MOST_CONNECTIONS = 4_096
/** The limit that every system allows, used where the actual one is unknown. */
const UNKNOWN_LIMIT = 1_024

/** The soft limit of open files, which Bun raises to the hard limit at its start. */
const openFilesLimit = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? UNKNOWN_LIMIT : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return UNKNOWN_LIMIT
  }
}

/** At most half of the limit: the chain, the database and the journal need files too. */
export const defaultConnections = (limit = openFilesLimit()): number => Math.max(16, Math.min(MOST_CONNECTIONS, Math.floor(limit / 2)))

/** Every listener's limits on a request, besides those of its routes. */
export const REQUEST_LIMITS = { headerBytes: 16_384, atOnce: MOST_CONNECTIONS } as const satisfies Limits

export interface ListenerOptions {
  readonly hostname: string
  /** 0 takes any free port. */
  readonly port: number
  /** The server's name in messages: "the axon". */
  readonly name: string
  /** Concurrent connections. Default: 4,096, or half of the process's limit of open files if that is less. */
  readonly connections?: number
  /** Concurrent connections of one IPv4 address or IPv6 /64. Default 128. */
  readonly connectionsPerClient?: number
  /** The rate of one client's requests, after a burst; more wait. Even refusals take time. Default: unlimited. */
  readonly pace?: { readonly perSecond: number; readonly burst: number }
  /** Proxies, which carry many clients. They are not limited as clients are. */
  readonly isTrusted?: (address: string) => boolean
  /** How long headers may take to arrive from their first byte, in seconds. Default 12. */
  readonly headSeconds?: number
  /** How long a connection may stay without a request, in seconds. Default 15. */
  readonly idleSeconds?: number
  /** How long a request in progress may transfer no bytes, in seconds. Default 75. */
  readonly stallSeconds?: number
}

export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly reason: string }> {}

const HEAD_SECONDS = 12
const IDLE_SECONDS = 15
const STALL_SECONDS = 75
const PER_CLIENT = 128
const UNSENT_BYTES = 67_108_864
/** The operating system's queue of connections not yet accepted. */
const ACCEPT_BACKLOG = 4_096
/** The longest wait of a request, in milliseconds. A request with a longer wait would not be answered in time. */
const LONGEST_WAIT = 10_000
/** The clients, and the networks, whose rate is remembered. */
const REMEMBERED = 16_384

interface Admitted extends ConnectionLimits.Connection {
  readonly isTrusted: boolean
  /** Reserves the client's next turn and returns the milliseconds until it; undefined if it is too far away. */
  readonly turn: () => number | undefined
  /** Runs `begin` in the client's turn. Returns a function that gives the turn up. */
  readonly takeTurn: (begin: () => void) => () => void
  /** Resumes reading, if it waited for a request to be answered. */
  readonly goOn: () => void
}

const connectionOf = new WeakMap<Socket, Admitted>()
const connectionOfRequest = (request: HttpServerRequest.HttpServerRequest): Admitted | undefined =>
  connectionOf.get(NodeHttpServerRequest.toIncomingMessage(request).socket)

/** Marks the request's connection as one of a proven sender: these are closed last when room is needed. */
export const markProven = (request: HttpServerRequest.HttpServerRequest): void => connectionOfRequest(request)?.markProven()

/** Runs a slow check in the turn of the request's client. Clients take turns at such checks and at beginning their requests. */
export const inTurn = <A, E>(request: HttpServerRequest.HttpServerRequest, checking: () => Either.Either<A, E>): Effect.Effect<A, E> =>
  Effect.async<A, E>((resume) => {
    const giveUp = connectionOfRequest(request)?.takeTurn(() => resume(checking()))
    if (giveUp === undefined) return resume(checking())
    return Effect.sync(giveUp)
  })

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_INVALID_VERSION: "505 HTTP Version Not Supported"
}

/** Whether a request lacks the one Host that HTTP/1.1 demands (RFC 9112, section 3.2). */
const lacksHost = ({ httpVersion, rawHeaders }: IncomingMessage): boolean =>
  httpVersion === "1.1" && rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host").length !== 1

/** Whether the client got a full answer that is no client error. */
const isGood = ({ statusCode, writableFinished }: ServerResponse): boolean => writableFinished && (statusCode < 400 || statusCode >= 500)

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Node's server without a port: it gets its connections from `Listener`. */
const makeParser = (idle: number): NodeServer => {
  const parser = createHttpServer({ maxHeaderSize: REQUEST_LIMITS.headerBytes, keepAliveTimeout: idle })
  // `connectionLimits.ts` enforces the time limits, because it knows what each connection waits for.
  parser.requestTimeout = 0
  parser.headersTimeout = 0
  parser.timeout = 0
  parser.on("clientError", (cause: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable) return socket.destroy()
    socket.end(`HTTP/1.1 ${STATUS_OF[cause.code ?? ""] ?? "400 Bad Request"}\r\nConnection: close\r\n\r\n`)
    connectionOf.get(socket)?.finish(false)
  })
  return parser
}

/** Bytes that are parsed at a time: too few for more than about twenty requests. */
const PIECE = 512

/**
 * Passes input to the parser in small pieces, and none while the connection is busy: the parser would make thousands of requests of one read. Returns
 * a function that resumes when the connection is no longer busy.
 */
const inPieces = (socket: Socket, isBusy: () => boolean): (() => void) => {
  const [parse] = socket.listeners("data")
  if (parse === undefined) return () => undefined
  socket.removeAllListeners("data")
  let rest = Buffer.alloc(0)
  const goOn = () => {
    while (rest.length > 0 && !isBusy() && !socket.destroyed) {
      const piece = rest.subarray(0, PIECE)
      rest = rest.subarray(PIECE)
      parse.call(socket, piece)
    }
    if (rest.length > 0) socket.pause()
  }
  socket.on("data", (chunk: Buffer<ArrayBuffer>) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    goOn()
  })
  return () => {
    if (rest.length === 0) return
    goOn()
    if (rest.length === 0) socket.resume()
  }
}

const listening = (options: ListenerOptions, onConnection: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.async<{ readonly address: AddressInfo; readonly close: () => void }, CannotListen>((resume) => {
      const listener = createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
      listener.once("error", ({ message }) => resume(new CannotListen({ reason: message })))
      listener.listen({ host: options.hostname, port: options.port, backlog: ACCEPT_BACKLOG }, () => {
        const address = listener.address()
        listener.removeAllListeners("error")
        // A failed `accept` (out of file descriptors, client gone) must not stop the server.
        listener.on("error", () => undefined)
        if (address === null || typeof address === "string") resume(new CannotListen({ reason: "it has no port" }))
        else resume(Effect.succeed({ address, close: () => void listener.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** Enforces time limits and updates metrics every second; warns at most once a minute when connections had to be closed. */
const watch = (name: string, limit: number, connections: ConnectionLimits.ConnectionLimits) => {
  let before = connections.counts().closed
  let quietUntil = 0
  return Effect.gen(function* () {
    connections.sweep()
    const { open, clients, networks, closed } = connections.counts()
    yield* set("gittensor_http_connections", open)
    for (const why of ConnectionLimits.CLOSING_REASONS)
      yield* countMany("gittensor_http_connections_closed_total", closed[why] - before[why], { why })
    const turnedAway = closed.full + closed.refused + closed.client - before.full - before.refused - before.client
    before = closed
    if (turnedAway === 0 || performance.now() < quietUntil) return
    quietUntil = performance.now() + 60_000
    yield* Effect.logWarning(
      `${name} is crowded: ${open} of ${limit} connections, from ${clients} clients in ${networks} networks; idle connections are closed to make room`
    )
  }).pipe(Effect.repeat(Schedule.spaced("1 second")))
}

/** Listens until the scope ends; then closes every connection and waits for requests in progress. */
export const make = (options: ListenerOptions) =>
  Effect.gen(function* () {
    const {
      headSeconds = HEAD_SECONDS,
      idleSeconds = IDLE_SECONDS,
      stallSeconds = STALL_SECONDS,
      connectionsPerClient = PER_CLIENT
    } = options
    const total = options.connections ?? defaultConnections()
    const times = { head: headSeconds * 1_000, idle: idleSeconds * 1_000, stall: stallSeconds * 1_000 }
    const bounds = { total, perClient: connectionsPerClient, unsent: UNSENT_BYTES }
    const connections = ConnectionLimits.make({ ...bounds, ...times }, () => performance.now())
    const { pace } = options
    const rate =
      pace === undefined
        ? undefined
        : RateLimit.makeShared({ perMinute: pace.perSecond * 60, burst: pace.burst, refill: "steady", keys: REMEMBERED })
    const queued = FairQueue.make(() => performance.now())
    const parser = makeParser(times.idle)
    const notYet: Answer = (_, response) => void response.writeHead(503).end()
    let answer = notYet
    parser.on("request", (request, response) => {
      const connection = connectionOf.get(request.socket)
      if (connection === undefined) return void request.socket.destroy()
      let isItsTurn = false
      connection.begin(() => isItsTurn && request.complete)
      let giveUp: () => void = () => undefined
      const queue = () => {
        giveUp = connection.takeTurn(begin)
      }
      response.once("close", () => {
        giveUp()
        if (!connection.isTrusted && !isGood(response)) queued.refused(connection.sharer)
        connection.finish(request.complete)
        if (!request.complete) request.socket.end()
        connection.goOn()
      })
      const wait = connection.turn()
      const begin = () => {
        isItsTurn = true
        if (lacksHost(request)) response.writeHead(400, { connection: "close" }).end()
        else answer(request, response)
      }
      if (wait === undefined) connection.refuse()
      else if (wait === 0) queue()
      else {
        const waiting = setTimeout(queue, wait)
        giveUp = () => clearTimeout(waiting)
      }
    })

    let atWork = 0
    let ended: (() => void) | undefined
    yield* Effect.addFinalizer(() =>
      Effect.async<void>((resume) => {
        if (atWork === 0) return resume(Effect.void)
        ended = () => resume(Effect.void)
      })
    )
    yield* Effect.addFinalizer(() => Effect.sync(connections.end))
    const { address } = yield* listening(options, (socket) => {
      socket.on("error", () => socket.destroy())
      const address = socket.remoteAddress ?? ""
      const peer = {
        close: () => void socket.destroy(),
        moved: () => socket.bytesRead + socket.bytesWritten,
        unsent: () => socket.writableLength
      }
      const isTrusted = options.isTrusted?.(unmapped(address)) ?? false
      const connection = connections.admit(address, peer, isTrusted)
      if (connection === undefined) return
      socket.once("close", connection.leave)
      const turn = () => (rate === undefined || isTrusted ? 0 : rate.reserve(connection.sharer, performance.now(), LONGEST_WAIT))
      // A proxy carries many clients, which must not wait for each other.
      const takeTurn = (begin: () => void) => {
        if (!isTrusted) return queued.take(connection.sharer, begin)
        begin()
        return () => undefined
      }
      const parse = () => {
        parser.emit("connection", socket)
        connectionOf.set(socket, { ...connection, isTrusted, turn, takeTurn, goOn: inPieces(socket, connection.isBusy) })
      }
      // To open a connection takes time too.
      const wait = turn()
      if (wait === undefined) connection.refuse()
      else if (wait === 0) parse()
      else {
        const waiting = setTimeout(parse, wait)
        socket.once("close", () => clearTimeout(waiting))
      }
    })
    yield* Effect.forkScoped(watch(options.name, total, connections))

    return HttpServer.make({
      address: { _tag: "TcpAddress", hostname: address.address, port: address.port },
      serve: (app, middleware) =>
        Effect.gen(function* () {
          const counted = Effect.acquireUseRelease(
            Effect.sync(() => void atWork++),
            () => app,
            () =>
              Effect.sync(() => {
                atWork -= 1
                if (atWork === 0) ended?.()
              })
          )
          const handle = yield* middleware === undefined
            ? NodeHttpServer.makeHandler(counted)
            : NodeHttpServer.makeHandler(counted, middleware)
          yield* Effect.acquireRelease(
            Effect.sync(() => {
              answer = handle
            }),
            () =>
              Effect.sync(() => {
                answer = notYet
              })
          )
        })
    })
  })
