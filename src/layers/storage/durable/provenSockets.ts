/**
 * The sockets between workers and validators: TLS 1.3 in which both sides show a certificate, of which each accepts only those that its configuration lists.
 * So nobody else can send or read, and what was recorded is of no use in another connection. Without keys there are plain sockets within this machine alone.
 */
import { isIP, type Socket as NetSocket } from "node:net"
import { connect, createServer, type TLSSocket } from "node:tls"
import * as Socket from "@effect/platform/Socket"
import * as SocketServer from "@effect/platform/SocketServer"
import * as BunSocket from "@effect/platform-bun/BunSocket"
import * as BunSocketServer from "@effect/platform-bun/BunSocketServer"
import { Effect, FiberSet, Layer, Option, Queue, Redacted, Schema } from "effect"
import * as RareLines from "../../machine/effects/rareLines.ts"
import { fingerprintIn, unusableWorkPeers, type WorkKeys, workKeys } from "./workKey.ts"

/** How long a peer may take to open a connection and to prove who it is, in milliseconds. */
const OPENS_WITHIN = 5_000

export interface Address {
  readonly host: string
  readonly port: number
}

/** Connections at once, proven or not. */
const MOST_CONNECTIONS = 1_000

const isThisMachine = (host: string): boolean => host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))

const settings = ({ pem }: WorkKeys) => {
  const key = Redacted.value(pem)
  // Whose certificate it is, is compared below; TLS has proved that the peer has its key.
  return { key, cert: key, minVersion: "TLSv1.3", rejectUnauthorized: false } as const
}

/** Why a peer is refused; undefined if it is listed. */
const refusalOf = (socket: TLSSocket, { peers }: WorkKeys): string | undefined => {
  const { fingerprint256 } = socket.getPeerCertificate() ?? {}
  if (fingerprint256 === undefined) return "it showed no certificate"
  const fingerprint = fingerprintIn(fingerprint256)
  return peers.has(fingerprint) ? undefined : `its key ${fingerprint} is not in GITTENSOR_WORK_PEERS`
}

const PEER_ADVICE = "if it is yours, see that both list each other's key (gittensor work --enrol prints it)"

/** A connection that did not open. `isRefused`: because of a key, and not because nobody listens. */
class NotOpened extends Schema.TaggedError<NotOpened>()("NotOpened", { reason: Schema.String, isRefused: Schema.Boolean }) {
  override get message() {
    return this.reason
  }
}

const socketError = (cause: unknown) => new Socket.SocketGenericError({ reason: "Open", cause })

/** A connection to a listed peer. `onUnheard`: it closed the connection without a word, as those do that do not list this process's key. */
const connection = (keys: WorkKeys, { host, port }: Address, onUnheard: () => void) =>
  Effect.acquireRelease(
    Effect.async<TLSSocket, NotOpened>((resume) => {
      const socket = connect({ host, port, ...settings(keys), checkServerIdentity: () => undefined })
      const fail = (reason: string, isRefused = false) => resume(Effect.fail(new NotOpened({ reason, isRefused })))
      const late = setTimeout(() => socket.destroy(new Error("it did not answer in time")), OPENS_WITHIN)
      socket.on("error", ({ message }) => fail(message))
      socket.once("close", () => {
        clearTimeout(late)
        fail("it closed the connection")
      })
      socket.once("secureConnect", () => {
        clearTimeout(late)
        const refusal = refusalOf(socket, keys)
        if (refusal !== undefined) {
          fail(refusal, true)
          return socket.destroy()
        }
        const unheard = () => socket.bytesRead === 0 && onUnheard()
        socket.once("end", unheard)
        setTimeout(() => socket.off("end", unheard), OPENS_WITHIN).unref()
        resume(Effect.succeed(socket))
      })
      return Effect.sync(() => socket.destroy())
    }),
    (socket) => Effect.sync(() => socket.destroySoon())
  )

/** Sockets to workers. Once in an hour the log says why a worker is not reached by its key. */
export const makeConnect = Effect.gen(function* () {
  const keys = yield* workKeys
  const lines = yield* RareLines.make("1 hour")
  const run = yield* FiberSet.makeRuntime()
  return (address: Address): Effect.Effect<Socket.Socket> => {
    const where = `${address.host}:${address.port}`
    const warn = (sentence: string) => lines.warn(where, sentence)
    if (Option.isSome(keys)) {
      const unheard = `the worker at ${where} ended the connection without a word: it may not list this key, ${keys.value.fingerprint}; ${PEER_ADVICE}`
      return BunSocket.fromDuplex(
        connection(keys.value, address, () => run(warn(unheard))).pipe(
          Effect.tapError(({ isRefused, reason }) =>
            Effect.when(warn(`the worker at ${where} is left alone: ${reason}; ${PEER_ADVICE}`), () => isRefused)
          ),
          Effect.mapError(socketError)
        )
      )
    }
    if (isThisMachine(address.host))
      return Effect.orDie(BunSocket.makeNet({ openTimeout: OPENS_WITHIN, host: address.host, port: address.port }))
    const reason = unusableWorkPeers(`the worker at ${where} is another machine's`)
    return BunSocket.fromDuplex(Effect.zipRight(warn(reason.message), Effect.fail(socketError(reason))))
  }
})

const listening = (keys: WorkKeys, { host, port }: Address) =>
  Effect.gen(function* () {
    const lines = yield* RareLines.make("1 hour")
    const run = yield* FiberSet.makeRuntime()
    const proven = yield* Queue.unbounded<TLSSocket>()
    const all = new Set<NetSocket>()
    const refuse = (remote: string | undefined, reason: string) =>
      run(
        lines.warn(
          `${remote} ${reason.replace(/[0-9a-f]{64}/, "")}`,
          `a peer at ${remote ?? "an unknown address"} is refused: ${reason}; ${PEER_ADVICE}`
        )
      )
    const server = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>, SocketServer.SocketServerError>((resume) => {
        const made = createServer({ ...settings(keys), requestCert: true }, (socket) => {
          const refusal = refusalOf(socket, keys)
          socket.setTimeout(0)
          if (refusal === undefined) return Queue.unsafeOffer(proven, socket)
          refuse(socket.remoteAddress, refusal)
          socket.destroy()
        })
        made.maxConnections = MOST_CONNECTIONS
        made.on("connection", (socket) => {
          all.add(socket)
          socket.once("close", () => all.delete(socket))
          socket.on("error", () => socket.destroy())
          socket.setTimeout(OPENS_WITHIN, () => socket.destroy())
        })
        made.on("tlsClientError", ({ message }, socket) => refuse(socket?.remoteAddress, `it does not speak TLS 1.3 (${message})`))
        made.once("error", (cause) => resume(Effect.fail(new SocketServer.SocketServerError({ reason: "Open", cause }))))
        made.listen(port, host, () => resume(Effect.succeed(made)))
      }),
      (made) =>
        Effect.async<void>((resume) => {
          made.close(() => resume(Effect.void))
          for (const socket of all) socket.destroy()
        })
    )
    const bound = server.address()
    return SocketServer.SocketServer.of({
      address: { _tag: "TcpAddress", hostname: host, port: bound === null || typeof bound === "string" ? port : bound.port },
      run: (handler) =>
        Effect.scoped(
          Effect.gen(function* () {
            const serve = yield* FiberSet.makeRuntime<Effect.Effect.Context<ReturnType<typeof handler>>>()
            return yield* Effect.forever(
              Effect.map(Queue.take(proven), (socket) =>
                serve(
                  BunSocket.fromDuplex(Effect.acquireRelease(Effect.succeed(socket), () => Effect.sync(() => socket.destroySoon()))).pipe(
                    Effect.flatMap(handler),
                    Effect.ignore
                  )
                )
              )
            )
          })
        )
    })
  })

/** Where others reach this process. Fails when the address cannot be used, or is not this machine's alone and there are no keys. */
export const layerServer = (address: Address) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const keys = yield* workKeys
      if (Option.isSome(keys)) return Layer.scoped(SocketServer.SocketServer, listening(keys.value, address))
      if (isThisMachine(address.host)) return BunSocketServer.layer(address)
      return yield* unusableWorkPeers(`a worker that other machines reach at ${address.host} needs a key`)
    })
  )
