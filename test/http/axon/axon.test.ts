import { connect } from "node:net"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import type { AxonTarget } from "../../../src/domain/Metagraph.ts"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { PingSynapse } from "../../../src/layers/chain/axon/wire/synapses.ts"
import { EnrolmentStoreFailed, Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { key, miners, type Subnet, signed, storeOf, stranger, subnet, validators, viewOf } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"

const [miner, otherMiner] = miners
const [validator, otherValidator] = validators

interface Served {
  readonly port: number
  readonly url: string
  readonly to: AxonTarget
}

type AxonSettings = Partial<Omit<ValidatorAxon.ValidatorAxonOptions, "hotkey" | "hostname" | "port">>

/** Runs a test against an axon of the first validator. */
const served = <A, E>(
  use: (axon: Served) => Effect.Effect<A, E, Enrolments | Dendrite.Dendrite>,
  settings: AxonSettings = {},
  state: Subnet = subnet()
) =>
  Effect.flatMap(Axon, ({ port }) =>
    use({ port, url: `http://127.0.0.1:${port}`, to: { ip: "127.0.0.1", port, hotkey: validator.address } })
  ).pipe(
    Effect.provide(
      ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0, ...settings }).pipe(
        Layer.provideMerge(storeOf(state)),
        Layer.provideMerge(Dendrite.layer)
      )
    )
  )

const now = () => BigInt(Date.now()) * 1_000_000n

interface Message {
  readonly headers: Record<string, string>
  readonly body: string
}

const message = (
  from: KeyPair,
  fields: ReadonlyArray<readonly [string, string]>,
  changes: Partial<Wire.OutgoingRequest> = {}
): Message => ({
  headers: Wire.signedRequest({
    synapse: "EnrolmentSynapse",
    fields,
    from,
    fromIp: "203.0.113.7",
    to: { ip: "127.0.0.1", port: 1, hotkey: validator.address },
    nonce: now(),
    uuid: crypto.randomUUID(),
    timeoutSeconds: 12,
    ...changes
  }).headers,
  body: JSON.stringify({ name: "EnrolmentSynapse", ...Object.fromEntries(fields) })
})

const enrolmentOf = (from: KeyPair, changes?: Parameters<typeof signed>[1]) => {
  const { text, signature } = signed(from, changes)
  return [
    ["text", text],
    ["signature", signature]
  ] as const
}

const post = (url: string, { headers, body }: Message, path = "/EnrolmentSynapse", method = "POST") =>
  Effect.promise(async () => {
    const response = await fetch(url + path, method === "GET" ? { headers } : { method, headers, body })
    return {
      status: response.status,
      headers: response.headers,
      json: (await response.json()) as { [field: string]: string | boolean | undefined }
    }
  })

const statusOf = (url: string, sent: Message, path?: string, method?: string) =>
  Effect.map(post(url, sent, path, method), ({ status }) => status)

describe("an axon", () => {
  it.live("stores a miner's enrolment and answers as bittensor's dendrite expects", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const fields = enrolmentOf(miner, { issue: 3 })
        const { status, headers, json } = yield* post(url, message(miner, fields))
        assert.strictEqual(status, 200)
        assert.deepInclude(json, { name: "EnrolmentSynapse", ...Object.fromEntries(fields), accepted: true })
        assert.strictEqual(headers.get("bt_header_axon_status_code"), "200")
        assert.strictEqual(headers.get("bt_header_axon_status_message"), "Success")
        const stands = yield* Effect.flatMap(Enrolments, (store) => store.snapshot(1_000))
        assert.deepStrictEqual(Array.from(stands.values()), [{ enrolled: [miner.address], skipped: [] }])
      })
    )
  )

  it.live("accepts btauth/1 too, once", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const { body } = message(miner, enrolmentOf(miner))
        const raw = { method: "POST", path: "/EnrolmentSynapse", body: Buffer.from(body) }
        const headers = btauthHeaders({ ...raw, nonce: now(), from: miner, receiver: validator.address })
        assert.strictEqual(yield* statusOf(url, { headers, body: `${body} ` }), 401)
        assert.strictEqual(yield* statusOf(url, { headers, body }), 200)
        assert.strictEqual(yield* statusOf(url, { headers, body }), 401)
      })
    )
  )

  it.live("refuses invalid enrolments by name, each with its status", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const refusal = (fields: ReadonlyArray<readonly [string, string]>, from: KeyPair = miner) =>
          Effect.map(post(url, message(from, fields)), ({ status, json }) => {
            assert.match(String(json.message), /^enrolment refused: /)
            return `${status} ${json.reason}`
          })
        const elsewhere = (line: RegExp, by: string) => {
          const text = signed(miner).text.replace(line, by)
          return [
            ["text", text],
            ["signature", miner.signText(text)]
          ] as const
        }
        assert.strictEqual(yield* statusOf(url, message(miner, enrolmentOf(miner, { sequence: 5 }))), 200)
        assert.strictEqual(yield* refusal(enrolmentOf(miner, { sequence: 5 })), "409 Replayed")
        assert.strictEqual(yield* refusal(enrolmentOf(miner, { sequence: 4 })), "409 Replayed")
        assert.strictEqual(yield* refusal(enrolmentOf(stranger)), "403 UnregisteredHotkey")
        assert.strictEqual(yield* refusal(enrolmentOf(otherMiner, { validFrom: 100, validUntil: 200 })), "422 Expired")
        assert.strictEqual(yield* refusal(enrolmentOf(otherMiner, { validFrom: 5_000 })), "422 NotYetValid")
        assert.strictEqual(yield* refusal(enrolmentOf(otherMiner, { validUntil: 9_000 })), "422 WindowTooLong")
        assert.strictEqual(yield* refusal(elsewhere(/0x[0-9a-f]{64}/, `0x${"00".repeat(32)}`)), "422 OtherChain")
        assert.strictEqual(yield* refusal(elsewhere(/netuid 74/, "netuid 1")), "422 OtherSubnet")
        assert.strictEqual(yield* refusal(elsewhere(/contract \S+/, `contract ${key(50).address}`)), "422 OtherContract")
        assert.strictEqual(yield* refusal(elsewhere(/netuid 74/, "netuid 074")), "422 Malformed")
        const [text] = enrolmentOf(otherMiner)
        assert.strictEqual(yield* refusal([text, ["signature", miner.signText(text[1])]]), "401 BadSignature")
        assert.strictEqual(yield* refusal([text, ["signature", "0x12"]]), "422 undefined")
      })
    )
  )

  it.live("checks sender, time and receiver before anything else", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const fields = enrolmentOf(miner)
        const fresh = (changes: Partial<Wire.OutgoingRequest> = {}, from = miner) => message(from, fields, changes)
        const { bt_header_dendrite_signature: _gone, ...unsigned } = fresh().headers
        assert.strictEqual(yield* statusOf(url, { ...fresh(), headers: unsigned }), 401)
        assert.strictEqual(yield* statusOf(url, fresh({ nonce: now() + 31_000_000_000n })), 401)
        assert.strictEqual(yield* statusOf(url, fresh({ nonce: now() - 17_000_000_000n })), 401)
        assert.strictEqual(yield* statusOf(url, fresh({ nonce: now() - 70_000_000_000n, timeoutSeconds: 1e6 })), 401)
        assert.strictEqual(yield* statusOf(url, fresh({ to: { ip: "127.0.0.1", port: 1, hotkey: otherValidator.address } })), 401)
        assert.strictEqual(yield* statusOf(url, { ...fresh(), body: JSON.stringify({ text: "swapped", signature: "0x" }) }), 401)
        assert.strictEqual(yield* statusOf(url, fresh({}, stranger)), 403)
        // The signature is checked before the blacklist, so unproven senders learn nothing about it.
        assert.strictEqual(yield* statusOf(url, fresh({ nonce: now() - 70_000_000_000n }, stranger)), 401)
        assert.strictEqual(yield* statusOf(url, fresh(), "/GossipSynapse"), 403)
        assert.strictEqual(yield* statusOf(url, fresh(), "/NopeSynapse"), 404)
        assert.strictEqual(yield* statusOf(url, fresh(), "/constructor"), 404)
        assert.strictEqual(yield* statusOf(url, fresh(), "/EnrolmentSynapse", "GET"), 404)
        assert.strictEqual(yield* statusOf(url, fresh(), "/"), 404)
        const deep = `${"[".repeat(16_000)}${"]".repeat(16_000)}`
        for (const body of ["{nope", "", "[]", "null", '{"text":1}', "[".repeat(32_768), deep, `{"text":${deep},"signature":"0x"}`])
          assert.strictEqual(yield* statusOf(url, { ...fresh(), body }), 422, body.slice(0, 20))
        assert.strictEqual(yield* statusOf(url, { ...fresh(), body: " ".repeat(32_769) }), 413, "longer than any miner's message")
        assert.strictEqual(yield* Effect.flatMap(Enrolments, (store) => store.size), 0)
        assert.strictEqual(yield* statusOf(url, fresh()), 200)
      })
    )
  )

  it.live("answers Bittensor's ping", () =>
    served(({ to }) =>
      Effect.gen(function* () {
        const dendrite = yield* Dendrite.Dendrite
        assert.deepStrictEqual(yield* dendrite.send({ from: miner, to, synapse: PingSynapse, body: {} }), { name: "Synapse" })
      })
    )
  )

  it.live("accepts exactly one of fifty copies of a request", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const sent = message(miner, enrolmentOf(miner))
        const statuses = yield* Effect.all(
          Array.from({ length: 50 }, () => statusOf(url, sent)),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(statuses.filter((status) => status === 200).length, 1)
        assert.strictEqual(statuses.filter((status) => status === 401).length, 49)
      })
    )
  )

  it.live("accepts exactly one of two copies of a btauth/1 request whose bodies arrive after both headers", () =>
    served(({ port }) =>
      Effect.gen(function* () {
        const { body } = message(miner, enrolmentOf(miner))
        const raw = { method: "POST", path: "/EnrolmentSynapse", body: Buffer.from(body) }
        const headers = btauthHeaders({ ...raw, nonce: now(), from: miner, receiver: validator.address })
        const lines = Object.entries({ host: "axon", "content-length": raw.body.length.toString(), connection: "close", ...headers })
        const head = `POST ${raw.path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
        const copy = Effect.gen(function* () {
          const socket = connect(port, "127.0.0.1")
          yield* Effect.async<void>((resume) => void socket.write(head, () => resume(Effect.void)))
          const status = Effect.async<string>((resume) => {
            socket.once("data", (chunk) => resume(Effect.succeed(chunk.toString().slice(9, 12))))
            socket.write(body)
          })
          return { status, socket }
        })
        const copies = yield* Effect.all([copy, copy])
        // Lets the axon accept both headers as fresh.
        yield* Effect.sleep("100 millis")
        const statuses = yield* Effect.all(copies.map(({ status }) => status))
        for (const { socket } of copies) socket.destroy()
        // A copy that got past this check would get 409, because its enrolment is already stored.
        assert.deepStrictEqual(statuses, ["200", "401"])
      })
    )
  )

  it.live("limits each hotkey separately, and replays do not count against the limit", () =>
    served(
      ({ url }) =>
        Effect.gen(function* () {
          const send = (from: KeyPair, sequence: number) => statusOf(url, message(from, enrolmentOf(from, { sequence })))
          const first = message(miner, enrolmentOf(miner, { sequence: 1 }))
          assert.strictEqual(yield* statusOf(url, first), 200)
          for (let copy = 0; copy < 5; copy++) assert.strictEqual(yield* statusOf(url, first), 401)
          assert.deepStrictEqual(yield* Effect.all([send(miner, 2), send(miner, 3), send(miner, 4)]), [200, 200, 429])
          assert.strictEqual(yield* send(otherMiner, 1), 200)
        }),
      { requestsPerMinute: 3 }
    )
  )

  it.live("ignores an address that sends nothing but forgeries", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const forged = { headers: { "content-type": "application/json" }, body: "{}" }
        const statuses = yield* Effect.all(Array.from({ length: 301 }, () => statusOf(url, forged)))
        assert.deepStrictEqual([statuses.filter((status) => status === 401).length, statuses.at(-1)], [300, 429])
      })
    )
  )

  it.live("reads no body over 1 MB, with or without a declared length", () =>
    served(({ url }) =>
      Effect.gen(function* () {
        const sent = message(miner, enrolmentOf(miner))
        assert.strictEqual(
          (yield* Effect.promise(() =>
            fetch(`${url}/EnrolmentSynapse`, { method: "POST", headers: sent.headers, body: "x".repeat(2_000_000) })
          )).status,
          413
        )
        const chunks = new ReadableStream({
          start(controller) {
            for (let chunk = 0; chunk < 40; chunk++) controller.enqueue(new Uint8Array(100_000))
            controller.close()
          }
        })
        const outcome = yield* Effect.promise(() =>
          fetch(`${url}/EnrolmentSynapse`, { method: "POST", headers: message(miner, enrolmentOf(miner)).headers, body: chunks }).then(
            ({ status }) => status,
            () => "connection closed"
          )
        )
        assert.include([413, 400, "connection closed"], outcome)
        assert.strictEqual(yield* statusOf(url, message(miner, enrolmentOf(miner))), 200)
      })
    )
  )

  it.live("abandons a body that drips in, and serves others meanwhile", () =>
    served(
      ({ port, url }) =>
        Effect.gen(function* () {
          const sent = message(miner, enrolmentOf(miner))
          const answer = Effect.async<string>((resume) => {
            const socket = connect(port, "127.0.0.1")
            let received = ""
            const drip = setInterval(() => socket.write("x"), 50)
            socket.write(
              `POST /EnrolmentSynapse HTTP/1.1\r\nHost: axon\r\nContent-Length: 30000\r\n${Object.entries(sent.headers)
                .map(([name, value]) => `${name}: ${value}\r\n`)
                .join("")}\r\n`
            )
            socket.on("data", (chunk) => {
              received += chunk.toString()
              if (received.includes("}")) socket.destroy()
            })
            socket.on("error", () => socket.destroy())
            socket.on("close", () => {
              clearInterval(drip)
              resume(Effect.succeed(received))
            })
          })
          const [dripped, other] = yield* Effect.all([answer, statusOf(url, message(otherMiner, enrolmentOf(otherMiner)))], {
            concurrency: 2
          })
          assert.match(dripped, /^HTTP\/1\.1 408/)
          assert.strictEqual(other, 200)
        }),
      { bodyTimeout: "300 millis" }
    )
  )

  it.live("answers 500 with a message after an internal failure, and keeps running", () => {
    let outcome: Effect.Effect<never, EnrolmentStoreFailed> = Effect.die(new Error("secret of the inside"))
    const failing = Layer.succeed(
      Enrolments,
      Enrolments.of({
        submit: () => outcome,
        merge: () => outcome,
        snapshot: () => Effect.succeed(new Map()),
        summary: Effect.succeed(new Map()),
        of: () => Effect.succeed([]),
        prune: Effect.succeed(0),
        size: Effect.succeed(0)
      })
    )
    return Effect.gen(function* () {
      const { port } = yield* Axon
      const send = Effect.suspend(() => post(`http://127.0.0.1:${port}`, message(miner, enrolmentOf(miner))))
      const defect = yield* send
      assert.deepStrictEqual([defect.status, defect.json], [500, { message: "Internal Server Error" }])
      outcome = Effect.fail(new EnrolmentStoreFailed({ file: "/secret/path", reason: "disk full" }))
      const failure = yield* send
      assert.deepStrictEqual([failure.status, failure.json], [500, { message: "the enrolment could not be stored" }])
    }).pipe(
      Effect.provide(
        ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0 }).pipe(
          Layer.provide(failing),
          Layer.provide(viewOf(subnet()))
        )
      ),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  })

  it.live("serves the caller's own routes in addition to the synapses, also by HEAD", () =>
    served(
      ({ url }) =>
        Effect.gen(function* () {
          const asked = (path: string, method: string) =>
            Effect.promise(async () => {
              const response = await fetch(url + path, { method })
              return [response.status, await response.text()]
            })
          assert.deepStrictEqual(yield* asked("/live", "GET"), [200, "well"])
          assert.deepStrictEqual(yield* asked("/live", "HEAD"), [200, ""])
          assert.deepStrictEqual(yield* asked("/nothing", "GET"), [404, '{"message":"there is nothing here"}'])
          assert.deepStrictEqual(yield* asked("/nothing", "HEAD"), [404, ""])
          assert.strictEqual(yield* statusOf(url, message(miner, enrolmentOf(miner))), 200)
        }),
      { routes: HttpRouter.empty.pipe(HttpRouter.get("/live", HttpServerResponse.text("well"))) }
    )
  )

  it.live("limits what one address reads in a minute, apart from what it sends", () =>
    served(
      ({ url }) =>
        Effect.gen(function* () {
          const read = (index: number) =>
            Effect.promise(async () => {
              const { status, headers } = await fetch(`${url}/${index % 3 === 0 ? "nothing" : "live"}`, {
                method: index % 2 === 0 ? "GET" : "HEAD"
              })
              return [status, headers.get("retry-after")] as const
            })
          const answers = yield* Effect.forEach(
            Array.from({ length: 310 }, (_, index) => index),
            read,
            { concurrency: 10 }
          )
          const refused = answers.filter(([status]) => status === 429)
          assert.lengthOf(refused, 10)
          for (const [, retryAfter] of refused) assert.strictEqual(retryAfter, "60")
          assert.strictEqual(yield* statusOf(url, message(miner, enrolmentOf(miner))), 200, "an enrolment is taken all the same")
        }),
      { routes: HttpRouter.empty.pipe(HttpRouter.get("/live", HttpServerResponse.text("well"))) }
    )
  )

  it.live("limits what one address posts to paths without a synapse, together with what it reads", () =>
    served(
      ({ url }) =>
        Effect.gen(function* () {
          const paths = ["/NoSuchSynapse", "/", "/EnrolmentSynapse/nothing", "/live"]
          const ask = (index: number) =>
            index % 5 === 4
              ? Effect.promise(() => fetch(`${url}/live`).then(({ status }) => status))
              : statusOf(url, { headers: {}, body: "{}" }, paths[index % 5])
          const answers = yield* Effect.forEach(
            Array.from({ length: 310 }, (_, index) => index),
            ask,
            { concurrency: 10 }
          )
          assert.lengthOf(
            answers.filter((status) => status === 429),
            10
          )
          assert.strictEqual(answers[0], 404)
          assert.strictEqual(yield* statusOf(url, message(miner, enrolmentOf(miner))), 200, "an enrolment is taken all the same")
        }),
      { routes: HttpRouter.empty.pipe(HttpRouter.get("/live", HttpServerResponse.text("well"))) }
    )
  )

  it.live("refuses addresses that are no URL, without an internal error", () =>
    served(({ port }) =>
      Effect.forEach(["//[", "//", "/%", "http://", "*"], (address) =>
        Effect.gen(function* () {
          const socket = connect(port, "127.0.0.1")
          const status = yield* Effect.async<string>((resume) => {
            socket.once("data", (chunk) => resume(Effect.succeed(chunk.toString().slice(9, 12))))
            socket.write(`POST ${address} HTTP/1.1\r\nhost: axon\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`)
          })
          socket.destroy()
          assert.include(["404", "400"], status, address)
        })
      )
    )
  )

  it.live("names a port that it cannot open", () =>
    served(({ port }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Layer.build(ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port })).pipe(
            Effect.scoped,
            Effect.provide(storeOf(subnet()))
          )
        )
        assert.match(error.message, new RegExp(`the axon cannot listen on 127\\.0\\.0\\.1:${port} \\(`))
      })
    )
  )
})
