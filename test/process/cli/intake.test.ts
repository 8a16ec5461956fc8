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
  prepared,
  register,
  run,
  start,
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
}).pipe(prepared)

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
  it.scoped("accepts and stores a valid enrolment, and refuses another with its reason", () =>
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
      const to = { ip: "127.0.0.1", port, hotkey: validator.address }

      const enrolled = yield* eventually(
        "the validator to know the miner",
        run(["mine", "enroll", "1", "--yes", "--human", "--json"], { ...env, GITTENSOR_URI: minerUri }).pipe(
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
      const refused = yield* asked(miner, [
        ["text", text()],
        ["signature", stranger.signText(text())]
      ])
      assert.deepInclude(refused, { status: 401, reason: "BadSignature" })
      assert.match(refused.message, /signature is not/)

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

  it.scoped("names a port or folder that is in use, needs its own, and shuts down cleanly on SIGHUP", () =>
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
      process.kill(first.pid, "SIGHUP")
      assert.strictEqual(yield* first.exited, 0)
      assert.include(first.stderr(), "stopped")
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
