/** Workers' sockets: a listed key is heard; another key, no key and a recording are not, and the log says so. */
import { statSync } from "node:fs"
import { createServer, connect as plainly, type Server, type Socket } from "node:net"
import { join } from "node:path"
import { connect } from "node:tls"
import { RunnerAddress, Runners } from "@effect/cluster"
import * as Rpc from "@effect/rpc/Rpc"
import * as RpcClient from "@effect/rpc/RpcClient"
import * as RpcGroup from "@effect/rpc/RpcGroup"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import * as RpcServer from "@effect/rpc/RpcServer"
import { assert, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Logger, Schema } from "effect"
import { layerReaching } from "../../../src/layers/storage/durable/engine.ts"
import * as ProvenSockets from "../../../src/layers/storage/durable/provenSockets.ts"
import { enrolledKey, type WorkKey, workKeys } from "../../../src/layers/storage/durable/workKey.ts"
import { folder as temporaryFolder } from "../../support/folder.ts"
import { freePort } from "../../support/freePort.ts"
import { patiently } from "../../support/patiently.ts"

const Work = RpcGroup.make(Rpc.make("Do", { payload: { text: Schema.String }, success: Schema.String }))

interface Keyed extends WorkKey {
  readonly file: string
}

/** The configuration of a machine with a key and a list of whom it exchanges work with. */
const configured = ({ file }: Keyed, ...peers: ReadonlyArray<WorkKey>) =>
  Layer.setConfigProvider(
    ConfigProvider.fromMap(
      new Map([
        ["GITTENSOR_WORK_KEY", file],
        ["GITTENSOR_WORK_PEERS", peers.map(({ fingerprint }) => fingerprint).join(", ")]
      ])
    )
  )

/** A worker that answers "TEXT is done", and what it was asked. */
const worker = (configuration: Layer.Layer<never>, port: number) => {
  const asked: Array<string> = []
  const server = RpcServer.layer(Work).pipe(
    Layer.provide(
      Work.toLayer({
        Do: ({ text }) =>
          Effect.sync(() => {
            asked.push(text)
            return `${text} is done`
          })
      })
    ),
    Layer.provide(RpcServer.layerProtocolSocketServer),
    Layer.provide([RpcSerialization.layerMsgPack, ProvenSockets.layerServer({ host: "127.0.0.1", port })]),
    Layer.provide(configuration)
  )
  return Effect.as(Layer.build(server), asked)
}

/** Asks the worker at a port, as validators and other workers do. */
const ask = (configuration: Layer.Layer<never>, port: number, text: string) =>
  Effect.gen(function* () {
    const protocol = yield* (yield* Runners.RpcClientProtocol)(RunnerAddress.make("127.0.0.1", port))
    const client = yield* RpcClient.make(Work).pipe(Effect.provideService(RpcClient.Protocol, protocol))
    return yield* client.Do({ text })
  }).pipe(Effect.scoped, Effect.provide(layerReaching.pipe(Layer.provide([RpcSerialization.layerMsgPack, configuration]))))

const ended = (socket: Socket) =>
  Effect.async<void>((resume) => {
    socket.on("error", () => undefined)
    socket.resume().once("close", () => resume(Effect.void))
  })

/** A relay to a port, and all that clients sent through it. */
const relay = (port: number) =>
  Effect.gen(function* () {
    const recorded: Array<Buffer> = []
    const server = yield* Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const made = createServer((near) => {
          const far = plainly(port, "127.0.0.1")
          for (const socket of [near, far]) socket.on("error", () => undefined)
          near.on("data", (bytes) => recorded.push(Buffer.from(bytes)))
          near.pipe(far).pipe(near)
        }).listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
      }),
      (made) => Effect.sync(() => made.close())
    )
    const bound = server.address()
    if (bound === null || typeof bound === "string") return yield* Effect.dieMessage("no port")
    return { port: bound.port, recorded }
  })

it.scopedLive("hear whom both list, and refuse another key, no key, plain text and a recording", () => {
  const said: Array<string> = []
  const logger = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ message }) => said.push(String(message)))
  )
  return Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const keyOf = (name: string) => {
      const file = join(folder, `${name}.pem`)
      return Effect.map(enrolledKey(file), (key): Keyed => ({ ...key, file }))
    }
    const [validator, mine, stranger] = yield* Effect.all([keyOf("validator"), keyOf("worker"), keyOf("stranger")])
    assert.strictEqual(statSync(mine.file).mode & 0o777, 0o600)
    assert.deepStrictEqual(yield* keyOf("worker"), mine)
    const port = yield* Effect.promise(freePort)
    const asked = yield* worker(configured(mine, validator, mine), port)
    const seen = (text: string) =>
      Effect.retry(
        Effect.suspend(() => (said.some((line) => line.includes(text)) ? Effect.void : Effect.fail(`no line says: ${text}`))),
        patiently
      )

    const { port: relayed, recorded } = yield* relay(port)
    assert.strictEqual(yield* ask(configured(validator, mine), relayed, "one"), "one is done")
    assert.deepStrictEqual(asked, ["one"])

    // Who is not listed there; who does not list the worker.
    yield* Effect.fork(ask(configured(stranger, mine), port, "forged"))
    yield* seen(`its key ${stranger.fingerprint} is not in GITTENSOR_WORK_PEERS`)
    yield* seen(`it may not list this key, ${stranger.fingerprint}`)
    yield* Effect.fork(ask(configured(validator, stranger), port, "misled"))
    yield* seen(`the worker at 127.0.0.1:${port} is left alone: its key ${mine.fingerprint} is not in GITTENSOR_WORK_PEERS`)
    yield* ended(connect({ host: "127.0.0.1", port, rejectUnauthorized: false }))
    yield* seen("it showed no certificate")
    const text = plainly(port, "127.0.0.1")
    text.write("GET / HTTP/1.1\r\n\r\n")
    yield* ended(text)
    yield* seen("it does not speak TLS 1.3")
    const again = plainly(port, "127.0.0.1")
    again.write(Buffer.concat(recorded))
    yield* ended(again)

    assert.strictEqual(yield* ask(configured(validator, mine), port, "two"), "two is done")
    assert.deepStrictEqual(asked, ["one", "two"])
  }).pipe(Effect.provide(logger))
})

it.scopedLive("need a key and a list for other machines", () =>
  Effect.gen(function* () {
    const refused = (settings: Readonly<Record<string, string>>) =>
      Effect.flip(Effect.withConfigProvider(workKeys, ConfigProvider.fromMap(new Map(Object.entries(settings)))))
    const folder = yield* temporaryFolder
    const file = join(folder, "key.pem")
    assert.include((yield* refused({ GITTENSOR_WORK_KEY: file })).message, "without peers")
    assert.include((yield* refused({ GITTENSOR_WORK_PEERS: "ab" })).message, "without a key")
    yield* enrolledKey(file)
    assert.include((yield* refused({ GITTENSOR_WORK_KEY: file, GITTENSOR_WORK_PEERS: "ab" })).message, '"ab"')
    assert.include(
      (yield* refused({ GITTENSOR_WORK_KEY: join(folder, "none"), GITTENSOR_WORK_PEERS: "ab".repeat(32) })).message,
      "work --enrol"
    )
    const open = ProvenSockets.layerServer({ host: "0.0.0.0", port: 0 })
    const none = Layer.setConfigProvider(ConfigProvider.fromMap(new Map()))
    const failure = yield* Effect.flip(Effect.scoped(Layer.build(Layer.provide(open, none))))
    assert.include(failure.message, "0.0.0.0 needs a key")
  })
)
