/** Hostile clients use all that an axon grants them, from one address or from ten: honest requests are still all answered. */
import { Agent, request } from "node:http"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel, Schema } from "effect"
import { Axon, type AxonOptions } from "../../../src/layers/chain/axon/Axon.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { signed, storeOf, subnet, validators } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"
import { honestMiners, hostileMiners } from "./owners.ts"

const [validator] = validators
const HONEST = 60

const Done = Schema.parseJson(
  Schema.Record({
    key: Schema.String,
    value: Schema.Struct({ opened: Schema.Number, statuses: Schema.Record({ key: Schema.String, value: Schema.Number }) })
  })
)

/** Hostile clients in a separate process, once all have begun. The returned effect ends them and returns their statistics. */
const hostilesOf = (port: number, scenario: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const words = [process.execPath, join(import.meta.dirname, "hostiles.ts"), port.toString(), scenario]
        const program = Bun.spawn(words, { stdout: "pipe", stderr: "inherit" })
        const lines = program.stdout.pipeThrough(new TextDecoderStream()).getReader()
        await lines.read()
        return { program, lines }
      }),
      ({ program }) =>
        Effect.promise(() => {
          program.kill("SIGKILL")
          return program.exited
        })
    ),
    ({ program, lines }) =>
      Effect.promise(async () => {
        program.kill("SIGTERM")
        return (await lines.read()).value
      }).pipe(Effect.flatMap(Schema.decodeUnknown(Done)))
  )

interface Signed {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const minerOf = (index: number) => honestMiners[index % honestMiners.length] ?? assert.fail("no miner")

/** A miner's enrolment, signed by btauth/1 (where the axon must wait for the body) or in a dendrite's form. */
const enrolmentOf = (index: number, port: number, from = minerOf(index)): Signed => {
  const { text, signature } = signed(from, { issue: 1 + index })
  const body = JSON.stringify({ text, signature })
  const path = "/EnrolmentSynapse"
  const nonce = BigInt(Date.now()) * 1_000_000n + BigInt(index)
  if (index % 2 === 0)
    return {
      headers: btauthHeaders({ method: "POST", path, body: Buffer.from(body), nonce, from, receiver: validator.address }),
      body
    }
  const fields = [
    ["text", text],
    ["signature", signature]
  ] as const
  const to = { ip: "127.0.0.1", port, hotkey: validator.address }
  return Wire.signedRequest({
    synapse: "EnrolmentSynapse",
    fields,
    from,
    fromIp: "0.0.0.0",
    to,
    nonce,
    uuid: crypto.randomUUID(),
    timeoutSeconds: 60
  })
}

interface Asked {
  /** 0: the connection was closed without an answer. */
  readonly status: number
  readonly milliseconds: number
}

/** One request on its own connection, from an address. */
const send = ({ headers, body }: Signed, port: number, localAddress = "127.0.0.1") =>
  Effect.async<Asked>((resume) => {
    const begunAt = performance.now()
    const end = (status: number) => resume(Effect.succeed({ status, milliseconds: performance.now() - begunAt }))
    const to = { host: "127.0.0.1", port, path: "/EnrolmentSynapse", method: "POST" }
    const from = { localAddress, agent: new Agent({ keepAlive: false }) }
    const asking = request({ ...to, ...from, headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) =>
      response.resume().once("end", () => end(response.statusCode ?? 0))
    )
    asking.once("error", () => end(0))
    asking.end(body)
  })

/** Sends 60 requests, `concurrency` at a time. Returns the refused ones' statuses, and the median and maximum latency in milliseconds. */
const askAll = (port: number, from: number, concurrency = 1) =>
  Effect.map(
    Effect.forEach(
      Array.from({ length: HONEST }, (_, index) => from + index),
      (index) => Effect.suspend(() => send(enrolmentOf(index, port), port)),
      { concurrency }
    ),
    (asked) => {
      const times = asked.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
      return {
        refused: asked.map(({ status }) => status).filter((status) => status !== 200),
        median: times[HONEST / 2] ?? assert.fail("none"),
        longest: times.at(-1) ?? assert.fail("none")
      }
    }
  )

/** How many times longer an honest request may take under attack. The hostile clients also take CPU time of this machine. */
const SLOWER = 12
/** The axon's own limit for a body, in milliseconds. */
const BODY_TIMEOUT = 10_000

const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === "IPv6"))

const scenarios = [
  ["twenty sockets of one address with slow bodies", "one", 20, "127.0.0.1"],
  ["200 sockets of ten addresses, hostile in every way", "ten", 200, "127.0.0.1"],
  ["the same where IPv4 addresses are mapped into IPv6", "ten", 200, "::"],
  ["256 sockets of 16 registered miners", "miners", 256, "127.0.0.1"]
] as const

const axonWith = (options: Partial<AxonOptions>) =>
  Effect.gen(function* () {
    const state = subnet()
    for (const { address } of [...honestMiners, ...hostileMiners]) state.registered.add(address)
    for (const { address } of hostileMiners) state.stakes.set(address, 1_000_000_000_000n)
    const context = yield* Layer.build(
      ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0, ...options }).pipe(Layer.provide(storeOf(state)))
    )
    return Context.get(context, Axon).port
  })

describe("an axon that is held by", () => {
  for (const [of, scenario, sockets, hostname] of scenarios)
    it.scopedLive.skipIf(hostname === "::" && !HAS_IPV6)(`${of} answers ${HONEST} honest requests of ${HONEST}, and soon`, () =>
      Effect.gen(function* () {
        const port = yield* axonWith({ hostname, bodyTimeout: BODY_TIMEOUT })
        // A process's first requests are slow.
        yield* askAll(port, 0)
        const quiet = yield* askAll(port, 100)
        const quietAtOnce = yield* askAll(port, 200, HONEST)
        const hostiles = yield* hostilesOf(port, scenario)
        const held = yield* askAll(port, 300)
        const later = yield* askAll(port, 400)
        const atOnce = yield* askAll(port, 500, HONEST)
        const did = yield* hostiles
        const all = { quiet, quietAtOnce, held, later, atOnce }
        for (const [when, { refused }] of Object.entries(all)) assert.deepStrictEqual(refused, [], when)
        const slower = Math.max(held.median, later.median) / quiet.median
        const slowerAtOnce = atOnce.median / quietAtOnce.median
        console.log(
          `${of}: a request took ${slower.toFixed(1)} times as long, ${HONEST} at once ${slowerAtOnce.toFixed(1)} times;`,
          `the slowest ${Math.max(held.longest, later.longest).toFixed(0)} ms after ${quiet.longest.toFixed(0)}`
        )
        assert.isBelow(slower, SLOWER)
        assert.isBelow(slowerAtOnce, SLOWER)
        for (const [when, { longest }] of Object.entries(all)) assert.isBelow(longest, BODY_TIMEOUT, when)
        assert.isAtLeast(
          Object.values(did).reduce((sum, { opened }) => sum + opened, 0),
          sockets
        )
        for (const [kind, { statuses }] of Object.entries(did)) assert.isUndefined(statuses["200"], kind)
      }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
    )
})

describe("an honest miner in whose name others send", () => {
  it.scopedLive("has all of its own requests, in either protocol", () =>
    Effect.gen(function* () {
      const limit = 12
      const port = yield* axonWith({ requestsPerMinute: limit })
      const own = Array.from({ length: limit + 1 }, (_, index) => enrolmentOf(index, port, minerOf(0)))
      const forge = ({ headers, body }: Signed): Signed => ({
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, name.endsWith("signature") ? value.replace(/.{8}$/, "01234567") : value])
        ),
        body
      })
      const statusesOf = (messages: ReadonlyArray<Signed>, address: string) =>
        Effect.map(
          Effect.forEach(messages, (message) => send(message, port, address)),
          (asked) => asked.map(({ status }) => status)
        )
      assert.deepStrictEqual(new Set(yield* statusesOf(own.map(forge), "127.0.0.9")), new Set([401]))
      const served = yield* statusesOf(own, "127.0.0.1")
      assert.deepStrictEqual(served, [...Array.from({ length: limit }, () => 200), 429])
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})
