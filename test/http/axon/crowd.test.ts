/** An axon whose connections are all taken, by one address or by two hundred, idle or talking, still serves other clients. */
import { Agent, request } from "node:http"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel } from "effect"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { EnrolmentSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { miners, signed, storeOf, stranger, subnet, validators } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"

const [miner, otherMiner, keeper] = miners
const [validator] = validators

const PLACES = 600
const CROWD = 2_000
const NEWCOMERS = 30

/** A process that holds this many connections open until the scope closes. `opened` ends the process and returns the number of connections. */
const crowdOf = (port: number, addresses: ReadonlyArray<string>, say: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const words = [String(port), String(CROWD), addresses.join(","), Buffer.from(say).toString("base64")]
      const program = Bun.spawn([process.execPath, join(import.meta.dirname, "crowd.ts"), ...words], { stdout: "pipe", stderr: "inherit" })
      const lines = program.stdout.pipeThrough(new TextDecoderStream()).getReader()
      await lines.read()
      const opened = async () => {
        program.kill("SIGTERM")
        return Number((await lines.read()).value)
      }
      return { program, opened }
    }),
    ({ program }) =>
      Effect.promise(() => {
        program.kill("SIGKILL")
        return program.exited
      })
  )

/** Twenty networks of ten addresses each. None is the honest client's. */
const ADDRESSES = Array.from({ length: 200 }, (_, index) => `127.0.${1 + Math.floor(index / 10)}.${1 + (index % 10)}`)

const sentBy = (from: typeof miner, port: number) =>
  Wire.signedRequest({
    synapse: "Synapse",
    fields: [],
    from,
    fromIp: "0.0.0.0",
    to: { ip: "127.0.0.1", port, hotkey: validator.address },
    nonce: BigInt(Date.now()) * 1_000_000n,
    uuid: crypto.randomUUID(),
    timeoutSeconds: 60
  })

/** One request over an agent's connection. Returns the status and the client's port. */
const ask = (agent: Agent, from: typeof miner, port: number) =>
  Effect.async<{ readonly status: number | undefined; readonly localPort: number | undefined }, Error>((resume) => {
    const { headers, body } = sentBy(from, port)
    const asking = request({ host: "127.0.0.1", port, path: "/Synapse", method: "POST", headers, agent }, (response) => {
      const { localPort } = response.socket
      response.resume().once("end", () => resume(Effect.succeed({ status: response.statusCode, localPort })))
    })
    asking.once("error", (cause) => resume(Effect.fail(cause)))
    asking.end(body)
  })

/** As far in the future as a nonce may be, so that it stays valid for the whole test. */
const inHalfAMinute = () => BigInt(Date.now() + 29_000) * 1_000_000n

/** The head of a request that cannot be told from an honest one before its body arrives. */
const bodyless = () => {
  const signed = {
    method: "POST",
    path: "/Synapse",
    body: new Uint8Array(),
    nonce: inHalfAMinute(),
    from: stranger,
    receiver: validator.address
  }
  const lines = Object.entries({ host: "x", "content-length": "30000", ...btauthHeaders(signed) })
  return `POST /Synapse HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
}

const crowds = [
  ["one address that says nothing", ["127.0.0.2"], () => ""],
  ["200 addresses of 20 networks that say nothing", ADDRESSES, () => ""],
  ["200 addresses of 20 networks that never end their headers", ADDRESSES, () => "POST /Synapse HTTP/1.1\r\nhost: x\r\nslow: "],
  ["200 addresses of 20 networks that never send their bodies", ADDRESSES, bodyless],
  ["200 addresses of 20 networks with forgeries", ADDRESSES, () => "POST /Synapse HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"]
] as const

describe(`an axon with ${PLACES} places and ${CROWD} connections to it`, () => {
  for (const [of, addresses, say] of crowds)
    it.scopedLive(`filled by ${of} answers others at once, and keeps the connections of clients it knows`, () =>
      Effect.gen(function* () {
        const context = yield* Layer.build(
          ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0, requestsPerMinute: 100_000, connections: PLACES }).pipe(
            Layer.provide(storeOf(subnet()))
          )
        )
        const { port } = Context.get(context, Axon)
        const agent = yield* Effect.acquireRelease(
          Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 1 })),
          (agent) => Effect.sync(() => agent.destroy())
        )
        const first = yield* ask(agent, keeper, port)
        assert.strictEqual(first.status, 200)

        const crowd = yield* crowdOf(port, addresses, say())
        const { send } = yield* Dendrite.make
        const to = { ip: "127.0.0.1", port, hotkey: validator.address }
        const latencies: Array<number> = []
        const enter = Effect.gen(function* () {
          const startedAt = performance.now()
          // Each request uses its own connection.
          const own = new Agent({ keepAlive: false })
          const { status } = yield* ask(own, latencies.length % 2 === 0 ? miner : otherMiner, port)
          assert.strictEqual(status, 200)
          latencies.push(performance.now() - startedAt)
          yield* Effect.sleep("20 millis")
        })
        // The known client's connection stays open as long as it sends an occasional request.
        const stay = Effect.map(ask(agent, keeper, port), (kept) =>
          assert.deepStrictEqual(kept, first, "it was answered on the same connection as before")
        )
        for (let newcomer = 0; newcomer < NEWCOMERS; newcomer++) yield* Effect.zipRight(enter, stay)
        yield* send({ from: miner, to, synapse: EnrolmentSynapse, body: signed(miner) })
        yield* stay
        const opened = yield* Effect.promise(crowd.opened)
        const sorted = latencies.toSorted((a, b) => a - b)
        const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]?.toFixed(1)
        console.log(
          `${of}: ${opened} connections were opened; ${latencies.length} newcomers answered: median ${at(0.5)} ms, longest ${at(1)} ms`
        )
        assert.isAtLeast(opened, CROWD)
        // No client had to wait for idle connections to time out. The latency is only printed, because it depends on the machine.
        assert.isBelow(sorted.at(-1) ?? 0, 10_000)
      }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
    )
})
