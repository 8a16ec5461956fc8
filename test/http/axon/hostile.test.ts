/** An axon keeps answering honest clients while others send every kind of malformed request, and its memory does not grow. */
import { connect, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer, Logger, LogLevel } from "effect"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import * as Gate from "../../../src/layers/chain/axon/PrioritySemaphore.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { EnrolmentSynapse, PingSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { miners, signed, storeOf, subnet, validators } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"

const [miner, otherMiner, thirdMiner] = miners
const [validator] = validators

const MALFORMED = 10_000
const SLOW = 300

/** A seeded generator: the same numbers in every run. */
const random = (() => {
  let state = 0x9e3779b9
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
})()
const bytes = (length: number) => Buffer.from(Array.from({ length }, () => random(256)))
const letters = (length: number) =>
  bytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length)

const http = (path: string, headers: Record<string, string>, body: string | Uint8Array, method = "POST") =>
  Buffer.concat([
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\n${Object.entries({
        host: "axon",
        connection: "close",
        "content-length": String(Buffer.byteLength(body)),
        ...headers
      })
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("")}\r\n`
    ),
    Buffer.from(body)
  ])

const proven = Array.from({ length: 20 }, () => {
  const { text, signature } = signed(thirdMiner)
  return Wire.signedRequest({
    synapse: "EnrolmentSynapse",
    fields: [
      ["text", text],
      ["signature", signature]
    ],
    from: thirdMiner,
    fromIp: "0.0.0.0",
    to: { ip: "127.0.0.1", port: 1, hotkey: validator.address },
    nonce: BigInt(Date.now()) * 1_000_000n,
    uuid: crypto.randomUUID(),
    timeoutSeconds: 60
  })
})
const anyProven = () => proven[random(proven.length)] ?? assert.fail("none")

/** Each kind of malformed request. */
const kinds: ReadonlyArray<() => Uint8Array> = [
  () => bytes(1 + random(400)),
  () => Buffer.from(`${letters(5)} /${letters(9)} HTTP/9.${random(10)}\r\n\r\n`),
  () => http(`/${letters(8_000)}`, {}, ""),
  () => http("/EnrolmentSynapse", { junk: letters(20_000) }, ""),
  () => http("/EnrolmentSynapse", {}, "{}"),
  () =>
    http("/GossipSynapse", { bt_header_dendrite_nonce: "9".repeat(1 + random(40)), bt_header_dendrite_hotkey: letters(48) }, letters(100)),
  () => http("/EnrolmentSynapse", { ...anyProven().headers, bt_header_dendrite_nonce: String(random(1e9)) }, anyProven().body),
  () => http("/EnrolmentSynapse", { ...anyProven().headers, computed_body_hash: letters(64) }, anyProven().body),
  () => http("/EnrolmentSynapse", { ...anyProven().headers, timeout: "nan", bt_header_dendrite_uuid: letters(300) }, "[".repeat(5_000)),
  () => http("/EnrolmentSynapse", { ...anyProven().headers, "content-length": "-5" }, "x"),
  () => http("/EnrolmentSynapse", { "transfer-encoding": "chunked", "content-length": "3" }, "zz\r\nxx"),
  () =>
    http(
      "/StandingSynapse",
      { "x-bittensor-version": "1", "x-bittensor-nonce": String(Date.now() * 1e6), "x-bittensor-signature": `0x${letters(128)}` },
      letters(50)
    ),
  () => http("/EnrolmentSynapse", { "content-length": "5000" }, letters(40)),
  () => http(`/%00%ff/../${letters(6)}?${letters(30)}`, { host: "\u0001" }, "", "PUT"),
  () => http("/Synapse", { ...anyProven().headers, name: "\u00e9".repeat(50) }, "null")
]

const connectionFrom = (address: string, port: number, use: (socket: Socket) => void): Socket => {
  const socket = connect({ port, host: "127.0.0.1", localAddress: address })
  socket.on("error", () => socket.destroy())
  socket.once("connect", () => use(socket))
  return socket
}

/** Sends a message and waits until the axon has answered and closed, or for a short time. Returns the status. */
const send = (address: string, port: number, message: Uint8Array): Promise<string> =>
  new Promise((resolve) => {
    let status = "-"
    const socket = connectionFrom(address, port, (open) => {
      open.write(message)
      // Half of the clients disconnect in the middle.
      if (message.length % 2 === 0) open.end()
    })
    socket.once("data", (chunk) => {
      status = chunk.toString("latin1").slice(9, 12)
      socket.destroy()
    })
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once("close", () => resolve(status))
  })

/** Memory in bytes after garbage collection: this process's clients leave more garbage than the axon, and a busy machine collects it late. */
const memoryHeld = () => {
  Bun.gc(true)
  return process.memoryUsage.rss()
}

describe("an axon among hostile clients", () => {
  it.scopedLive(`answers honest requests during ${MALFORMED} malformed ones and with ${SLOW} slow clients connected`, () =>
    Effect.gen(function* () {
      const state = subnet()
      const context = yield* Layer.build(
        ValidatorAxon.layer({
          hotkey: validator,
          hostname: "127.0.0.1",
          port: 0,
          requestsPerMinute: 100_000,
          bodyTimeout: "2 seconds"
        }).pipe(Layer.provide(storeOf(state)))
      )
      const { port } = Context.get(context, Axon)
      const { send: sendProven } = yield* Dendrite.make
      const to = { ip: "127.0.0.1", port, hotkey: validator.address }

      const slow = new Set<Socket>()
      yield* Effect.addFinalizer(() => Effect.sync(() => slow.forEach((socket) => void socket.destroy())))
      const first = Buffer.from("POST /EnrolmentSynapse HTTP/1.1\r\nhost: axon\r\n")
      const dripping = { ...anyProven().headers, "content-length": "100000" }
      const open = (index: number) => {
        const socket = connectionFrom(`127.0.1.${1 + (index % 200)}`, port, (it) => {
          it.write(index % 10 === 0 ? http("/EnrolmentSynapse", dripping, "") : first.subarray(0, 1 + random(first.length)))
          const drip = setInterval(() => it.write("x"), 500)
          it.once("close", () => {
            clearInterval(drip)
            slow.delete(socket)
            if (index >= 0 && slow.size < SLOW) open(index + SLOW)
          })
        })
        slow.add(socket)
      }
      yield* Effect.sync(() => Array.from({ length: SLOW }, (_, index) => open(index)))

      const before = memoryHeld()
      const latencies: Array<number> = []
      const honest = yield* Effect.gen(function* () {
        const startedAt = performance.now()
        yield* sendProven({ from: latencies.length % 2 === 0 ? miner : otherMiner, to, synapse: PingSynapse, body: {} })
        latencies.push(performance.now() - startedAt)
        yield* Effect.sleep("20 millis")
      }).pipe(Effect.forever, Effect.fork)

      const startedAt = performance.now()
      const statuses = new Map<string, number>()
      let next = 0
      const attacker = async () => {
        while (next < MALFORMED) {
          const index = next++
          const message = kinds[index % kinds.length]?.() ?? new Uint8Array()
          const status = await send(`127.0.0.${2 + (index % 200)}`, port, message)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
        }
      }
      yield* Effect.promise(() => Promise.all(Array.from({ length: 64 }, attacker)))
      const seconds = (performance.now() - startedAt) / 1_000
      // The request may have failed, which is what this test checks.
      const stillThere = yield* Fiber.poll(honest)
      yield* Fiber.interrupt(honest)
      assert.isTrue(stillThere._tag === "None", `an honest request failed: ${String(stillThere)}`)

      yield* sendProven({ from: miner, to, synapse: EnrolmentSynapse, body: signed(miner) })
      const grown = (memoryHeld() - before) / 1_048_576
      const sorted = latencies.toSorted((a, b) => a - b)
      const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]?.toFixed(1)
      console.log(
        `${MALFORMED} malformed in ${seconds.toFixed(1)} s (by status ${JSON.stringify(Object.fromEntries(statuses))}), ${slow.size} slow clients;`,
        `${latencies.length} honest answers: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms; memory +${grown.toFixed(0)} MiB`
      )
      assert.isUndefined(statuses.get("200"), "nothing malformed was taken")
      assert.isUndefined(statuses.get("500"), "and nothing failed inside")
      assert.isAbove(latencies.length, 20)
      assert.isBelow(sorted.at(-1) ?? 0, 10_000)
      assert.isBelow(grown, 400)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})

describe("places for work", () => {
  const limits = { places: 1, waiting: 2, perOwner: 2 }

  it.effect("go to more stake first, then to the longest waiting, and refuse the least when too many wait", () =>
    Effect.gen(function* () {
      const gate = Gate.make(limits)
      const done: Array<string> = []
      const held = yield* Deferred.make<void>()
      const holder = yield* Effect.fork(gate.within("holder", 0n, Deferred.await(held)))
      yield* Effect.yieldNow()
      const enter = (name: string, stake: bigint) =>
        Effect.fork(
          gate.within(
            name,
            stake,
            Effect.sync(() => void done.push(name))
          )
        ).pipe(Effect.tap(() => Effect.yieldNow()))
      const poor = yield* enter("poor", 1n)
      const equal = yield* enter("equal", 5n)
      const rich = yield* enter("rich", 9n)
      assert.deepInclude(yield* Effect.flip(Fiber.join(poor)), { _tag: "TurnedAway", why: "full" })
      const poorest = yield* enter("poorest", 0n)
      assert.deepInclude(yield* Effect.flip(Fiber.join(poorest)), { why: "full" })
      yield* Deferred.succeed(held, undefined)
      yield* Fiber.join(holder)
      yield* Effect.all([Fiber.join(equal), Fiber.join(rich)])
      assert.deepStrictEqual(done, ["rich", "equal"])
      assert.deepStrictEqual(gate.counts(), { atWork: 0, waiting: 0, owners: 0 })
    })
  )

  it.effect("are limited for each client, and abandoned work frees its place", () =>
    Effect.gen(function* () {
      const gate = Gate.make({ ...limits, waiting: 10 })
      const first = yield* Effect.fork(gate.within("one", 1n, Effect.never))
      const second = yield* Effect.fork(gate.within("one", 1n, Effect.never))
      yield* Effect.yieldNow()
      assert.deepInclude(yield* Effect.flip(gate.within("one", 1n, Effect.void)), { why: "too many of one owner" })
      const waiting = yield* Effect.fork(gate.within("other", 1n, Effect.succeed("in")))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(second)
      yield* Fiber.interrupt(first)
      assert.strictEqual(yield* Fiber.join(waiting), "in")
      assert.strictEqual(yield* Effect.flip(gate.within("other", 1n, Effect.fail("its own"))), "its own")
      assert.deepStrictEqual(gate.counts(), { atWork: 0, waiting: 0, owners: 0 })
    })
  )
})
