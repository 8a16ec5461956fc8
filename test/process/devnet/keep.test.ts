import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, call, connect, devChain, keyOf, query, root, send } from "../../support/devnet/support.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-keep-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Starts a node in its own process and returns a way to kill it without warning. */
const separately = (keep: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const process_ = Bun.spawn([process.execPath, `${root}test/support/devnet/keptNode.ts`, keep], { stdout: "pipe", stderr: "inherit" })
      const reader = process_.stdout.getReader()
      let text = ""
      while (!text.includes("\n")) {
        const { value, done } = await reader.read()
        if (done) throw new Error(`the node ended: ${text}`)
        text += new TextDecoder().decode(value)
      }
      const endpoint = text.split("\n")[0] ?? ""
      return { endpoint, port: Number(new URL(endpoint).port), process: process_ }
    }),
    ({ process: running }) =>
      Effect.promise(async () => {
        running.kill("SIGKILL")
        await running.exited
      })
  )

describe("a saved chain", () => {
  it.scopedLive("continues where it was after kill -9, as often as that happens", () =>
    Effect.gen(function* () {
      const keep = yield* folder
      const alice = yield* keyOf("//Alice")
      const nobody = yield* keyOf("//Nobody")
      let known: { readonly number: number; readonly hash: string } | undefined
      let genesis: string | undefined
      for (const round of [1, 2, 3]) {
        const seen = yield* Effect.scoped(
          Effect.gen(function* () {
            const { endpoint, port } = yield* separately(keep)
            const api = yield* connect(endpoint)
            genesis ??= api.genesisHash.toHex()
            assert.strictEqual(api.genesisHash.toHex(), genesis)
            if (known !== undefined) assert.strictEqual((yield* ask(port, "chain_getBlockHash", known.number)).result, known.hash)
            const sent = yield* send(call(api, "balances", "transferKeepAlive", nobody.address, 1_000_000n), alice)
            assert.isUndefined(sent.dispatchError)
            const account = (yield* query(api, "system", "account", nobody.address)) as { readonly data: { readonly free: number } }
            assert.strictEqual(account.data.free, round * 1_000_000)
            const newest = Effect.gen(function* () {
              const hash = (yield* ask(port, "chain_getBlockHash")).result
              const header = (yield* ask(port, "chain_getHeader", hash)).result as { readonly number: string }
              return { number: Number(header.number), hash: String(hash) }
            })
            const { number } = yield* newest
            return yield* Effect.repeat(newest, { until: (block) => block.number >= number + 10 })
          })
        )
        assert.isAbove(seen.number, known?.number ?? 0)
        known = seen
      }
    })
  )

  it.scopedLive("is the same at every block after it is loaded, with the same states pruned", () =>
    Effect.gen(function* () {
      const keep = yield* folder
      const read = (number: number, port: number, hash: string | undefined) =>
        Effect.map(
          ask(port, "state_getPairs", "0x", hash === undefined ? null : `0x${hash}`),
          (answer) => answer.result ?? [number, answer.error?.code]
        )
      const before = yield* Effect.scoped(
        Effect.gen(function* () {
          const { chain, port } = yield* devChain({ keep, blockTime: "manual", retention: 15 })
          yield* ask(port, "dev_fastForward", 40)
          return yield* Effect.forEach([24, 25, 30, 40], (number) => read(number, port, chain.blockAt(number)?.hash))
        })
      )
      const { chain, port } = yield* devChain({ keep, blockTime: "manual", retention: 15 })
      assert.strictEqual(chain.head().number, 40)
      assert.strictEqual(chain.finalized().number, 40)
      const after = yield* Effect.forEach([24, 25, 30, 40], (number) => read(number, port, chain.blockAt(number)?.hash))
      assert.deepStrictEqual(after, before)
      assert.deepStrictEqual(after[0], [24, 4003])
      yield* ask(port, "dev_newBlock")
      assert.strictEqual(chain.head().number, 41)
    })
  )

  it.scopedLive("is refused in a folder with another genesis, a folder in use, and one without a chain", () =>
    Effect.gen(function* () {
      const keep = yield* folder
      const refusal = (options: Parameters<typeof devChain>[0]) =>
        Effect.map(
          Effect.flip(Effect.scoped(devChain({ keep, blockTime: "manual", ...options }))),
          (error) => `${error._tag}: ${error.message}`
        )
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* separately(keep)
          const inUse = yield* refusal({})
          assert.include(inUse, "UnusableFolder")
          assert.include(inUse, keep)
          assert.include(inUse, "another process has it open")
        })
      )
      const another = yield* refusal({ genesis: { subtensorModule: { stakeThreshold: 5 } } })
      assert.include(another, "another runtime or genesis")
      const spoilt = yield* folder
      writeFileSync(join(spoilt, "chain.sqlite"), "this is no database, but long enough to be read as one".repeat(200))
      assert.include(yield* refusal({ keep: spoilt }), "not the database of a dev chain")
      assert.include(yield* refusal({ genesis: { subtensorModule: { noSuchField: 1 } } }), "noSuchField")
    })
  )

  it.scopedLive("names a port that is in use", () =>
    Effect.gen(function* () {
      const { port } = yield* devChain({ blockTime: "manual" })
      const error = yield* Effect.flip(Effect.scoped(devChain({ port })))
      assert.strictEqual(error._tag, "PortUnavailable")
      assert.include(error.message, String(port))
    })
  )
})
