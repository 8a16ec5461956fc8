/** `gittensor devnet` as a person or a script starts it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "../../support/devnet/support.ts"
import { program } from "../../support/program.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-devnet-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const devnet = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => Bun.spawn([...program, "devnet", ...args], { stdout: "pipe", stderr: "pipe" })),
    (running) =>
      Effect.promise(async () => {
        running.kill("SIGKILL")
        await running.exited
      })
  )

type Running = Effect.Effect.Success<ReturnType<typeof devnet>>

const firstLine = (running: Running) =>
  Effect.promise(async () => {
    let text = ""
    for await (const chunk of running.stdout) {
      text += new TextDecoder().decode(chunk)
      if (text.includes("\n")) break
    }
    return text.split("\n")[0] ?? ""
  })

const refusal = (...args: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const running = yield* devnet(...args)
      const text = yield* Effect.promise(() => new Response(running.stderr).text())
      return { text, code: yield* Effect.promise(() => running.exited) }
    })
  )

const fact = {
  repository: "acme/widgets",
  number: 7,
  title: "Tighten the screws",
  author: { id: 5, login: "mechanic" },
  authored_at: "2026-05-06T18:10:14Z",
  merged_at: "2026-05-06T20:10:14Z",
  merge_commit_sha: "0a7e93cd6e974f49740a552d55c08e28bc2e6670",
  closes: [3],
  files: [{ path: "src/screws.ts", additions: 3, deletions: 1 }]
}

describe("gittensor devnet", () => {
  it.scopedLive("prints where the chain and GitHub are on its first line, and ends soon after a signal", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const facts = join(path, "facts.jsonl")
      writeFileSync(facts, `${JSON.stringify(fact)}\n`)
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        const running = yield* devnet("--port", "0", "--json", "--block-time", "100ms", "--github", facts, "--keep", join(path, "chain"))
        const line = JSON.parse(yield* firstLine(running)) as { readonly endpoint: string; readonly github: string }
        const port = Number(new URL(line.endpoint).port)
        assert.match(line.endpoint, /^ws:\/\/127\.0\.0\.1:\d+$/)
        assert.strictEqual((yield* ask(port, "system_chain")).result, "Gittensor Dev")
        // the issue that the facts' pull request closes is still open, because the pull request is not merged yet
        const issue = yield* Effect.promise(async () => (await fetch(`${line.github}/repos/acme/widgets/issues/3`)).json())
        assert.strictEqual((issue as { readonly state: string }).state, "open")
        // a connected client does not delay the end
        const socket = new WebSocket(line.endpoint)
        yield* Effect.promise(() => new Promise((open) => socket.addEventListener("open", open)))
        running.kill(signal)
        yield* Effect.promise(() => running.exited)
      }
    })
  )

  it.scopedLive("advances the chain's clock 12 s per block with --fast-forward", () =>
    Effect.gen(function* () {
      const running = yield* devnet("--port", "0", "--json", "--block-time", "manual", "--fast-forward")
      const { endpoint } = JSON.parse(yield* firstLine(running)) as { readonly endpoint: string }
      const port = Number(new URL(endpoint).port)
      const now = `0x${"f0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"}`
      const time = Effect.gen(function* () {
        const { result } = yield* ask(port, "state_getStorage", now)
        return Buffer.from(String(result).slice(2), "hex").readBigUInt64LE()
      })
      yield* ask(port, "dev_newBlock")
      const first = yield* time
      yield* ask(port, "dev_newBlock", { count: 10 })
      assert.strictEqual((yield* time) - first, 120_000n)
    })
  )

  it.scopedLive("refuses what it cannot do in one line, with an exit code", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const blockTime = yield* refusal("--block-time", "5 parsecs")
      assert.deepStrictEqual(blockTime, {
        code: 2,
        text: 'gittensor: "5 parsecs" is not a block time: use instant, manual, or a time of at least 20 ms, such as 500ms, 1s or 12s\n'
      })
      const taken = yield* devnet("--port", "0", "--json")
      const { port } = new URL((JSON.parse(yield* firstLine(taken)) as { readonly endpoint: string }).endpoint)
      const second = yield* refusal("--port", port)
      assert.include(second.text, `127.0.0.1:${port}`)
      assert.lengthOf(second.text.trim().split("\n"), 1)
      assert.notStrictEqual(second.code, 0)
      writeFileSync(join(path, "broken.jsonl"), "{\n")
      const broken = yield* refusal("--port", "0", "--github", join(path, "broken.jsonl"))
      assert.include(broken.text, "broken.jsonl, line 1")
      assert.notStrictEqual(broken.code, 0)
    })
  )
})
