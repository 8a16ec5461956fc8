/** `gittensor serve` as its host runs it: a process with the embedded database, until it is signalled. */
import { existsSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask, listen } from "../../support/api/serving.ts"
import { fails, folder, run, runHere, secret, start } from "../../support/cli/support.ts"

const readyUrl = (line: string) => (JSON.parse(line) as { readonly url: string }).url

describe("gittensor serve", () => {
  it.live("serves an embedded database in an empty home, and shuts down cleanly on SIGTERM with a listener connected", () =>
    Effect.gen(function* () {
      const server = yield* start(["serve", "--port", "0", "--contact", "owner@gittensor.example", "--json"])
      const url = readyUrl(yield* server.ready)
      const health = yield* ask(`${url}/health`)
      assert.strictEqual(health.status, 503)
      assert.deepInclude(health.json(), { database: true, wrong: ["nothing is indexed yet: run gittensor index"] })
      assert.deepStrictEqual((yield* ask(`${url}/v1/issues`)).json(), { items: [], next: null })
      assert.deepInclude((yield* ask(`${url}/v1/config`)).json(), { config: null, contact: "owner@gittensor.example" })
      const description = yield* ask(`${url}/docs`)
      assert.include(new TextDecoder().decode(description.bytes), "GET /v1/issues")
      const page = yield* listen(`${url}/v1/stream`)
      assert.strictEqual((yield* page.next)?.event, "hello")
      yield* server.signal("SIGTERM")
      assert.isUndefined(yield* page.next)
      assert.strictEqual(yield* server.exited, 0)
      assert.match(server.stderr(), /message=request .*url=\/health status=503/)
    }).pipe(Effect.scoped)
  )

  it.live("logs errors alone, has room for as many listeners as it is told, and notifies from the folder that it is given", () =>
    Effect.gen(function* () {
      const push = join(yield* folder, "push")
      const options = ["--access-log", "errors", "--max-streams", "1", "--max-connections", "2", "--push", push]
      const server = yield* start(["serve", "--port", "0", ...options, "--contact", "owner@gittensor.example", "--json"])
      const url = readyUrl(yield* server.ready)
      assert.strictEqual((yield* ask(`${url}/v1/issues`)).status, 200)
      assert.strictEqual((yield* ask(`${url}/v1/issues/none`)).status, 400)
      assert.strictEqual((yield* ask(`${url}/push`, { method: "DELETE", body: "{}" })).status, 400)
      assert.isTrue(existsSync(join(push, "key.json")))
      yield* listen(`${url}/v1/stream`)
      assert.strictEqual((yield* ask(`${url}/v1/stream`)).status, 503)
      yield* server.signal("SIGTERM")
      assert.strictEqual(yield* server.exited, 0)
      assert.match(server.stderr(), /message=request .*status=503/)
      assert.notMatch(server.stderr(), /message=request .*status=200/)
      fails(yield* runHere(["serve", "--push", push]), 1, "--push needs --contact")
    }).pipe(Effect.scoped)
  )

  it.live("names a wrong database or word, and never prints a password", () =>
    Effect.gen(function* () {
      const password = secret("pw-9f8e7d6c5b")
      fails(yield* runHere(["serve", "--port", "0"], { DATABASE_URL: `mysql://someone:${password}@127.0.0.1/index` }), 2)
      fails(yield* runHere(["serve", "--rate-limit", "many"]), 2, "--rate-limit")
      fails(yield* runHere(["serve", "--max-behind", "0"]), 2, "--max-behind")
      for (const contact of ["the owner", "javascript:alert(1)", "http://owner.example", "https://[evil](x)"])
        fails(yield* runHere(["serve", "--contact", contact]), 2, `--contact "${contact}" is neither an e-mail address nor one that begins`)
      fails(yield* runHere(["serve", "--witnesses", "http://127.0.0.1:9944"]), 2, "--witnesses http://127.0.0.1:9944", "wss://")
      fails(yield* runHere(["serve", "--trusted-proxies", "10.0.0.0/33"]), 2, "10.0.0.0/33")
    }).pipe(Effect.scoped)
  )

  it.live("names a port that is in use", () =>
    Effect.gen(function* () {
      const port = yield* Effect.acquireRelease(
        Effect.async<{ readonly port: number; readonly close: () => void }>((resume) => {
          const server = createServer().listen(0, "127.0.0.1", () => {
            const address = server.address()
            resume(Effect.succeed({ port: typeof address === "object" ? (address?.port ?? 0) : 0, close: () => server.close() }))
          })
        }),
        ({ close }) => Effect.sync(close)
      )
      fails(yield* run(["serve", "--port", String(port.port)]), 1, `127.0.0.1:${port.port}`, "--port")
    }).pipe(Effect.scoped)
  )
})
