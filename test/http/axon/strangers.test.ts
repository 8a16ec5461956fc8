/** Hostile clients hold whatever an axon lets them hold, from one address or from ten: honest requests are all answered. */
import { Agent, request } from "node:http"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel, Schema } from "effect"
import { Axon } from "../../../src/layers/axon/Axon.ts"
import * as Wire from "../../../src/layers/axon/wire/dendrite.ts"
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

/** Hostile clients in a process of their own, once all have begun. The effect returned ends them and tells what they did. */
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

/** An enrolment of a miner, signed by btauth/1, where the axon has to wait for the body, or in a dendrite's form. */
const enrolmentOf = (index: number, port: number) => {
  const from = honestMiners[index % honestMiners.length] ?? assert.fail("no miner")
  const { text, signature } = signed(from, { issue: 1 + index })
  const body = JSON.stringify({ text, signature })
  const path = "/EnrolmentSynapse"
  const nonce = BigInt(Date.now()) * 1_000_000n + BigInt(index)
  if (index % 2 === 0)
    return {
      headers: Wire.btauthHeaders({ method: "POST", path, body: Buffer.from(body), nonce, from, receiver: validator.address }),
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

/** One request on its own connection. A status of 0: the connection was closed without an answer. */
const ask = (index: number, port: number) =>
  Effect.async<number>((resume) => {
    const { headers, body } = enrolmentOf(index, port)
    const end = (status: number) => resume(Effect.succeed(status))
    const options = { host: "127.0.0.1", port, path: "/EnrolmentSynapse", method: "POST", agent: new Agent({ keepAlive: false }) }
    const asking = request({ ...options, headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) =>
      response.resume().once("end", () => end(response.statusCode ?? 0))
    )
    asking.once("error", () => end(0))
    asking.end(body)
  })

/** The statuses of those of 60 honest requests, so many at a time, that were refused. */
const refusedOf = (port: number, from: number, concurrency = 1) =>
  Effect.map(
    Effect.forEach(
      Array.from({ length: HONEST }, (_, index) => from + index),
      (index) => ask(index, port),
      { concurrency }
    ),
    (statuses) => statuses.filter((status) => status !== 200)
  )

const scenarios = [
  ["twenty sockets of one address with slow bodies", "one", 20],
  ["200 sockets of ten addresses, hostile in every way", "ten", 200]
] as const

describe("an axon that is held by", () => {
  for (const [of, scenario, sockets] of scenarios)
    it.scopedLive(`${of} answers ${HONEST} honest requests of ${HONEST}`, () =>
      Effect.gen(function* () {
        const state = subnet()
        for (const { address } of [...honestMiners, ...hostileMiners]) state.registered.add(address)
        for (const { address } of hostileMiners) state.stakes.set(address, 1_000_000_000_000n)
        const context = yield* Layer.build(
          ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0 }).pipe(Layer.provide(storeOf(state)))
        )
        const { port } = Context.get(context, Axon)
        // The first requests of a process are slow.
        yield* refusedOf(port, 0)
        const quiet = yield* refusedOf(port, 100)
        const hostiles = yield* hostilesOf(port, scenario)
        const held = yield* refusedOf(port, 200)
        const later = yield* refusedOf(port, 300)
        const atOnce = yield* refusedOf(port, 400, HONEST)
        const did = yield* hostiles
        assert.deepStrictEqual([quiet, held, later, atOnce], [[], [], [], []])
        assert.isAtLeast(
          Object.values(did).reduce((sum, { opened }) => sum + opened, 0),
          sockets
        )
        for (const [kind, { statuses }] of Object.entries(did)) assert.isUndefined(statuses["200"], kind)
      }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
    )
})
