/** A validator's process from outside: what its axon refuses, what prevents its start, and how it stops. */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Deferred, Effect, Layer } from "effect"
import { type AccountAddress, AccountAddress as Address, Hash32 } from "../../../src/domain/Account.ts"
import { format, IssueId } from "../../../src/domain/Enrolment.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import {
  ALPHA,
  eventually,
  fails,
  folder,
  jsonOf,
  keyOf,
  NETUID,
  register,
  run,
  start,
  startChainProcess,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"

const widgets = RepositoryName.make("acme/widgets")

/** A validator with a secret key and a registered issue. */
class Prepared extends Context.Tag("test/cli/Prepared")<Prepared, { readonly name: string; readonly hotkey: KeyPair }>() {}

const prepare = Effect.gen(function* () {
  const { github, ownerUri } = yield* World
  const contract = yield* Contract
  const owner = yield* keyOf(ownerUri)
  yield* github.control.createUser({ payload: { login: "ada" } })
  yield* github.control.createRepository({ payload: { repository: widgets } })
  yield* github.control.openIssue({ payload: { repository: widgets, title: "It squeaks", author: "ada", number: IssueNumber.make(42) } })
  yield* contract.send("registerIssue", { repository: widgets, number: 42, bounty: 100n * ALPHA }, owner)
  const name = uri("validator")
  const hotkey = yield* register(name)
  const coldkey = yield* keyOf(`${name}//cold`)
  yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
  yield* endSetup
  return Prepared.of({ name, hotkey })
}).pipe(Effect.orDie)

const preparedLayer = Layer.effect(Prepared, prepare).pipe(Layer.provideMerge(worldLayer()))

const validatorArgs = (data: string, port: number) => {
  const listen = ["--axon-host", "127.0.0.1", "--axon-port", String(port), "--axon-ip", "127.0.0.1"]
  return ["validate", ...listen, "--data", data, "--json", "--log-level", "trace"]
}

interface Ready {
  readonly ready: boolean
  readonly hotkey: string
  readonly axon: { readonly port: number }
}

const startValidator = (name: string, data: string, port = 0) =>
  Effect.gen(function* () {
    const { env } = yield* World
    const running = yield* start(validatorArgs(data, port), { ...env, GITTENSOR_URI: name })
    const ready = JSON.parse(yield* running.ready) as Ready
    return { ...running, port: ready.axon.port, hotkey: ready.hotkey }
  })

interface Told {
  readonly status: number
  readonly message: string
  readonly reason: string | undefined
}

const send = (port: number, init: RequestInit, path = "/EnrolmentSynapse"): Effect.Effect<Told> =>
  Effect.promise(async () => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", keepalive: false, ...init })
    const text = await response.text()
    const { message = "", reason } = (text === "" ? {} : JSON.parse(text)) as { readonly message?: string; readonly reason?: string }
    return { status: response.status, message, reason }
  })

layer(preparedLayer, { excludeTestServices: true })("a validator's process", (it) => {
  it.scoped("accepts and stores a valid enrolment, and refuses every other with a reason", () =>
    Effect.gen(function* () {
      const { env, contract } = yield* World
      const chain = yield* Chain
      const { name, hotkey: validator } = yield* Prepared
      const data = yield* folder
      const running = yield* startValidator(name, data)
      const { port } = running
      const minerUri = uri("miner")
      const miner = yield* register(minerUri)
      const stranger = yield* keyOf(uri("stranger"))
      const { number: block } = yield* chain.finalisedHead
      const to = { ip: "127.0.0.1", port, hotkey: validator.address }

      const enrolled = yield* eventually(
        "the validator to know the miner",
        run(["mine", "enroll", "1", "--yes", "--json"], { ...env, GITTENSOR_URI: minerUri }).pipe(
          Effect.map((outcome) => (outcome.code === 0 ? outcome : undefined))
        )
      )
      const { validators, validFrom } = jsonOf(enrolled) as { readonly validators: ReadonlyArray<object>; readonly validFrom: number }
      assert.deepInclude(validators[0], { hotkey: validator.address, accepted: true })

      type Fields = Parameters<typeof format>[0]
      const text = (changes: Partial<Fields> = {}) =>
        format({
          genesisHash: Hash32.make(chain.genesisHash),
          netuid: NETUID,
          contract: Address.make(contract),
          hotkey: miner.address,
          issue: IssueId.make(1),
          choice: "skip",
          sequence: Date.now() + 60_000,
          validFrom,
          validUntil: validFrom + 7_000,
          ...changes
        })
      const requestOf = (from: KeyPair, fields: ReadonlyArray<readonly [string, string]>, receiver: AccountAddress = to.hotkey) => ({
        headers: Wire.signedRequest({
          synapse: "EnrolmentSynapse",
          fields,
          from,
          fromIp: "127.0.0.1",
          to: { ...to, hotkey: receiver },
          nonce: BigInt(Date.now()) * 1_000_000n,
          uuid: crypto.randomUUID(),
          timeoutSeconds: 60
        }).headers,
        body: JSON.stringify({ name: "EnrolmentSynapse", ...Object.fromEntries(fields) })
      })
      const asked = (...request: Parameters<typeof requestOf>) => Effect.suspend(() => send(port, requestOf(...request)))
      const enrolment = (signed: string, signer: KeyPair = miner, from: KeyPair = miner) =>
        asked(from, [
          ["text", signed],
          ["signature", signer.signText(signed)]
        ])

      const other = Hash32.make(`0x${"ab".repeat(32)}`)
      const refused: ReadonlyArray<
        readonly [what: string, answer: Effect.Effect<Told>, status: number, reason: string | undefined, says: RegExp]
      > = [
        ["a bad signature", enrolment(text(), stranger), 401, "BadSignature", /signature is not/],
        ["another chain", enrolment(text({ genesisHash: other })), 422, "OtherChain", /for the chain 0xabab/],
        ["another contract", enrolment(text({ contract: stranger.address })), 422, "OtherContract", /for the contract/],
        ["another subnet", enrolment(text({ netuid: 75 })), 422, "OtherSubnet", /for subnet 75/],
        ["an expired one", enrolment(text({ validFrom: 0, validUntil: 1 })), 422, "Expired", /ended at block 1/],
        [
          "one of the far future",
          enrolment(text({ validFrom: block + 5_000, validUntil: block + 6_000 })),
          422,
          "NotYetValid",
          /begins at block/
        ],
        ["one that is valid too long", enrolment(text({ validUntil: validFrom + 7_201 })), 422, "WindowTooLong", /at most 7200/],
        ["an older one than the kept one", enrolment(text({ sequence: 1 })), 409, "Replayed", /./],
        [
          "one of an unregistered hotkey",
          enrolment(text({ hotkey: stranger.address }), stranger),
          403,
          "UnregisteredHotkey",
          /is not registered/
        ],
        ["no enrolment at all", enrolment("hello"), 422, "Malformed", /canonical form/],
        ["an unregistered sender", enrolment(text({ hotkey: stranger.address }), stranger, stranger), 403, undefined, /is not registered/],
        [
          "a request for another validator",
          asked(
            miner,
            [
              ["text", text()],
              ["signature", miner.signText(text())]
            ],
            stranger.address
          ),
          401,
          undefined,
          /The request is for/
        ],
        [
          "an unsigned request",
          send(port, { body: JSON.stringify({ text: text(), signature: miner.signText(text()) }) }),
          401,
          undefined,
          /Missing/
        ],
        [
          "garbage",
          Effect.suspend(() =>
            send(port, {
              ...requestOf(miner, [
                ["text", "a"],
                ["signature", "b"]
              ]),
              body: "\u0000{{{"
            })
          ),
          422,
          undefined,
          /not JSON/
        ],
        [
          "a body that was not signed",
          Effect.suspend(() => send(port, { ...requestOf(miner, []), body: JSON.stringify({ text: text(), signature: "0x" }) })),
          401,
          undefined,
          /not the one that was signed/
        ],
        ["an unknown path", send(port, { body: "{}" }, "/Payout"), 404, undefined, /not found/]
      ]
      for (const [what, sent, status, reason, says] of refused) {
        const answer = yield* sent
        assert.strictEqual(answer.status, status, `${what}: ${answer.message}`)
        assert.strictEqual(answer.reason, reason, what)
        assert.match(answer.message, says, what)
      }
      const large = yield* Effect.promise(() =>
        fetch(`http://127.0.0.1:${port}/EnrolmentSynapse`, {
          method: "POST",
          body: "x".repeat(1_100_000),
          headers: requestOf(miner, []).headers
        })
      )
      assert.strictEqual(large.status, 413)
      const again = requestOf(miner, [
        ["text", text({ sequence: 2 })],
        ["signature", miner.signText(text({ sequence: 2 }))]
      ])
      assert.strictEqual((yield* send(port, again)).reason, "Replayed")
      const copied = yield* send(port, again)
      assert.strictEqual(copied.status, 401, "the very same request a second time")
      assert.match(copied.message, /too old|last processed/)

      yield* running.signal("SIGTERM")
      // If it had not stopped by itself within seconds, the code would differ and a line would report it.
      assert.strictEqual(yield* running.exited, 0)
      assert.notInclude(running.stderr(), "still shutting down")
      assert.include(running.stderr(), "stopped")
      const rows = new Database(join(data, "enrolments.sqlite"))
        .query("SELECT hotkey, issue, text FROM enrolments")
        .all() as ReadonlyArray<{
        readonly hotkey: string
        readonly text: string
      }>
      assert.deepStrictEqual(
        rows.map((row) => [row.hotkey, row.text.includes("\nissue 1\n")]),
        [[miner.address, true]]
      )
    })
  )

  it.scoped("names a port or folder that is in use, and needs its own", () =>
    Effect.gen(function* () {
      const { env } = yield* World
      const { name } = yield* Prepared
      const data = yield* folder
      const first = yield* startValidator(name, data)
      const again = (folder: string, port: number) =>
        run(
          validatorArgs(folder, port).filter((word) => word !== "--log-level" && word !== "trace"),
          { ...env, GITTENSOR_URI: name }
        )
      fails(yield* again(yield* folder, first.port), 1, `127.0.0.1:${first.port}`, "--axon-port")
      fails(yield* again(data, 0), 5, data, "another process validates")
      fails(yield* again("/dev/null/data", 0), 2, "/dev/null/data", "--data")
    })
  )

  it.scoped("shuts down cleanly on SIGINT, and at once on a second signal", () =>
    Effect.gen(function* () {
      const { name } = yield* Prepared
      const data = yield* folder
      const first = yield* startValidator(name, data)
      yield* first.signal("SIGINT")
      assert.strictEqual(yield* first.exited, 0)
      const second = yield* startValidator(name, data)
      yield* second.signal("SIGTERM")
      yield* second.signal("SIGTERM")
      assert.oneOf(yield* second.exited, [0, 143])
    })
  )
})

layer(worldLayer(), { excludeTestServices: true })("other processes", (it) => {
  it.scoped("devnet shuts down cleanly on SIGTERM and SIGINT, by itself, with a client connected", () =>
    Effect.gen(function* () {
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        const chain = yield* startChainProcess
        const socket = new WebSocket(chain.endpoint)
        yield* Effect.promise(() => new Promise((resolve) => socket.addEventListener("open", resolve)))
        yield* chain.signal(signal)
        // If it had been killed after 8 s, the code would differ and a line would report it.
        assert.strictEqual(yield* chain.exited, 0)
        assert.strictEqual(chain.stderr(), "")
      }
    })
  )

  it.scoped("devnet names a port that is in use", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* World
      const port = new URL(endpoint).port
      fails(yield* run(["devnet", "--port", port]), 1, `127.0.0.1:${port}`, "--port")
    })
  )

  it.scoped("a finite command is terminated with 143 and 130", () =>
    Effect.gen(function* () {
      const { env } = yield* World
      for (const [signal, code] of [
        ["SIGTERM", 143],
        ["SIGINT", 130]
      ] as const) {
        const asked = yield* Deferred.make<void>()
        const silent = yield* Effect.acquireRelease(
          Effect.sync(() =>
            Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => Deferred.unsafeDone(asked, Effect.void) } })
          ),
          (server) => Effect.sync(() => server.stop(true))
        )
        const running = yield* start(["mine", "issues"], { ...env, GITTENSOR_ENDPOINT: `ws://127.0.0.1:${silent.port}` })
        yield* Deferred.await(asked)
        yield* running.signal(signal)
        assert.strictEqual(yield* running.exited, code)
        assert.strictEqual(running.stderr(), "")
      }
    })
  )
})
