/**
 * An HTTP server that anybody may connect to: how many connections there are, how many of one client, and how long each may take is bounded, and a full
 * house makes room for who comes. Requests are parsed by Node's server, to which the connections are handed.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from "node:http"
import { type AddressInfo, createServer, type Socket } from "node:net"
import * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Data, Effect, Schedule } from "effect"
import { countMany, set } from "../../telemetry/metrics.ts"
import { unmapped } from "./addresses.ts"
import * as Connections from "./connections.ts"
import { defaultConnections } from "./openFiles.ts"

export interface ListenerOptions {
  readonly hostname: string
  /** 0 takes any free port. */
  readonly port: number
  /** What people call it: "the axon". */
  readonly name: string
  /** Connections at a time. Default: 4,096, or half of the files that the process may open. */
  readonly connections?: number
  /** Of one IPv4 address or IPv6 /64. Default 128. */
  readonly connectionsPerClient?: number
  /** Proxies, which speak for many: as many connections as there is room for. */
  readonly isTrusted?: (address: string) => boolean
  /** How long headers may take from their first byte, in seconds. Default 12. */
  readonly headSeconds?: number
  /** How long a connection may be without a request, in seconds. Default 15. */
  readonly idleSeconds?: number
  /** How long nothing may move while a request is worked on, in seconds. Default 75. */
  readonly stallSeconds?: number
}

export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly reason: string }> {}

/** Bytes of a request's headers. */
export const MAX_HEADER_BYTES = 16_384
const HEAD_SECONDS = 12
const IDLE_SECONDS = 15
const STALL_SECONDS = 75
const PER_CLIENT = 128
/** Connections that the system may hold ready for us. */
const BACKLOG = 4_096

const connectionOf = new WeakMap<Socket, Connections.Connection>()

/** Says that the request was proven by somebody whom we know: when there is no room, its connection goes last. */
export const markProven = (request: HttpServerRequest.HttpServerRequest): void =>
  connectionOf.get(NodeHttpServerRequest.toIncomingMessage(request).socket)?.markProven()

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_INVALID_VERSION: "505 HTTP Version Not Supported"
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Node's server, which is given its connections and listens nowhere. */
const makeParser = (idle: number): NodeServer => {
  const parser = createHttpServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: idle })
  // Times are ours to keep: `Connections` knows what each connection waits for.
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

const listening = (options: ListenerOptions, onConnection: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.async<{ readonly address: AddressInfo; readonly close: () => void }, CannotListen>((resume) => {
      const door = createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
      door.once("error", ({ message }) => resume(new CannotListen({ reason: message })))
      door.listen({ host: options.hostname, port: options.port, backlog: BACKLOG }, () => {
        const address = door.address()
        door.removeAllListeners("error")
        // One that could not be taken, for lack of descriptors or because it was gone already, is no reason to end.
        door.on("error", () => undefined)
        if (address === null || typeof address === "string") resume(new CannotListen({ reason: "it has no port" }))
        else resume(Effect.succeed({ address, close: () => void door.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** Tells what changed since the last time, and once a minute what a crowd there is. */
const watch = (name: string, limit: number, connections: Connections.Connections) => {
  let before = connections.standing().closed
  let quietUntil = 0
  return Effect.gen(function* () {
    connections.sweep()
    const { open, clients, networks, closed } = connections.standing()
    yield* set("gittensor_http_connections", open)
    for (const why of Connections.REASONS) yield* countMany("gittensor_http_connections_closed_total", closed[why] - before[why], { why })
    const crowded = closed.full + closed.refused + closed.client - before.full - before.refused - before.client
    before = closed
    if (crowded === 0 || performance.now() < quietUntil) return
    quietUntil = performance.now() + 60_000
    yield* Effect.logWarning(
      `${name} is crowded: ${open} of ${limit} connections, of ${clients} clients in ${networks} networks; idle ones make room`
    )
  }).pipe(Effect.repeat(Schedule.spaced("1 second")))
}

/** Starts listening; the scope's end closes every connection and waits for what works on requests. */
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
    const connections = Connections.make({ total, perClient: connectionsPerClient, ...times }, () => performance.now())
    const parser = makeParser(times.idle)
    const notYet: Answer = (_, response) => void response.writeHead(503).end()
    let answer = notYet
    parser.on("request", (request, response) => {
      const connection = connectionOf.get(request.socket)
      connection?.begin()
      response.once("close", () => {
        connection?.finish(request.complete)
        if (!request.complete) request.socket.end()
      })
      answer(request, response)
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
      const peer = { close: () => void socket.destroy(), moved: () => socket.bytesRead + socket.bytesWritten }
      const connection = connections.admit(address, peer, options.isTrusted?.(unmapped(address)) ?? false)
      if (connection === undefined) return
      connectionOf.set(socket, connection)
      socket.once("close", connection.leave)
      parser.emit("connection", socket)
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
